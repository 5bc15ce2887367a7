import { programError } from "./program-error";

test("the line that says why, not the query that follows it", () => {
  const lost = "pg_dump: error: query failed: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\npg_dump: detail: Query was: SET DATESTYLE = ISO\n";
  expect(programError(lost)).toBe("pg_dump: error: query failed: server closed the connection unexpectedly");
  expect(programError("pg_restore: warning: x\npg_restore: error: first\npg_restore: error: second\npg_restore: hint: y")).toBe("pg_restore: error: second");
});

test("words of another kind: their last line; none: nothing", () => {
  expect(programError("pg_dump: a\nsomething else\n")).toBe("something else");
  expect(programError("")).toBeUndefined();
});
