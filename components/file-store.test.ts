import fc from "fast-check";
import { environmentSlug, stackNames } from "../config/naming";
import { FileStore } from "./file-store";
import { type FileStoreArgs, checkFileStore, fileStoreNames } from "./file-store-inputs";
import { cloudflareMocks, testAccount, testPermissions } from "./test-support/cloudflare";
import { type RecordedResource, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = (name: string) => `cloudflare:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const args: FileStoreArgs = {
  slug: "prod",
  accountId: testAccount,
  origins: ["https://app.chisan.app"],
  versionDays: 30,
  keeper: "export default { async queue() {} };",
  permissions: testPermissions,
  generations: { current: 1 },
  protect: true,
};

async function recorded(change: Partial<FileStoreArgs> = {}): Promise<{ store: FileStore; resources: RecordedResource[] }> {
  const made: FileStore[] = [];
  const resources = await recordResources(() => made.push(new FileStore("prod-files", { ...args, ...change })), cloudflareMocks);
  return { store: made[0] as FileStore, resources };
}

test("exactly these resources, all of which the vendor's plugin accepts", async () => {
  const { resources, store } = await recorded();
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:FileStore prod-files",
      "chisan:infrastructure:R2Credentials prod-files-api",
      `${type("accountToken")} prod-files-api-g1`,
      `${type("queue")} prod-files-events`,
      `${type("queue")} prod-files-events-dead`,
      `${type("queueConsumer")} prod-files-consumer`,
      `${type("r2Bucket")} prod-files-files`,
      `${type("r2Bucket")} prod-files-vault`,
      `${type("r2BucketCors")} prod-files-cors`,
      `${type("r2BucketEventNotification")} prod-files-notification`,
      `${type("r2BucketLock")} prod-files-vault-lock`,
      `${type("r2ManagedDomain")} prod-files-files-public-domain`,
      `${type("r2ManagedDomain")} prod-files-vault-public-domain`,
      `${type("workersScript")} prod-files-keeper`,
      `${type("workersScriptSubdomain")} prod-files-keeper-subdomain`,
    ].sort(),
  );
  expect(refusals(resources)).toEqual([]);
  expect(await promiseOf(store.bucketName)).toBe("chisan-files");
  expect(await promiseOf(store.vaultBucketName)).toBe("chisan-files-vault");
  expect(await promiseOf(store.deadEventsQueue)).toBe("chisan-prod-file-events-dead");
});

test("neither bucket is public", async () => {
  const { resources } = await recorded();
  const domains = ofType(resources, type("r2ManagedDomain")).map(({ inputs }) => inputs);
  expect(domains).toEqual([
    { accountId: testAccount, bucketName: "chisan-files", enabled: false },
    { accountId: testAccount, bucketName: "chisan-files-vault", enabled: false },
  ]);
  expect(resources.filter((each) => each.type.includes("CustomDomain"))).toEqual([]);
});

test("only the app's pages may use the bucket from a browser, and none may delete", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("r2BucketCors")).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-files",
    rules: [
      {
        id: "web-app",
        allowed: {
          origins: ["https://app.chisan.app"],
          methods: ["GET", "HEAD", "PUT"],
          headers: ["content-type", "content-disposition", "content-md5"],
        },
        exposeHeaders: ["ETag"],
        maxAgeSeconds: 3600,
      },
    ],
  });
});

test("a copy cannot be removed for 30 days, and no rule deletes by age", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("r2BucketLock")).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-files-vault",
    rules: [{ id: "lock-versions", enabled: true, prefix: "", condition: { type: "Age", maxAgeSeconds: 2_592_000 } }],
  });
  expect(ofType(resources, type("r2BucketLifecycle"))).toEqual([]);
});

test("every creation and deletion of a file reaches the Worker, and what fails waits in the dead-letter queue", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("r2BucketEventNotification")).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-files",
    queueId: "prod-files-events_id",
    rules: [
      {
        description: "every change of a file, for the version vault",
        actions: ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "LifecycleDeletion"],
      },
    ],
  });
  expect(only(resources, type("queueConsumer")).inputs).toEqual({
    accountId: testAccount,
    queueId: "prod-files-events_id",
    type: "worker",
    scriptName: "chisan-prod-file-version-keeper",
    deadLetterQueue: "chisan-prod-file-events-dead",
    settings: { batchSize: 10, maxWaitTimeMs: 1000, maxRetries: 100, retryDelay: 300 },
  });
  for (const queue of ofType(resources, type("queue"))) {
    expect(queue.inputs.settings).toEqual({ deliveryDelay: 0, deliveryPaused: false, messageRetentionPeriod: 1_209_600 });
  }
});

test("the Worker has the two buckets and nothing else, no address, and no cron without a handler for it", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("workersScript")).inputs).toEqual({
    accountId: testAccount,
    scriptName: "chisan-prod-file-version-keeper",
    content: args.keeper,
    mainModule: "index.js",
    compatibilityDate: "2026-03-01",
    bindings: [
      { type: "r2_bucket", name: "FILES", bucketName: "chisan-files" },
      { type: "r2_bucket", name: "VAULT", bucketName: "chisan-files-vault" },
    ],
    observability: { enabled: true, headSamplingRate: 1, logs: { enabled: true, headSamplingRate: 1, invocationLogs: true } },
  });
  expect(only(resources, type("workersScriptSubdomain")).inputs).toMatchObject({ enabled: false, previewsEnabled: false });
  expect(ofType(resources, type("workersCronTrigger"))).toEqual([]);
});

test("the API's token reaches the files and not the vault", async () => {
  const { resources } = await recorded();
  const token = JSON.stringify(only(resources, type("accountToken")).inputs);
  expect(token).toContain('_default_chisan-files\\"');
  expect(token).not.toContain("vault");
});

test("what holds data is protected when data are", async () => {
  const isProtected = ({ resources }: { resources: RecordedResource[] }) =>
    resources.filter((each) => each.protect).map(({ name }) => name);
  expect(isProtected(await recorded())).toEqual(["prod-files-files", "prod-files-vault", "prod-files-vault-lock"]);
  expect(isProtected(await recorded({ protect: false }))).toEqual([]);
});

test("in a preview the same resources are registered", async () => {
  const preview = await recordResources(() => new FileStore("prod-files", args), { ...cloudflareMocks, preview: true });
  expect(names(preview)).toEqual(names((await recorded()).resources));
});

test("in every environment the names are ones that Cloudflare accepts, and no two environments share one", () => {
  const all = stackNames.flatMap((stack) => Object.values(fileStoreNames({ slug: environmentSlug(stack) })));
  expect(new Set(all).size).toBe(all.length);
  for (const name of all) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
});

test("a bucket of the vault's name is refused", () => {
  expect(() => fileStoreNames({ slug: "prod", bucket: "chisan-files-vault" })).toThrow("CHI-C421");
});

test("an origin that would open the bucket to others is refused", () => {
  const wrong = [
    "*",
    "http://app.chisan.app",
    "https://*.chisan.app",
    "https://app.chisan.app/",
    "https://app.chisan.app:8080",
    "app.chisan.app",
    "",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...wrong), (origin) => {
      expect(() => checkFileStore({ origins: ["https://app.chisan.app", origin], versionDays: 30 })).toThrow("CHI-C422");
    }),
  );
  expect(() => checkFileStore({ origins: [], versionDays: 30 })).toThrow("CHI-C422");
});

test.each([0, 1.5, -30, NaN])("%p days are no period", (versionDays) => {
  expect(() => checkFileStore({ origins: args.origins, versionDays })).toThrow("CHI-C423");
});
