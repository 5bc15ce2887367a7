import fc from "fast-check";
import { environmentSlug, stackNames } from "../config/naming";
import { FileStore } from "./file-store";
import { purgeCron, sweepCron } from "../workers/file-versions/crons";
import { scopeKey } from "../workers/file-versions/signature";
import { type FileStoreArgs, checkFileStore, fileStoreNames, filesHost } from "./file-store-inputs";
import { cloudflareMocks, testAccount, testPermissions } from "./test-support/cloudflare";
import { type RecordedResource, isSecret, isSecretInput, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = (name: string) => `cloudflare:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const args: FileStoreArgs = {
  slug: "prod",
  accountId: testAccount,
  origins: ["https://app.chisan.app"],
  versionDays: 30,
  keeper: "export default { async queue() {}, async scheduled() {} };",
  gateway: "export default { async fetch() {} };",
  zone: "chisan.app",
  zoneId: "fedcba9876543210fedcba9876543210",
  permissions: testPermissions,
  generations: { current: 1 },
  signingGenerations: { current: 1 },
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
      "random:index/randomPassword:RandomPassword prod-files-signing-secret-g1",
      `${type("workersCronTrigger")} prod-files-keeper-crons`,
      `${type("workersCustomDomain")} prod-files-gateway-domain`,
      `${type("workersScript")} prod-files-gateway`,
      `${type("workersScriptSubdomain")} prod-files-gateway-subdomain`,
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
  expect(resources.filter((each) => each.type === type("r2CustomDomain"))).toEqual([]);
});

test("only the app's pages may read from a browser, and none may write past the gateway", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("r2BucketCors")).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-files",
    rules: [
      {
        id: "web-app",
        allowed: { origins: ["https://app.chisan.app"], methods: ["GET", "HEAD"], headers: ["range"] },
        exposeHeaders: ["ETag"],
        maxAgeSeconds: 3600,
      },
    ],
  });
});

test("a copy cannot be removed until its version's 30 days are over, and no rule deletes by age", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("r2BucketLock")).inputs).toEqual({
    accountId: testAccount,
    bucketName: "chisan-files-vault",
    rules: [{ id: "lock-versions", enabled: true, prefix: "", condition: { type: "Age", maxAgeSeconds: 31 * 86_400 } }],
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

const logged = (invocationLogs: boolean) => ({
  enabled: true,
  headSamplingRate: 1,
  logs: { enabled: true, headSamplingRate: 1, invocationLogs },
});

test("the keeper has the two buckets, its ledger and its period, no address, and the crons that its code knows", async () => {
  const { resources } = await recorded();
  expect(only(resources, type("workersScript"), "prod-files-keeper").inputs).toEqual({
    accountId: testAccount,
    scriptName: "chisan-prod-file-version-keeper",
    content: args.keeper,
    mainModule: "index.js",
    compatibilityDate: "2026-03-01",
    bindings: [
      { type: "r2_bucket", name: "FILES", bucketName: "chisan-files" },
      { type: "r2_bucket", name: "VAULT", bucketName: "chisan-files-vault" },
      { type: "durable_object_namespace", name: "LEDGER", className: "Ledger" },
      { type: "plain_text", name: "VERSION_DAYS", text: "30" },
    ],
    migrations: { newTag: "v1", newSqliteClasses: ["Ledger"] },
    observability: logged(true),
  });
  for (const { inputs } of ofType(resources, type("workersScriptSubdomain"))) expect(inputs).toMatchObject({ enabled: false, previewsEnabled: false });
  expect(only(resources, type("workersCronTrigger")).inputs).toEqual({
    accountId: testAccount,
    scriptName: "chisan-prod-file-version-keeper",
    schedules: [{ cron: sweepCron }, { cron: purgeCron }],
  });
});

test("the gateway has the two buckets, the ledger and its secret, one host, and no log of signed addresses", async () => {
  const { resources } = await recorded();
  const script = only(resources, type("workersScript"), "prod-files-gateway");
  expect(script.inputs).toEqual({
    accountId: testAccount,
    scriptName: "chisan-prod-files-gateway",
    content: args.gateway,
    mainModule: "index.js",
    compatibilityDate: "2026-03-01",
    bindings: [
      { type: "r2_bucket", name: "FILES", bucketName: "chisan-files" },
      { type: "r2_bucket", name: "VAULT", bucketName: "chisan-files-vault" },
      { type: "durable_object_namespace", name: "FILE", className: "FileObject" },
      { type: "durable_object_namespace", name: "LEDGER", className: "Ledger", scriptName: "chisan-prod-file-version-keeper" },
      { type: "plain_text", name: "ORIGINS", text: "https://app.chisan.app" },
      { type: "secret_text", name: "SIGNING_SECRET", text: "prod-files-signing-secret-g1".padStart(64, "r") },
    ],
    migrations: { newTag: "v1", newSqliteClasses: ["FileObject"] },
    observability: logged(false),
  });
  expect(isSecretInput(script, "bindings[5].text")).toBe(true);
  expect(only(resources, type("workersCustomDomain")).inputs).toEqual({
    accountId: testAccount,
    zoneId: args.zoneId,
    hostname: "files.chisan.app",
    service: "chisan-prod-files-gateway",
  });
  expect(filesHost("staging", "chisan.app")).toBe("files-staging.chisan.app");
});

test("each kind of signer has a key of its own, secret, and the one that the gateway derives", async () => {
  const { store } = await recorded();
  const keys = store.gateway.keys;
  const values = await Promise.all(Object.values(keys).map(({ current }) => promiseOf(current)));
  expect(new Set(values).size).toBe(3);
  for (const { current } of Object.values(keys)) expect(await isSecret(current)).toBe(true);
  for (const scope of ["api", "operator", "status"] as const) {
    expect(await promiseOf(keys[scope].current)).toBe(await scopeKey("prod-files-signing-secret-g1".padStart(64, "r"), scope));
  }
});

test("while the signing secret rotates, the gateway takes both", async () => {
  const { resources, store } = await recorded({ signingGenerations: { current: 2, previous: 1 } });
  const { bindings } = only(resources, type("workersScript"), "prod-files-gateway").inputs as { bindings: { name: string; text?: string }[] };
  const secrets = Object.fromEntries(bindings.filter(({ name }) => name.startsWith("SIGNING")).map(({ name, text }) => [name, text]));
  expect(secrets).toEqual({
    SIGNING_SECRET: "prod-files-signing-secret-g2".padStart(64, "r"),
    SIGNING_SECRET_PREVIOUS: "prod-files-signing-secret-g1".padStart(64, "r"),
  });
  expect(await promiseOf(store.gateway.keys.api.previous as NonNullable<typeof store.gateway.keys.api.previous>)).toMatch(/^[0-9a-f]{64}$/);
});

test("the API's token reads the files, writes nothing, and does not reach the vault", async () => {
  const { resources } = await recorded();
  const token = JSON.stringify(only(resources, type("accountToken")).inputs);
  expect(token).toContain('_default_chisan-files\\"');
  expect(token).not.toContain("vault");
  expect(token).toContain("id of read");
  expect(token).not.toContain("id of write");
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

test("the web app cannot have the gateway's host", () => {
  expect(() => checkFileStore({ ...args, origins: ["https://files.chisan.app"] })).toThrow("CHI-C424 the web app's host is files.chisan.app");
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
      expect(() => checkFileStore({ ...args, origins: ["https://app.chisan.app", origin], versionDays: 30 })).toThrow("CHI-C422");
    }),
  );
  expect(() => checkFileStore({ ...args, origins: [], versionDays: 30 })).toThrow("CHI-C422");
});

test.each([0, 1.5, -30, NaN])("%p days are no period", (versionDays) => {
  expect(() => checkFileStore({ ...args, origins: args.origins, versionDays })).toThrow("CHI-C423");
});
