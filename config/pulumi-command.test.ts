import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { mendingCommand, shellQuote } from "./pulumi-command";

test("a shell gives back what was quoted, line breaks apart", () => {
  const words = fc.array(
    fc.string({ maxLength: 20 }).filter((word) => !/[\0\r\n]/.test(word)),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(words, (given) => {
      const printed = execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${given.map(shellQuote).join(" ")}`], { encoding: "utf8" });
      expect(printed).toBe(given.map((word) => `${word}\n`).join(""));
    }),
    { numRuns: 20 },
  );
});

test("a secret's value is never in the command: Pulumi asks for it", () => {
  expect(mendingCommand("prod", "chisan:key", [], { action: "set", value: "hidden", placeholder: "" }, true)).toBe(
    "pulumi config set chisan:key --secret --stack prod",
  );
});

test("names that are no identifiers are quoted in a path", () => {
  expect(mendingCommand("prod", "chisan:key", ["a.b", 2, "c"], { action: "remove" }, false)).toBe(
    `pulumi config rm --path 'chisan:key["a.b"][2].c' --stack prod`,
  );
});
