import { policyCases } from "../least-privilege/testing/mutations";
import { pointInTimeRecovery } from "./point-in-time-recovery";

policyCases(pointInTimeRecovery, {
  compliant: [{ type: "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery", name: "recovery", inputs: { days: 7 } }],
  refused: [
    ["recovery", "days", 6, "days is 6; allowed: 7 or more"],
    ["recovery", "days", undefined, "days is nothing"],
  ],
  allowed: [["recovery", "days", 14]],
  undecided: [["recovery", "days"]],
});

test.each([
  [undefined, 7, 0],
  [14, 7, 1],
  [14, 14, 0],
  // The document's figure cannot be lowered.
  [1, 6, 1],
])("with minimumDays %p, %p days give %p violations", (minimumDays, days, count) => {
  const found: string[] = [];
  const configuration = minimumDays === undefined ? {} : { minimumDays };
  const resource = { type: "", name: "", urn: "", props: { days }, protect: true };
  pointInTimeRecovery.check(resource, (message) => found.push(message), { stack: "prod", project: "chisan", configuration });
  expect(found).toHaveLength(count);
});
