import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { backupsElsewhere } from "./backups-elsewhere";

const rule = (prefix: string, days: number) => ({ enabled: true, prefix, condition: { type: "Age", maxAgeSeconds: days * 86_400 } });
const compliant = [
  { type: "supabase:index/project:Project", name: "database", inputs: {} },
  { type: "cloudflare:index/r2Bucket:R2Bucket", name: "backups", inputs: { name: "chisan-backups" } },
  { type: "cloudflare:index/r2Bucket:R2Bucket", name: "files", inputs: { name: "chisan-files" } },
  {
    type: "cloudflare:index/r2BucketLock:R2BucketLock",
    name: "lock",
    inputs: { bucketName: "chisan-backups", rules: [rule("database/daily/", 30), rule("database/weekly/", 90)] },
  },
  {
    type: "gcp:cloudrunv2/job:Job",
    name: "daily",
    inputs: { template: { template: { containers: [{ envs: [{ name: "BACKUPS_BUCKET_NAME", value: "chisan-backups" }] }] } } },
  },
];

policyCases(backupsElsewhere, {
  compliant,
  refused: [
    [
      "lock",
      "rules[1].enabled",
      false,
      "database: prod has a database at Supabase and no bucket of another vendor with database/daily/ and database/weekly/ locked",
    ],
    ["lock", "bucketName", "gone", "no bucket of another vendor"],
    [
      "daily",
      "template.template.containers[0].envs[0].value",
      "chisan-files",
      'daily: BACKUPS_BUCKET_NAME is "chisan-files"; allowed: chisan-backups',
    ],
    ["daily", "template.template.containers[0].envs[0].value", "chisan-backups-staging", 'BACKUPS_BUCKET_NAME is "chisan-backups-staging"'],
  ],
  undecided: [
    ["lock", "rules"],
    ["daily", "template.template.containers[0].envs[0].value"],
  ],
});

test("the vault of the files' versions, which is locked as a whole, is no place for backups", async () => {
  const vault = { ...compliant[3]!, inputs: { bucketName: "chisan-files", rules: [rule("", 30)] } };
  expect((await judge(backupsElsewhere, [compliant[0]!, compliant[2]!, vault])).violations).toHaveLength(1);
});

test("a database alone is refused; no database needs no backup", async () => {
  expect((await judge(backupsElsewhere, compliant.slice(0, 1))).violations).toHaveLength(1);
  expect((await judge(backupsElsewhere, compliant.slice(1, 2))).violations).toEqual([]);
});
