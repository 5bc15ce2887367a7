import * as pulumi from "@pulumi/pulumi";
import { environmentSlug, stackNames } from "../config/naming";
import { Database, type DatabaseArgs, connectionString, databaseName, legacyKey } from "./database";
import { authSettings } from "./database-settings";
import {
  type RecordOptions,
  type RecordedResource,
  isSecret,
  isSecretInput,
  names,
  ofType,
  only,
  promiseOf,
  recordResources,
} from "./test-support/mocks";

const projectType = "supabase:index/project:Project";
const settingsType = "supabase:index/settings:Settings";
const passwordType = "random:index/randomPassword:RandomPassword";
const versionType = "pulumi-nodejs:dynamic/chisan:PostgresVersion";
const ipv4Type = "pulumi-nodejs:dynamic/chisan:DedicatedIpv4";
const recoveryType = "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery";

const googleSecret = "google-secret-canary";
const args: DatabaseArgs = {
  slug: "prod",
  organizationId: "chisan",
  region: "ap-northeast-2",
  compute: "small",
  pointInTimeRecoveryDays: 7,
  egressAddresses: [pulumi.output("198.51.100.7")],
  operatorCidrs: ["203.0.113.0/24"],
  auth: { appHost: "app.chisan.app", domain: "company only", googleClientId: "1-a.apps.googleusercontent.com" },
  googleClientSecret: pulumi.secret(googleSecret),
  protect: true,
  retainOnDelete: false,
};

const keys = { anonKey: "anon", serviceRoleKey: "service", publishableKey: "p", secretKeys: [], projectRef: "ref" };
const calls: NonNullable<RecordOptions["calls"]> = { "supabase:index/getApikeys:getApikeys": () => keys };

async function recorded(
  change: Partial<DatabaseArgs> = {},
  options: RecordOptions = {},
): Promise<{ database: Database; resources: RecordedResource[] }> {
  const made: Database[] = [];
  const resources = await recordResources(() => made.push(new Database("prod-database", { ...args, ...change })), { calls, ...options });
  return { database: made[0] as Database, resources };
}

const ref = "prod-database-project_id";
const password = "prod-database-password".padStart(48, "r");

test("exactly these resources, with PITR and without", async () => {
  const always = [
    "chisan:infrastructure:Database prod-database",
    `${ipv4Type} prod-database-ipv4`,
    `${versionType} prod-database-postgres-version`,
    `${passwordType} prod-database-password`,
    `${projectType} prod-database-project`,
    `${settingsType} prod-database-settings`,
  ];
  expect(names((await recorded()).resources)).toEqual([...always, `${recoveryType} prod-database-recovery`].sort());
  expect(names((await recorded({ pointInTimeRecoveryDays: null })).resources)).toEqual(always.sort());
});

test("the first preview, with nothing known, registers the same resources", async () => {
  const preview = await recorded({}, { preview: true });
  expect(names(preview.resources)).toEqual(names((await recorded()).resources));
});

test("the project: exact inputs, its password secret and random", async () => {
  const { resources } = await recorded();
  const project = only(resources, projectType);
  expect(project.inputs).toEqual({
    organizationId: "chisan",
    name: "chisan-prod",
    region: "ap-northeast-2",
    databasePassword: password,
    instanceSize: "small",
    legacyApiKeysEnabled: true,
  });
  expect(isSecretInput(project, "databasePassword")).toBe(true);
  expect(only(resources, passwordType).inputs).toEqual({ length: 48, special: false });
});

test("settings: SSL enforced, network restricted, auth secret as a whole", async () => {
  const { resources } = await recorded();
  const settings = only(resources, settingsType);
  expect(settings.inputs).toEqual({
    projectRef: ref,
    sslEnforcement: true,
    network: '{"restrictions":["198.51.100.7/32","203.0.113.0/24"]}',
    database: '{"statement_timeout":"2min"}',
    api: '{"db_extra_search_path":"public,extensions","db_schema":"public","max_rows":1000}',
    auth: authSettings(args.auth, googleSecret),
    storage: '{"fileSizeLimit":52428800}',
    pooler: '{"default_pool_size":15}',
  });
  expect(settings.secretInputs).toEqual(["auth"]);
  expect(settings.additionalSecretOutputs).toEqual(["auth"]);
});

test("auth is secret even when the caller forgot to mark the client secret", async () => {
  const settings = only((await recorded({ googleClientSecret: googleSecret })).resources, settingsType);
  expect(settings.secretInputs).toEqual(["auth"]);
});

test("the add-ons and the version check: exact inputs, and what each waits for", async () => {
  const { resources } = await recorded();
  const program = expect.stringContaining("/components/supabase/") as unknown;
  expect(only(resources, versionType).inputs).toEqual({ projectRef: ref, expectedMajor: 15, __provider: program });
  expect(only(resources, ipv4Type).inputs).toEqual({ projectRef: ref, __provider: program });
  expect(only(resources, recoveryType).inputs).toEqual({ projectRef: ref, days: 7, __provider: program });
  expect(only(resources, settingsType).dependencies).toEqual(["prod-database-project"]);
  expect(only(resources, versionType).dependencies).toEqual(["prod-database-project"]);
  expect(only(resources, ipv4Type).dependencies).toEqual([
    "prod-database-postgres-version",
    "prod-database-project",
    "prod-database-settings",
  ]);
  expect(only(resources, recoveryType).dependencies).toEqual(["prod-database-ipv4", "prod-database-project"]);
});

test("each dynamic resource names the module that carries it out", async () => {
  const { resources } = await recorded();
  const module = (type: string): string | undefined => /"\/(components\/[^"]+)"/.exec(String(only(resources, type).inputs.__provider))?.[1];
  for (const [type, file] of [
    [versionType, "postgres-version-provider"],
    [ipv4Type, "ipv4-provider"],
    [recoveryType, "pitr-provider"],
  ] as const) {
    expect(module(type)).toBe(`components/supabase/${file}.ts`);
    const loaded = (await import(`../${String(module(type))}`)) as { provider: Record<string, unknown> };
    expect(Object.keys(loaded.provider)).toEqual(expect.arrayContaining(["check", "diff", "create", "read"]));
  }
});

test.each([
  [true, false],
  [false, true],
  [false, false],
])("protect %p and retainOnDelete %p hold for the project and its add-ons, and for nothing else", async (protect, retainOnDelete) => {
  const { resources } = await recorded({ protect, retainOnDelete });
  for (const resource of resources.filter(({ custom }) => custom)) {
    const kept = [projectType, ipv4Type, recoveryType].includes(resource.type);
    expect([resource.name, resource.protect, resource.retainOnDelete]).toEqual([resource.name, kept && protect, kept && retainOnDelete]);
  }
});

test("nothing is ignored: a changed region or organization must reach the provider, which refuses it", async () => {
  for (const resource of (await recorded()).resources) {
    expect([resource.name, resource.ignoreChanges, resource.replaceOnChanges]).toEqual([resource.name, [], []]);
  }
});

test("outputs: the address and the anon key are public, the service-role key and the connection are secret", async () => {
  const outputs: Record<string, [string, boolean]> = {};
  await recordResources(
    async () => {
      const database = new Database("prod-database", args);
      for (const output of ["projectRef", "url", "anonKey", "serviceRoleKey", "connectionString"] as const) {
        outputs[output] = [await promiseOf(database[output]), await isSecret(database[output])];
      }
    },
    // As the real provider's schema has it: every key is secret.
    {
      calls: {
        "supabase:index/getApikeys:getApikeys": () => ({
          ...keys,
          anonKey: pulumi.secret("anon"),
          serviceRoleKey: pulumi.secret("service"),
        }),
      },
    },
  );
  expect(outputs).toEqual({
    projectRef: [ref, false],
    url: [`https://${ref}.supabase.co`, false],
    anonKey: ["anon", false],
    serviceRoleKey: ["service", true],
    connectionString: [`postgresql://postgres:${password}@db.${ref}.supabase.co:5432/postgres?sslmode=require`, true],
  });
});

test("the service-role key is secret even when the provider does not say so", async () => {
  await recordResources(
    async () => {
      const database = new Database("prod-database", args);
      expect(await isSecret(database.serviceRoleKey)).toBe(true);
      expect(await isSecret(database.anonKey)).toBe(false);
    },
    { calls },
  );
});

test("neither the password nor Google's secret is in a plain input", async () => {
  const { resources } = await recorded();
  for (const resource of resources) {
    const plain = Object.entries(resource.inputs).filter(([property]) => !isSecretInput(resource, property));
    expect(JSON.stringify(plain)).not.toContain(password);
    expect(JSON.stringify(plain)).not.toContain(googleSecret);
  }
});

test("an incoherent plan registers nothing but the component", async () => {
  await expect(recorded({ compute: "micro" })).rejects.toThrow("CHI-C601");
});

test("the connection string is a URL whatever letters the password has", () => {
  const url = new URL(connectionString("db.abcdefghijklmnopqrst.supabase.co", "aZ09".repeat(12)));
  expect([url.hostname, url.port, url.pathname, url.searchParams.get("sslmode")]).toEqual([
    "db.abcdefghijklmnopqrst.supabase.co",
    "5432",
    "/postgres",
    "require",
  ]);
  expect(url.password).toBe("aZ09".repeat(12));
});

test("the vendor answers a bare name, the sandbox one with a port", () => {
  expect(connectionString("db.x.supabase.co", "p")).toBe("postgresql://postgres:p@db.x.supabase.co:5432/postgres?sslmode=require");
  expect(connectionString("127.0.0.1:23456", "p")).toBe("postgresql://postgres:p@127.0.0.1:23456/postgres?sslmode=require");
});

test("each environment has a project of its own; the rebuilt one has the document's name", () => {
  const all = stackNames.map((stack) => databaseName(environmentSlug(stack)));
  expect(new Set(all).size).toBe(all.length);
  expect(databaseName("dr")).toBe("chisan-dr");
});

test.each([null, undefined, ""])("a legacy key that was switched off (%p) is named", (key) => {
  expect(() => legacyKey("anon", key)).toThrow(/^CHI-C606 .*no anon key/);
  expect(legacyKey("anon", "eyJ")).toBe("eyJ");
});

test("children of each type are parented to the component", async () => {
  const { resources } = await recorded();
  for (const resource of resources.filter(({ custom }) => custom))
    expect([resource.name, resource.parent]).toEqual([resource.name, "prod-database"]);
  expect(ofType(resources, projectType)).toHaveLength(1);
});
