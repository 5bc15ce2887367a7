import { stackNames } from "../../config/naming";
import { isCopy, keptInWords, resultInWords, type Kept } from "./destroy-copy";

const kept = (change: Partial<Kept> = {}): Kept => ({ bucket: "chisan-files-vault-dr", objects: 42, bytes: 1_200_000, lockedUntil: "2026-12-24T17:25:39.741Z", dollarsPerMonth: 0.000018, ...change });

test("objects are deleted of chisan-dr alone: of no environment with data of its own, and never of prod", () => {
  expect(stackNames.filter(isCopy)).toEqual(["chisan-dr"]);
});

test("what stays is told with its size, its price, its end, and the command that ends it", () => {
  const finish = "npx chisan destroy chisan-dr --cloud";
  expect(keptInWords(kept(), finish)).toBe("chisan-files-vault-dr stays: 42 objects, 1.2 MB, less than $0.01 a month. A lock keeps them until 2026-12-24 17:25 UTC, then: npx chisan destroy chisan-dr --cloud");
  expect(keptInWords(kept({ objects: 1, bytes: 2e12, dollarsPerMonth: 30, lockedUntil: null }), finish)).toMatch(/1 object, 2\.0 TB, \$30\.00 a month\. A lock keeps them without an end: an administrator of the account lifts the lock, then: npx/);
});

test("the result says how far it went", () => {
  expect(resultInWords({ exitCode: 0, kept: [] })).toBe("destroyed");
  expect(resultInWords({ exitCode: 0, kept: [kept(), kept({ lockedUntil: "2027-12-28T17:25:39.450Z" })] })).toBe("destroyed, except what is locked until 2027-12-28");
  expect(resultInWords({ exitCode: 0, kept: [kept(), kept({ lockedUntil: null })] })).toBe("destroyed, except what is locked until somebody lifts the lock");
  expect(resultInWords({ exitCode: 255, kept: [] })).toBe("failed");
});
