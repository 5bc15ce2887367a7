import fc from "fast-check";
import { table } from "./table";

test("columns are as wide as their widest cell", () => {
  expect(table([["Stack", "Result"], ["dev", "3 created"], ["chisan-dr", "no changes"]])).toBe(
    ["Stack      Result", "─────────  ──────────", "dev        3 created", "chisan-dr  no changes"].join("\n"),
  );
});

test("a missing cell is empty", () => {
  expect(table([["A", "B"], ["1"]])).toBe("A  B\n─  ─\n1");
});

test("every cell is found in its column", () => {
  const cell = fc.stringMatching(/^[a-z0-9]{1,12}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
      const [heading = "", , ...body] = table([["One", "Two", "Three"], ...rows]).split("\n");
      for (const [index, [, second, third]] of rows.entries()) {
        expect(body[index]?.slice(heading.indexOf("Two")).startsWith(second)).toBe(true);
        expect(body[index]?.slice(heading.indexOf("Three"))).toBe(third);
      }
    }),
  );
});
