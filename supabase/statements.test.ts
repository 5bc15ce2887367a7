import fc from "fast-check";
import { splitStatements, withoutQuoted } from "./statements";

test.each<[string, string, string[]]>([
  ["nothing", " \n -- only a comment;\n /* ; */ ;", []],
  ["two statements", "select 1; select 2", ["select 1", "select 2"]],
  ["a comment stays with the statement it precedes", "select 1;\n-- why; because\nselect 2;", ["select 1", "-- why; because\nselect 2"]],
  ["a string", "select 'a;''b;'; select 2", ["select 'a;''b;'", "select 2"]],
  ["an escape string", String.raw`select E'a\';b'''; select 2`, [String.raw`select E'a\';b'''`, "select 2"]],
  ["a backslash in an ordinary string is only a backslash", String.raw`select 'a\'; select 2`, [String.raw`select 'a\'`, "select 2"]],
  ["a quoted identifier", 'select 1 as "a;""b"; select 2', ['select 1 as "a;""b"', "select 2"]],
  ["dollar quotes, nested", "do $a$ begin; $$ ; $b$ ; end $a$; select 2", ["do $a$ begin; $$ ; $b$ ; end $a$", "select 2"]],
  ["a parameter is no dollar quote", "select $1; select $2", ["select $1", "select $2"]],
  ["nor is a dollar inside a name", "select a$$; select b$$", ["select a$$", "select b$$"]],
  ["nested comments", "select /* a /* ; */ ; */ 1; select 2", ["select /* a /* ; */ ; */ 1", "select 2"]],
  ["an unfinished string takes the rest", "select 'a; select 2", ["select 'a; select 2"]],
])("%s", (_title, sql, expected) => {
  expect(splitStatements(sql)).toEqual(expected);
});

test("whatever the pieces, joining statements by semicolons and splitting them again gives the same statements", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "E", "1", ";", " ", "\n", "$", "-", "*", "/", '"', "\\", "é") });
  const piece = fc.oneof(
    fc.constantFrom("select", "x1", ",", "(", ")", "1", "+"),
    text.map((inner) => `'${inner.replaceAll("'", "''")}'`),
    text.map((inner) => `"${inner.replaceAll('"', '""')}"`),
    text.map((inner) => `$tag$${inner.replaceAll("$tag$", "")}$tag$`),
    text.map((inner) => `E'${inner.replaceAll("\\", "\\\\")}\\''`),
    text.map((inner) => `/*${inner.replace(/[*/]/g, "")}*/`),
    text.map((inner) => `--${inner.replaceAll("\n", "")}\n`),
  );
  // Each begins and ends with a word, so that none is empty and trimming takes nothing off.
  const statement = fc.array(piece).map((pieces) => ["do", ...pieces, "end"].join(" "));
  fc.assert(fc.property(fc.array(statement), (statements) => expect(splitStatements(statements.join(";"))).toEqual(statements)));
});

test("quoted regions can be taken out", () => {
  expect(withoutQuoted("select 'begin' /* x */ , \"commit\" -- y\n, $$ z $$", () => "?")).toBe("select ? ? , ? ?, ?");
});
