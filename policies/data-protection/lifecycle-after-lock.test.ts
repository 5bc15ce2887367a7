import * as fc from "fast-check";
import { lifecycleInputs, lockInputs } from "../../components/r2-bucket";
import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { lifecycleAfterLock } from "./lifecycle-after-lock";

const day = 86_400;
const retentions = [
  { label: "daily", prefix: "database/daily/", days: 30 },
  { label: "weekly", prefix: "database/weekly/", days: 90 },
];
const lock = {
  type: "cloudflare:index/r2BucketLock:R2BucketLock",
  name: "lock",
  inputs: { bucketName: "b", rules: lockInputs("a", "b", retentions).rules },
};
const lifecycle = {
  type: "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
  name: "lifecycle",
  inputs: { bucketName: "b", rules: lifecycleInputs("a", "b", retentions).rules },
};

policyCases(lifecycleAfterLock, {
  compliant: [lock, lifecycle],
  refused: [
    [
      "lifecycle",
      "rules[0].deleteObjectsTransition.condition.maxAge",
      30 * day,
      '"database/daily/" of b is deleted after 30 days and locked for 30; allowed: more than 30',
    ],
    ["lifecycle", "rules[0].deleteObjectsTransition.condition.maxAge", day, "is deleted after 1 days and locked for 30"],
    // A wider prefix takes the longest of the locks below it.
    ["lifecycle", "rules[0].conditions.prefix", "database/", '"database/" of b is deleted after 31 days and locked for 90'],
    ["lifecycle", "rules[0].conditions.prefix", "", '"" of b is deleted after 31 days and locked for 90'],
    [
      "lifecycle",
      "rules[1].deleteObjectsTransition.condition",
      { type: "Date", date: "2027-01-01T00:00:00Z" },
      "is deleted by a date and locked for 90 days",
    ],
    ["lifecycle", "rules[0].conditions.prefix", "other/", '"other/" of b is deleted after 31 days and has no lock'],
    ["lifecycle", "bucketName", "c", "of c is deleted after 31 days and has no lock"],
    ["lock", "rules[0].condition.maxAgeSeconds", 31 * day, "is deleted after 31 days and locked for 31"],
    ["lock", "rules[0].condition", { type: "Indefinite" }, "and locked for Infinity"],
  ],
  allowed: [
    ["lifecycle", "rules[0].enabled", false],
    ["lifecycle", "rules[0].deleteObjectsTransition.condition.maxAge", 31 * day],
  ],
  undecided: [
    ["lifecycle", "rules[0].deleteObjectsTransition.condition.maxAge"],
    ["lock", "rules[0].condition.maxAgeSeconds"],
  ],
});

test("for any two periods: refused exactly when the deletion is not later", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), async (locked, deleted) => {
      const rules = lockInputs("a", "b", [{ label: "x", prefix: "x/", days: locked }]).rules;
      const transition = { condition: { type: "Age", maxAge: deleted * day } };
      const found = await judge(lifecycleAfterLock, [
        { ...lock, inputs: { bucketName: "b", rules } },
        {
          ...lifecycle,
          inputs: {
            bucketName: "b",
            rules: [{ id: "d", enabled: true, conditions: { prefix: "x/" }, deleteObjectsTransition: transition }],
          },
        },
      ]);
      expect(found.violations).toHaveLength(deleted > locked ? 0 : 1);
    }),
    { numRuns: 50 },
  );
});
