import { proofPrefixes } from "../config/exported-metrics";
import { type BackupVaultArgs, BackupVault } from "./backup-vault";
import { cloudflareMocks, testAccount, testPermissions } from "./test-support/cloudflare";
import { type RecordedResource, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const bucketType = "cloudflare:index/r2Bucket:R2Bucket";
const domainType = "cloudflare:index/r2ManagedDomain:R2ManagedDomain";
const lockType = "cloudflare:index/r2BucketLock:R2BucketLock";
const lifecycleType = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle";
const tokenType = "cloudflare:index/accountToken:AccountToken";

const args: BackupVaultArgs = {
  slug: "prod",
  accountId: testAccount,
  dailyBackupDays: 30,
  weeklyBackupDays: 90,
  permissions: testPermissions,
  generations: { current: 1 },
  protect: true,
};

async function recorded(change: Partial<BackupVaultArgs> = {}): Promise<{ vault: BackupVault; resources: RecordedResource[] }> {
  const made: BackupVault[] = [];
  const resources = await recordResources(() => made.push(new BackupVault("prod-backups", { ...args, ...change })), cloudflareMocks);
  return { vault: made[0] as BackupVault, resources };
}

test("exactly a bucket, its closed public domain, a lock, a lifecycle and two tokens", async () => {
  const { resources, vault } = await recorded();
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:BackupVault prod-backups",
      "chisan:infrastructure:R2Credentials prod-backups-reader",
      "chisan:infrastructure:R2Credentials prod-backups-writer",
      `${bucketType} prod-backups-bucket`,
      `${domainType} prod-backups-public-domain`,
      `${lockType} prod-backups-lock`,
      `${lifecycleType} prod-backups-lifecycle`,
      `${tokenType} prod-backups-reader-g1`,
      `${tokenType} prod-backups-writer-g1`,
    ].sort(),
  );
  expect(only(resources, bucketType).inputs).toMatchObject({ name: "chisan-backups" });
  expect(only(resources, domainType).inputs).toEqual({ accountId: testAccount, bucketName: "chisan-backups", enabled: false });
  expect(await promiseOf(vault.bucketName)).toBe("chisan-backups");
  expect(refusals(resources)).toEqual([]);
});

test("daily backups are locked 30 days, weekly ones 90, reports 400; each is deleted a day later", async () => {
  const { resources } = await recorded();
  const day = 86_400;
  expect(only(resources, lockType).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-backups",
    rules: [
      { id: "lock-daily", enabled: true, prefix: "database/daily/", condition: { type: "Age", maxAgeSeconds: 30 * day } },
      { id: "lock-weekly", enabled: true, prefix: "database/weekly/", condition: { type: "Age", maxAgeSeconds: 90 * day } },
      { id: "lock-reports", enabled: true, prefix: "reports/", condition: { type: "Age", maxAgeSeconds: 400 * day } },
    ],
  });
  expect(only(resources, lifecycleType).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-backups",
    rules: [
      {
        id: "delete-daily",
        enabled: true,
        conditions: { prefix: "database/daily/" },
        deleteObjectsTransition: { condition: { type: "Age", maxAge: 31 * day } },
      },
      {
        id: "delete-weekly",
        enabled: true,
        conditions: { prefix: "database/weekly/" },
        deleteObjectsTransition: { condition: { type: "Age", maxAge: 91 * day } },
      },
      {
        id: "delete-reports",
        enabled: true,
        conditions: { prefix: "reports/" },
        deleteObjectsTransition: { condition: { type: "Age", maxAge: 401 * day } },
      },
      {
        id: "abort-incomplete-uploads",
        enabled: true,
        conditions: { prefix: "" },
        abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 7 * day } },
      },
    ],
  });
});

test("every scheduled run leaves its proof where a lock holds it", async () => {
  const { resources } = await recorded();
  const locked = (only(resources, lockType).inputs.rules as { prefix: string }[]).map(({ prefix }) => prefix);
  for (const proof of Object.values(proofPrefixes)) expect(locked.filter((prefix) => proof.startsWith(prefix))).toHaveLength(1);
});

test("nothing may delete before there is a lock", async () => {
  const { resources } = await recorded();
  expect(only(resources, lifecycleType).dependencies).toContain("prod-backups-lock");
});

test("the reader cannot write, the writer is for this bucket only", async () => {
  const { resources } = await recorded();
  const policies = (name: string) => only(resources, tokenType, name).inputs.policies;
  const resource = `{"com.cloudflare.edge.r2.bucket.${testAccount}_default_chisan-backups":"*"}`;
  expect(policies("prod-backups-reader-g1")).toEqual([{ effect: "allow", permissionGroups: [{ id: "id of read" }], resources: resource }]);
  expect(policies("prod-backups-writer-g1")).toEqual([{ effect: "allow", permissionGroups: [{ id: "id of write" }], resources: resource }]);
});

test("the bucket and its lock are protected when data are, and tokens never: they rotate", async () => {
  const isProtected = ({ resources }: { resources: RecordedResource[] }) =>
    resources.filter((each) => each.protect).map(({ name }) => name);
  expect(isProtected(await recorded())).toEqual(["prod-backups-bucket", "prod-backups-lock"]);
  expect(isProtected(await recorded({ protect: false }))).toEqual([]);
});

test("a name given in the configuration is the bucket's, in the tokens too", async () => {
  const { resources } = await recorded({ slug: "staging", bucket: "acme-backups" });
  expect(only(resources, bucketType).inputs).toMatchObject({ name: "acme-backups" });
  for (const token of ofType(resources, tokenType)) expect(JSON.stringify(token.inputs)).toContain("_default_acme-backups");
  await expect(recorded({ bucket: "Acme" })).rejects.toThrow("CHI-C410");
});

test("in a preview the same resources are registered", async () => {
  const preview = await recordResources(() => new BackupVault("prod-backups", args), { ...cloudflareMocks, preview: true });
  expect(names(preview)).toEqual(names((await recorded()).resources));
});
