import { lockInputs } from "../../components/r2-bucket";
import { backupRetentions } from "../../components/backup-vault";
import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { backupsLocked } from "./backups-locked";

const bucket = (name: string) => ({ type: "cloudflare:index/r2Bucket:R2Bucket", name, inputs: { name } });
const lock = (name: string, of: string, rules: unknown) => ({
  type: "cloudflare:index/r2BucketLock:R2BucketLock",
  name,
  inputs: { bucketName: of, rules },
});
const day = 86_400;

const compliant = [
  bucket("files"),
  bucket("vault"),
  bucket("backups"),
  { type: "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification", name: "events", inputs: { bucketName: "files" } },
  lock("vault-lock", "vault", lockInputs("a", "vault", [{ label: "versions", prefix: "", days: 30 }]).rules),
  lock("backups-lock", "backups", lockInputs("a", "backups", backupRetentions({ dailyBackupDays: 30, weeklyBackupDays: 90 })).rules),
];

policyCases(backupsLocked, {
  compliant,
  refused: [
    ["backups-lock", "rules[0].condition.maxAgeSeconds", 29 * day, "database/daily/ is locked for 29 days in prod; allowed: 30 or more"],
    ["backups-lock", "rules[1].condition.maxAgeSeconds", 89 * day, "database/weekly/ is locked for 89 days in prod; allowed: 90 or more"],
    ["backups-lock", "rules[0].enabled", false, "database/daily/ is locked for 0 days"],
    ["backups-lock", "rules[0].prefix", "database/daily/2026/", "database/daily/ is locked for 0 days"],
    ["backups-lock", "rules[1].condition", { type: "Date", date: "2030-01-01T00:00:00Z" }, "database/weekly/ is locked for 0 days"],
    ["backups-lock", "bucketName", "elsewhere", "database/daily/ is locked for 0 days"],
    ["vault-lock", "rules[0].condition.maxAgeSeconds", 29 * day, "versions of files are locked for 29 days in prod; allowed: 30 or more"],
    ["vault-lock", "rules[0].enabled", false, 'the bucket "vault" has no lock in force'],
    ["events", "bucketName", "other", 'the bucket "files" has no lock in force, and nothing copies it'],
  ],
  allowed: [
    ["backups-lock", "rules[1].condition", { type: "Indefinite" }],
    ["backups-lock", "rules[0].condition.maxAgeSeconds", 400 * day],
  ],
  undecided: [
    ["backups-lock", "rules"],
    ["backups-lock", "rules[0].condition.maxAgeSeconds"],
    ["vault-lock", "bucketName"],
  ],
});

test("without any lock all is refused", async () => {
  const { violations } = await judge(
    backupsLocked,
    compliant.filter(({ type }) => !type.endsWith("R2BucketLock")),
  );
  expect(violations).toHaveLength(5);
});
