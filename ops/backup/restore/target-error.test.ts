import { DatabaseError } from "pg";
import { targetError } from "./target-error";

function refusal(code: string, message: string): Error {
  return Object.assign(new DatabaseError(message, message.length, "error"), { code });
}

function lineFor(error: Error): string {
  return (targetError(error, "the target") as Error).message;
}

test("a disk that is full is named, however deep: also where Supabase makes the database read-only before that", () => {
  const full = refusal("53100", 'could not extend file "base/5/1": No space left on device');
  for (const error of [full, new Error("CHI-A058 data/1: the rows of a.b were refused", { cause: full }), refusal("25006", "cannot execute COPY FROM in a read-only transaction")]) {
    expect(lineFor(error)).toMatch(/^CHI-A059 the disk of the target is full, or nearly \(c.*\): .* it goes on where it ended$/);
  }
  expect(lineFor(new Error("CHI-A051 pg_restore cannot restore rest.dump: No space left on device: npx …"))).toMatch(/^CHI-A059 /);
});

test("a server that went away is named", () => {
  for (const error of [
    new Error("Connection terminated unexpectedly"),
    Object.assign(new Error("read"), { code: "ECONNRESET" }),
    refusal("57P02", "terminating connection because of crash of another server process"),
    new Error("CHI-A056 index a.b cannot be made in the target", { cause: refusal("57P01", "terminating connection due to administrator command") }),
    new Error("CHI-A051 pg_dump cannot read the target's schema to compare it: server closed the connection unexpectedly: type the same command again"),
  ]) {
    expect(lineFor(error)).toMatch(/^CHI-A080 the connection to the target was lost \(.*\): see that it runs, and type the same command again/);
  }
});

test("what is no failure of the target stays what it is", () => {
  for (const error of [
    new Error("CHI-A012 the object store did not read a part (ECONNRESET)", { cause: Object.assign(new Error("read"), { code: "ECONNRESET" }) }),
    new Error("CHI-A058 data/1: the rows of a.b were refused: value too long", { cause: refusal("22001", "value too long") }),
    new Error("CHI-A066 the target is not empty"),
  ]) {
    expect(targetError(error, "the target")).toBe(error);
  }
});
