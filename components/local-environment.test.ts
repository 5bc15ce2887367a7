import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { environmentVariableNames } from "../config/environment-variables";
import { providerProgram } from "./dynamic/dynamic-resource";
import { type LocalEnvironmentArgs, LocalEnvironment } from "./local-environment";
import { supabaseKey } from "./local-supabase";
import { type RecordedResource, isSecretInput, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const fileType = "pulumi-nodejs:dynamic/chisan:EnvLocalFile";
const passwordType = "random:index/randomPassword:RandomPassword";
const bytesType = "random:index/randomBytes:RandomBytes";

const args: LocalEnvironmentArgs = {
  apiUrl: "http://localhost:4000",
  googleClientId: "123456-abc.apps.googleusercontent.com",
  googleClientSecret: pulumi.secret("google-client-secret"),
  supabaseConfiguration: readFileSync(join(__dirname, "..", "supabase", "config.toml"), "utf8"),
};

async function recorded(change: Partial<LocalEnvironmentArgs> = {}) {
  const made: LocalEnvironment[] = [];
  const resources = await recordResources(() => made.push(new LocalEnvironment("local", { ...args, ...change })));
  const content = String(only(resources, fileType).inputs.content);
  // `parseEnv` sorts, so the order is read from the lines.
  const order = [...content.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  return { resources, local: made[0] as LocalEnvironment, values: parseEnv(content) as Record<string, string>, order };
}

test("exactly generated values and one file, and no cloud", async () => {
  const { resources, local } = await recorded();
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:LocalEnvironment local",
      `${fileType} local-env-file`,
      `${passwordType} local-jwt-secret-g1`,
      `${passwordType} local-nextauth-secret-g1`,
      `${passwordType} local-supabase-jwt-secret`,
      `${bytesType} local-encryption-key-g1`,
      `${bytesType} local-files-gateway-secret`,
      `${bytesType} local-r2-access-key-id`,
      `${bytesType} local-r2-secret-access-key`,
    ].sort(),
  );
  expect(refusals(resources)).toEqual([]);
  expect(await promiseOf(local.envFile)).toBe(".env.local");
});

test("the file has every variable of the catalogue, in its order, and Supabase's JWT secret; nothing else", async () => {
  const { values, order } = await recorded();
  expect(order).toEqual([...environmentVariableNames, "SUPABASE_AUTH_JWT_SECRET"]);
  expect(values).toMatchObject({
    NEXT_PUBLIC_SUPABASE_URL: "http://127.0.0.1:54321",
    DATABASE_URL: "postgresql://postgres:postgres@127.0.0.1:54322/postgres",
    GOOGLE_CLIENT_ID: "123456-abc.apps.googleusercontent.com",
    GOOGLE_CLIENT_SECRET: "google-client-secret",
    R2_ACCOUNT_ID: "local",
    R2_BUCKET_NAME: "chisan-files-dev",
    API_URL: "http://localhost:4000",
  });
});

test("the local Supabase keys belong to the generated JWT secret", async () => {
  const { values } = await recorded();
  const secret = values.SUPABASE_AUTH_JWT_SECRET as string;
  expect(values.NEXT_PUBLIC_SUPABASE_ANON_KEY).toBe(supabaseKey(secret, "anon"));
  expect(values.SUPABASE_SERVICE_ROLE_KEY).toBe(supabaseKey(secret, "service_role"));
});

test("no two secrets share a value", async () => {
  const { values } = await recorded();
  const secrets = [
    "NEXTAUTH_SECRET",
    "JWT_SECRET",
    "ENCRYPTION_KEY",
    "SUPABASE_AUTH_JWT_SECRET",
    "R2_ACCESS_KEY_ID",
    "R2_SECRET_ACCESS_KEY",
    "FILES_GATEWAY_SECRET",
  ];
  expect(new Set(secrets.map((name) => values[name])).size).toBe(secrets.length);
});

test("the secrets are made with the catalogue's lengths", async () => {
  const { resources } = await recorded();
  const lengths = (type: string) => Object.fromEntries(ofType(resources, type).map(({ name, inputs }) => [name, inputs.length]));
  expect(lengths(passwordType)).toEqual({ "local-jwt-secret-g1": 64, "local-nextauth-secret-g1": 64, "local-supabase-jwt-secret": 64 });
  expect(lengths(bytesType)).toEqual({ "local-encryption-key-g1": 32, "local-files-gateway-secret": 32, "local-r2-access-key-id": 32, "local-r2-secret-access-key": 32 });
});

test("the content is secret on its way in and in the state, and nowhere else", async () => {
  const { resources } = await recorded();
  const file = only(resources, fileType);
  expect(isSecretInput(file, "content")).toBe(true);
  expect(file.additionalSecretOutputs).toEqual(["content"]);
  expect(file.inputs).toMatchObject({ path: ".env.local", __provider: providerProgram("components/dynamic/env-local-file-provider.ts") });
  const elsewhere = resources.filter(({ type }) => type !== fileType).map(({ inputs }) => JSON.stringify(inputs));
  expect(elsewhere.join()).not.toContain("google-client-secret");
});

test("while a secret rotates, both generations are in the file", async () => {
  const { values, resources } = await recorded({ generations: { JWT_SECRET: { current: 2, previous: 1 } } });
  expect(values.JWT_SECRET).toContain("-g2");
  expect(values.JWT_SECRET_PREVIOUS).toContain("-g1");
  expect(ofType(resources, passwordType).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["local-jwt-secret-g1", "local-jwt-secret-g2"]),
  );
  expect(values).not.toHaveProperty("NEXTAUTH_SECRET_PREVIOUS");
});

test("another version of PostgreSQL in supabase/config.toml is refused before there is a file", async () => {
  const seventeen = args.supabaseConfiguration.replace("major_version = 15", "major_version = 17");
  await expect(recorded({ supabaseConfiguration: seventeen })).rejects.toThrow("CHI-C712");
});

test("a value that is missing fails by name", async () => {
  await expect(recorded({ googleClientId: "" })).rejects.toThrow(/CHI-V001 .*GOOGLE_CLIENT_ID/);
});

test("in a preview, with every secret unknown, the same resources are registered", async () => {
  const preview: RecordedResource[] = await recordResources(() => new LocalEnvironment("local", args), { preview: true });
  expect(names(preview)).toEqual(names((await recorded()).resources));
});
