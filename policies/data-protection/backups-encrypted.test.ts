import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { backupsEncrypted } from "./backups-encrypted";

const key = `age1${"q".repeat(58)}`;
const other = `age1${"z".repeat(58)}`;
const job = (workload: string, variables: Record<string, string>, slug = "prod") => ({
  type: "gcp:cloudrunv2/job:Job",
  name: workload,
  inputs: {
    name: `chisan-${slug}-${workload}`,
    template: { template: { containers: [{ envs: Object.entries(variables).map(([name, value]) => ({ name, value })) }] } },
  },
});
const bucket = { BACKUPS_BUCKET_NAME: "chisan-backups" };
const writer = { ...bucket, BACKUP_RECIPIENTS: `${key},${other}` };
const recipients = "template.template.containers[0].envs[1]";

policyCases(backupsEncrypted, {
  compliant: [job("backup-daily", writer), job("backup-weekly", writer), job("restore-test", bucket), job("drill", bucket), job("another", {})],
  refused: [
    ["backup-daily", recipients, { name: "OTHER", value: "1" }, "backup-daily has no age public keys in BACKUP_RECIPIENTS"],
    ["backup-daily", `${recipients}.value`, "", "backup-daily has no age public keys"],
    ["backup-daily", `${recipients}.value`, "age1somebodyelse", "backup-daily has no age public keys"],
    ["backup-daily", `${recipients}.value`, `${key},`, "backup-daily has no age public keys"],
    ["backup-weekly", `${recipients}.value`, key, "BACKUP_RECIPIENTS of backup-weekly is not that of backup-daily; allowed: the same in each job"],
    ["backup-weekly", "template.template.containers[0].envs[0].name", "OTHER", "backup-weekly has no BACKUPS_BUCKET_NAME"],
    ["drill", "template.template.containers[0].envs[0].name", "OTHER", "drill has no BACKUPS_BUCKET_NAME"],
    ["backup-daily", "template.template.containers", [], "backup-daily has no BACKUPS_BUCKET_NAME"],
  ],
  undecided: [
    ["backup-daily", `${recipients}.value`],
    ["drill", "template.template.containers"],
    ["another", "name"],
  ],
});

test("staging's one writer is judged too", async () => {
  expect((await judge(backupsEncrypted, [job("backup-daily", bucket, "staging")], "staging")).violations).toHaveLength(1);
});
