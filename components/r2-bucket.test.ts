import fc from "fast-check";
import { bucketInputs, checkBucketName, lifecycleInputs, lockInputs } from "./r2-bucket";
import { testAccount } from "./test-support/cloudflare";

test("a bucket is in Asia and the Pacific, in the standard class, and no more is said of it", () => {
  expect(bucketInputs(testAccount, "chisan-files")).toEqual({
    accountId: testAccount,
    name: "chisan-files",
    location: "apac",
    storageClass: "Standard",
  });
});

test("names are accepted exactly when R2 accepts them", () => {
  fc.assert(
    fc.property(fc.oneof(fc.stringMatching(/^[a-zA-Z0-9._-]{0,70}$/), fc.stringMatching(/^[a-z0-9-]{0,66}$/)), (name) => {
      const accepted =
        name.length >= 3 &&
        name.length <= 63 &&
        [...name].every((letter) => /[a-z0-9-]/.test(letter)) &&
        !name.startsWith("-") &&
        !name.endsWith("-");
      if (accepted) expect(checkBucketName(name)).toBe(name);
      else expect(() => checkBucketName(name)).toThrow("CHI-C410");
    }),
  );
});

test("objects are always deleted later than their lock ends, whatever the periods", () => {
  const days = fc.integer({ min: 1, max: 3650 });
  fc.assert(
    fc.property(days, days, (daily, weekly) => {
      const retentions = [
        { label: "daily", prefix: "daily/", days: daily },
        { label: "weekly", prefix: "weekly/", days: weekly },
      ];
      const locks = lockInputs(testAccount, "b-b", retentions).rules as { prefix: string; condition: { maxAgeSeconds: number } }[];
      const rules = lifecycleInputs(testAccount, "b-b", retentions).rules as {
        conditions: { prefix: string };
        deleteObjectsTransition?: { condition: { maxAge: number } };
      }[];
      for (const { prefix, condition } of locks) {
        const deletions = rules.filter(
          ({ conditions, deleteObjectsTransition }) => conditions.prefix === prefix && deleteObjectsTransition,
        );
        expect(deletions).toHaveLength(1);
        expect(deletions[0]?.deleteObjectsTransition?.condition.maxAge).toBeGreaterThan(condition.maxAgeSeconds);
      }
    }),
  );
});

test.each([0, -1, 1.5, NaN, Infinity])("%p days are no period", (days) => {
  expect(() => lockInputs(testAccount, "b-b", [{ label: "a", prefix: "a/", days }])).toThrow("CHI-C411");
});

test("prefixes of which one contains another are refused", () => {
  const retention = (prefix: string) => ({ label: prefix, prefix, days: 1 });
  expect(() => lockInputs(testAccount, "b-b", [retention("database/"), retention("database/daily/")])).toThrow("CHI-C412");
  expect(() => lifecycleInputs(testAccount, "b-b", [retention("a/"), retention("")])).toThrow("CHI-C412");
  expect(() => lockInputs(testAccount, "b-b", [retention("a/"), retention("ab/")])).not.toThrow();
});
