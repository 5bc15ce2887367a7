import { secretAuditInputs } from "../../components/secret-store-inputs";
import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { logRetention } from "./log-retention";

const bucket = {
  type: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
  name: "bucket",
  inputs: { bucketId: "_Default", retentionDays: 90 },
};

policyCases(logRetention, {
  compliant: [
    bucket,
    {
      type: "gcp:logging/projectExclusion:ProjectExclusion",
      name: "exclusion",
      inputs: { filter: 'resource.type="cloud_run_revision" AND severity="DEBUG"' },
    },
    { type: "gcp:projects/iAMAuditConfig:IAMAuditConfig", name: "audit", inputs: { ...secretAuditInputs({ project: "p" }) } },
    { type: "gcp:logging/projectSink:ProjectSink", name: "sink", inputs: {} },
  ],
  refused: [
    ["bucket", "retentionDays", 30, "retentionDays is 30 in prod; allowed: 90 or more"],
    ["bucket", "retentionDays", undefined, "retentionDays is nothing"],
    ["exclusion", "filter", 'resource.type="cloud_run_revision"', "an exclusion drops"],
    ["exclusion", "filter", 'severity="DEBUG" OR severity="ERROR"', "an exclusion drops"],
    ["exclusion", "filter", "severity<=ERROR", "an exclusion drops"],
    ["audit", "auditLogConfigs[1].exemptedMembers", ["user:a@b.c"], "DATA_READ exempts 1 members; allowed: 0"],
    [
      "audit",
      "auditLogConfigs",
      [{ logType: "ADMIN_READ" }, { logType: "DATA_WRITE" }],
      "DATA_READ of secretmanager.googleapis.com is not logged",
    ],
    ["sink", "exclusions", [{ name: "all", filter: "" }], "a sink has 1 exclusions"],
  ],
  undecided: [
    ["bucket", "retentionDays"],
    ["audit", "auditLogConfigs[0].logType"],
  ],
});

test.each([
  ["chisan-dr", 89, 1],
  ["staging", 30, 0],
  ["staging", 29, 1],
])("%s, %p days: %p violations", async (stack, retentionDays, count) => {
  expect((await judge(logRetention, [{ ...bucket, inputs: { retentionDays } }], stack)).violations).toHaveLength(count);
});
