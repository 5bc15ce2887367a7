import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { environmentSlug, stackNames } from "../config/naming";
import { SecretStore, secretMounts } from "./secret-store";
import {
  type GeneratedSecret,
  type GivenSecret,
  type SecretDefinition,
  type SecretStoreArgs,
  checkSecretStore,
  secretId,
  secretVersionInputs,
} from "./secret-store-inputs";
import { type RecordedResource, isSecret, isSecretInput, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";

const secretType = "gcp:secretmanager/secret:Secret";
const versionType = "gcp:secretmanager/secretVersion:SecretVersion";
const readerType = "gcp:secretmanager/secretIamMember:SecretIamMember";
const passwordType = "random:index/randomPassword:RandomPassword";
const bytesType = "random:index/randomBytes:RandomBytes";

const api = "serviceAccount:chisan-prod-api@chisan-prod.iam.gserviceaccount.com";
const jwt: GeneratedSecret = { kind: "generated", form: "characters", length: 48, generations: { current: 1 }, readers: { api } };
const encryption: GeneratedSecret = { kind: "generated", form: "bytes", length: 32, generations: { current: 1 }, readers: { api } };
const database: GivenSecret = { kind: "given", value: "postgresql://given-value", generations: { current: 1 }, readers: { api } };

function storeArgs(secrets: Record<string, SecretDefinition>, change: Partial<SecretStoreArgs> = {}): SecretStoreArgs {
  return { slug: "prod", project: "chisan-prod", regions: ["asia-northeast3"], protect: true, secrets, ...change };
}

async function recorded(args: SecretStoreArgs): Promise<{ store: SecretStore; resources: RecordedResource[] }> {
  const stores: SecretStore[] = [];
  const resources = await recordResources(() => stores.push(new SecretStore("prod-secrets", args)));
  return { store: stores[0] as SecretStore, resources };
}

const auditType = "gcp:projects/iAMAuditConfig:IAMAuditConfig";

test("who reads a secret is recorded, without an exception", async () => {
  const { resources } = await recorded(storeArgs({ JWT_SECRET: jwt }));
  expect(only(resources, auditType).inputs).toEqual({
    project: storeArgs({}).project,
    service: "secretmanager.googleapis.com",
    auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
  });
});

test("a generated secret: exactly a random value, a secret, one version and one reader", async () => {
  const { resources } = await recorded(storeArgs({ JWT_SECRET: jwt }));
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:SecretStore prod-secrets",
      `${auditType} prod-secrets-audit`,
      `${secretType} prod-secrets-jwt-secret`,
      `${readerType} prod-secrets-jwt-secret-reader-api`,
      `${versionType} prod-secrets-jwt-secret-v1`,
      `${passwordType} prod-secrets-jwt-secret-g1`,
    ].sort(),
  );
  expect(only(resources, passwordType).inputs).toEqual({ length: 48, special: false, keepers: { generation: "1" } });
  expect(only(resources, secretType).inputs).toEqual({
    project: "chisan-prod",
    secretId: "chisan-prod-jwt-secret",
    replication: { userManaged: { replicas: [{ location: "asia-northeast3" }] } },
    versionDestroyTtl: "604800s",
    deletionProtection: true,
    labels: { environment: "prod" },
  });
  expect(only(resources, versionType).inputs).toEqual({
    secret: "prod-secrets-jwt-secret_id",
    secretData: "prod-secrets-jwt-secret-g1".padStart(48, "r"),
    enabled: true,
    deletionPolicy: "DISABLE",
  });
  expect(only(resources, readerType).inputs).toEqual({
    project: "chisan-prod",
    secretId: "chisan-prod-jwt-secret",
    role: "roles/secretmanager.secretAccessor",
    member: api,
  });
});

test("a key of bytes is stored in base64", async () => {
  const { resources } = await recorded(storeArgs({ ENCRYPTION_KEY: encryption }));
  expect(only(resources, bytesType).inputs).toEqual({ length: 32, keepers: { generation: "1" } });
  expect(only(resources, versionType).inputs.secretData).toBe(Buffer.from("rrprod-secrets-encryption-key-g1").toString("base64"));
});

test("a generation that was taken over is stored as it is, secret, and not made; the next one is made", async () => {
  const takenOver = { 1: "the key of the data" };
  const before = await recorded(storeArgs({ ENCRYPTION_KEY: { ...encryption, takenOver } }));
  expect(only(before.resources, versionType).inputs.secretData).toBe("the key of the data");
  expect(isSecretInput(only(before.resources, versionType), "secretData")).toBe(true);
  expect(await isSecret(before.store.reference("ENCRYPTION_KEY").value)).toBe(true);
  expect(before.store.reference("ENCRYPTION_KEY").generation).toBe(1);
  expect(ofType(before.resources, bytesType)).toEqual([]);

  const { store, resources } = await recorded(storeArgs({ ENCRYPTION_KEY: { ...encryption, takenOver, generations: { current: 2, previous: 1 } } }));
  expect(ofType(resources, bytesType).map(({ name }) => name)).toEqual(["prod-secrets-encryption-key-g2"]);
  expect(await promiseOf((store.reference("ENCRYPTION_KEY").previous as { value: pulumi.Output<string> }).value)).toBe("the key of the data");
});

test("a given secret is stored as given, and nothing is generated", async () => {
  const { resources } = await recorded(storeArgs({ DATABASE_URL: database }));
  expect(only(resources, versionType).inputs.secretData).toBe("postgresql://given-value");
  expect([...ofType(resources, passwordType), ...ofType(resources, bytesType)]).toEqual([]);
});

test("every value is secret, even one that was given in plain text", async () => {
  const { store, resources } = await recorded(storeArgs({ JWT_SECRET: jwt, ENCRYPTION_KEY: encryption, DATABASE_URL: database }));
  for (const version of ofType(resources, versionType)) expect(isSecretInput(version, "secretData")).toBe(true);
  for (const reference of Object.values(store.references)) expect(await isSecret(reference.value)).toBe(true);
  const elsewhere = resources.map(({ inputs, type }) =>
    JSON.stringify(type === versionType ? { ...inputs, secretData: undefined } : inputs),
  );
  expect(elsewhere.join()).not.toContain("postgresql://");
});

test("the builder itself marks the value, without relying on the provider's SDK", async () => {
  expect(await isSecret(pulumi.output(secretVersionInputs("projects/1/secrets/s", "plain").secretData))).toBe(true);
});

test("32 characters are enough", () => {
  expect(() => checkSecretStore(storeArgs({ JWT_SECRET: { ...jwt, length: 32 } }))).not.toThrow();
});

test("while rotating, both generations exist with values of their own; the current one is the reference", async () => {
  const { store, resources } = await recorded(
    storeArgs({
      JWT_SECRET: { ...jwt, generations: { current: 2, previous: 1 } },
      DATABASE_URL: { ...database, generations: { current: 8, previous: 7 }, previousValue: pulumi.secret("the old value") },
    }),
  );
  const values = Object.fromEntries(ofType(resources, versionType).map(({ name, inputs }) => [name, inputs.secretData]));
  expect(values).toEqual({
    "prod-secrets-jwt-secret-v1": "prod-secrets-jwt-secret-g1".padStart(48, "r"),
    "prod-secrets-jwt-secret-v2": "prod-secrets-jwt-secret-g2".padStart(48, "r"),
    "prod-secrets-database-url-v7": "the old value",
    "prod-secrets-database-url-v8": "postgresql://given-value",
  });
  for (const version of ofType(resources, versionType)) expect(version.inputs).toMatchObject({ enabled: true });
  expect(await promiseOf(store.reference("JWT_SECRET").value)).toContain("-g2");
  expect(await promiseOf((store.reference("JWT_SECRET").previous as { value: pulumi.Output<string> }).value)).toContain("-g1");
  expect(ofType(resources, secretType)).toHaveLength(2);
});

test("a rotation's steps keep the names of what stays, so that nothing is made anew", async () => {
  const versions = async (generations: GeneratedSecret["generations"]) =>
    names((await recorded(storeArgs({ JWT_SECRET: { ...jwt, generations } }))).resources).filter((name) => /-[gv]\d$/.test(name));
  const before = await versions({ current: 1 });
  const during = await versions({ current: 2, previous: 1 });
  const after = await versions({ current: 2 });
  expect(during).toEqual([...before, ...after].sort());
});

test("containers mount the current version, and while rotating the previous one beside it", async () => {
  let version = 0;
  const stores: SecretStore[] = [];
  await recordResources(
    () =>
      stores.push(
        new SecretStore("s", storeArgs({ JWT_SECRET: { ...jwt, generations: { current: 2, previous: 1 } }, DATABASE_URL: database })),
      ),
    { outputs: ({ type }) => (type === versionType ? { version: String(++version) } : {}) },
  );
  const mounts = secretMounts((stores[0] as SecretStore).references);
  expect(Object.keys(mounts)).toEqual(["JWT_SECRET", "JWT_SECRET_PREVIOUS", "DATABASE_URL"]);
  const numbers = await Promise.all(Object.values(mounts).map((mount) => promiseOf(mount.version)));
  expect(new Set(numbers).size).toBe(3);
  expect(await promiseOf((mounts.JWT_SECRET_PREVIOUS as { secretId: pulumi.Output<string> }).secretId)).toBe("chisan-prod-jwt-secret");
});

test("access is per secret: no project-wide grant, and no reader means no grant", async () => {
  const { resources } = await recorded(storeArgs({ JWT_SECRET: jwt, NEXTAUTH_SECRET: { ...jwt, readers: {} } }));
  expect(resources.filter(({ type }) => /iam/i.test(type) && type !== auditType).map(({ type, inputs }) => [type, inputs.secretId])).toEqual([
    [readerType, "chisan-prod-jwt-secret"],
  ]);
});

test("the secret is protected, its generations are not: a rotation must be able to end", async () => {
  const { resources } = await recorded(storeArgs({ JWT_SECRET: jwt }));
  expect(Object.fromEntries(resources.map(({ type, protect }) => [type, protect]))).toMatchObject({
    [secretType]: true,
    [versionType]: false,
    [passwordType]: false,
  });
  const { resources: staging } = await recorded(storeArgs({ JWT_SECRET: jwt }, { slug: "staging", protect: false }));
  expect(only(staging, secretType)).toMatchObject({
    protect: false,
    inputs: { deletionProtection: false, secretId: "chisan-staging-jwt-secret" },
  });
});

test("copies are kept in every given region", async () => {
  const { resources } = await recorded(storeArgs({ JWT_SECRET: jwt }, { regions: ["asia-northeast3", "asia-northeast1"] }));
  expect(only(resources, secretType).inputs.replication).toEqual({
    userManaged: { replicas: [{ location: "asia-northeast3" }, { location: "asia-northeast1" }] },
  });
});

test("children carry the component's name and hang under it, and the preview shows all of them", async () => {
  const args = storeArgs({
    JWT_SECRET: { ...jwt, generations: { current: 2, previous: 1 } },
    ENCRYPTION_KEY: encryption,
    DATABASE_URL: database,
  });
  const { resources } = await recorded(args);
  for (const child of resources.filter(({ custom }) => custom)) {
    expect(child.parent).toBe("prod-secrets");
    expect(child.name).toMatch(/^prod-secrets-/);
  }
  expect(names(await recordResources(() => new SecretStore("prod-secrets", args), { preview: true }))).toEqual(names(resources));
});

test.each([
  ["CHI-C201", { "jwt-secret": jwt }, {}],
  ["CHI-C202", { JWT_SECRET: { ...jwt, generations: { current: 0 } } }, {}],
  ["CHI-C202", { JWT_SECRET: { ...jwt, generations: { current: 2, previous: 1.5 } } }, {}],
  ["CHI-C203", { JWT_SECRET: { ...jwt, generations: { current: 2, previous: 2 } } }, {}],
  ["CHI-C204", { JWT_SECRET: { ...jwt, length: 31 } }, {}],
  ["CHI-C204", { ENCRYPTION_KEY: { ...encryption, length: NaN } }, {}],
  ["CHI-C205", { DATABASE_URL: { ...database, generations: { current: 2, previous: 1 } } }, {}],
  ["CHI-C205", { DATABASE_URL: { ...database, previousValue: "x" } }, {}],
  ["CHI-C206", { JWT_SECRET: jwt }, { regions: [] }],
  ["CHI-C206", { JWT_SECRET: jwt }, { regions: ["asia-northeast3", "asia-northeast3"] }],
] satisfies [string, Record<string, SecretDefinition>, Partial<SecretStoreArgs>][])("%s is thrown for %j %j", (code, secrets, change) => {
  expect(() => checkSecretStore(storeArgs(secrets, change))).toThrow(new RegExp(`^${code} [^\n]+$`));
});

test("no message holds a value", () => {
  expect(() =>
    checkSecretStore(storeArgs({ "database url": { ...database, value: "s3cret", previousValue: "0ld", generations: { current: 0 } } })),
  ).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/s3cret|0ld/) }));
});

test("all problems are told at once, and an unknown name is refused by name", async () => {
  const args = storeArgs({ JWT_SECRET: { ...jwt, length: 8 }, ENCRYPTION_KEY: { ...encryption, generations: { current: -1 } } });
  expect(() => checkSecretStore(args)).toThrow(/^CHI-C204 .*\nCHI-C202 /);
  const { store } = await recorded(storeArgs({ JWT_SECRET: jwt }));
  expect(() => store.reference("JWT_SECRETS")).toThrow(/CHI-C207 .*JWT_SECRETS.*only JWT_SECRET/);
});

test("every variable's id is one that Secret Manager accepts, and differs between environments", () => {
  const slugs = stackNames.map(environmentSlug);
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,200}$/), (variable) => {
      const ids = slugs.map((slug) => secretId(slug, variable));
      for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,255}$/);
      expect(new Set(ids).size).toBe(slugs.length);
    }),
  );
});
