import { resourcePolicy } from "../framework/policy";
import { shown } from "../least-privilege/reading/properties";

export const pointInTimeRecovery = resourcePolicy({
  id: "point-in-time-recovery",
  title: "The database can be brought back to any moment of the last 7 days",
  severity: "critical",
  section: "3.1",
  why: "with less, a fault that is found after a weekend cannot be undone to the minute",
  remediation: "set pointInTimeRecoveryDays: 7 in stacks/prod.ts",
  configuration: { minimumDays: { type: "number", description: "Days that are asked for; fewer than 7 are not taken", default: 7 } },
  types: ["pulumi-nodejs:dynamic/chisan:PointInTimeRecovery"],
  check: ({ props }, report, { configuration }) => {
    // The document's figure is the least: a setting may only ask for more.
    const least = Math.max(7, Number(configuration["minimumDays"] ?? 7));
    const days = Number(props["days"]);
    if (!(days >= least)) report(`days is ${shown(props["days"])}; allowed: ${least} or more`);
  },
});
