import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { environmentVariableNames } from "./environment-variables";
import { renderEnvLocal } from "./env-local";
import { renderEnvLocalExample } from "./env-local-example";

test("what is written is read back: any names, any text without control characters and $", () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,30}$/);
  const lines = fc.string({ unit: "grapheme", maxLength: 60 }).filter((value) => !/[\p{Cc}\u2028\u2029$]/u.test(value));
  const awkward = fc
    .array(fc.constantFrom("'", '"', "`", "#", " ", "\\", "\\n", "=", "a", "https://", "="), { maxLength: 8 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(lines, awkward), { noNullPrototype: true }), (values) => {
      const writable = Object.entries(values).filter(
        ([, value]) => !["'", '"', "`"].every((mark) => value.includes(mark)) && !(/'/.test(value) && /`/.test(value) && /\\/.test(value)),
      );
      expect({ ...parseEnv(renderEnvLocal(Object.fromEntries(writable))) }).toEqual(Object.fromEntries(writable));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["plain text stays bare", "postgresql://postgres:pw@127.0.0.1:54322/postgres", "V=postgresql://postgres:pw@127.0.0.1:54322/postgres\n"],
  ["base64 stays bare", "q83vEjRWeJA=", "V=q83vEjRWeJA=\n"],
  ["a comment sign is quoted", "a #b", "V='a #b'\n"],
  ["nothing is quoted", "", "V=''\n"],
  ["a quote is quoted by another", "it's", "V=`it's`\n"],
])("%s", (_, value, expected) => {
  expect(renderEnvLocal({ V: value }).split("\n").slice(1).join("\n")).toBe(expected);
});

test.each([
  ["a line break", "a\nb"],
  ["an expansion", "pa$word"],
  ["all the quotes", "'\"`"],
  ["a null", "a\0b"],
])("%s is refused, by name and without the value", (_, value) => {
  expect(() => renderEnvLocal({ GOOD: "1", THE_NAME: value })).toThrow(/^CHI-V003 the value of THE_NAME /);
  expect(() => renderEnvLocal({ THE_NAME: `canary${value}` })).toThrow(/^(?!.*canary)/s);
});

test("a name that is none is refused", () => {
  expect(() => renderEnvLocal({ "A B": "1" })).toThrow('CHI-V003 "A B"');
});

describe(".env.local.example", () => {
  const committed = readFileSync(join(__dirname, "..", ".env.local.example"), "utf8");

  test("is current: when this fails, run npm run docs", () => {
    expect(committed).toBe(renderEnvLocalExample());
  });

  test("names every variable once, and holds no secret", () => {
    const parsed = parseEnv(committed);
    expect(Object.keys(parsed).sort()).toEqual([...environmentVariableNames].sort());
    expect([...committed.matchAll(/^[A-Z0-9_]+=/gm)]).toHaveLength(environmentVariableNames.length);
    // 20 letters and digits in a row: longer than any placeholder, shorter than any secret.
    for (const value of Object.values(parsed)) expect(value).not.toMatch(/[A-Za-z0-9]{20,}/);
  });
});
