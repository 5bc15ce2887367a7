import {
  categories,
  environmentVariable,
  environmentVariableNames,
  environmentVariables,
  generatedCharacters,
  generatedVariableNames,
  groups,
  rotatableSecrets,
  unheardErrors,
  variablesOf,
  type EnvironmentVariableName,
} from "./environment-variables";
import { configurationKeys } from "./stack-configuration-keys";

/** The block of section 2.3, as it stands in the document. */
const section23 = `
# Supabase
NEXT_PUBLIC_SUPABASE_URL=https://xxx.supabase.co
NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJ...
SUPABASE_SERVICE_ROLE_KEY=eyJ...

# Database (for NestJS direct connection)
DATABASE_URL=postgresql://postgres:xxx@db.xxx.supabase.co:5432/postgres

# Auth
GOOGLE_CLIENT_ID=xxx.apps.googleusercontent.com
GOOGLE_CLIENT_SECRET=xxx

# Storage
R2_ACCOUNT_ID=xxx
R2_ACCESS_KEY_ID=xxx
R2_SECRET_ACCESS_KEY=xxx
R2_BUCKET_NAME=chisan-files

# Application
NEXTAUTH_SECRET=xxx
API_URL=http://localhost:4000
`;

test("the names and examples are exactly section 2.3's, plus JWT_SECRET and ENCRYPTION_KEY of section 2.1, Sentry's of section 6.1, and the files gateway's", () => {
  const documented = section23.split("\n").flatMap((line) => /^([A-Z0-9_]+)=(.*)$/.exec(line)?.slice(1, 3).join("=") ?? []);
  expect(documented).toHaveLength(12);
  const ours = environmentVariableNames.map((name) => `${name}=${environmentVariable(name).example}`);
  const sentry = ["NEXT_PUBLIC_SENTRY_DSN", "SENTRY_DSN"].map((name) => `${name}=${unheardErrors}`);
  const gateway = ["FILES_GATEWAY_URL=http://localhost:8787", "FILES_GATEWAY_SECRET=xxx"];
  expect([...ours].sort()).toEqual([...documented, "JWT_SECRET=xxx", "ENCRYPTION_KEY=xxx", ...sentry, ...gateway].sort());
});

test("the groups are section 2.3's headings, and one for Sentry", () => {
  expect(groups.filter((group) => group !== "Errors")).toEqual([...section23.matchAll(/^# (.*)$/gm)].map((match) => match[1]));
});

test("the categories are section 2.1's, each with its rotation, and each has a variable", () => {
  expect(categories).toEqual({
    Database: { rotation: "on breach" },
    Auth: { rotation: "on breach" },
    "External APIs": { rotation: "annually" },
    Storage: { rotation: "annually" },
    Application: { rotation: "on breach" },
  });
  const used = new Set(environmentVariableNames.map((name) => environmentVariable(name).category));
  expect([...used].sort()).toEqual(Object.keys(categories).sort());
});

test.each<[EnvironmentVariableName, string]>([
  ["DATABASE_URL", "Database"],
  ["SUPABASE_SERVICE_ROLE_KEY", "Auth"],
  ["GOOGLE_CLIENT_SECRET", "External APIs"],
  ["R2_ACCESS_KEY_ID", "Storage"],
  ["R2_SECRET_ACCESS_KEY", "Storage"],
  ["JWT_SECRET", "Application"],
  ["ENCRYPTION_KEY", "Application"],
])("section 2.1 gives %s as an example of %s", (name, category) => {
  expect(environmentVariable(name).category).toBe(category);
});

test("what the browser gets is public, and what is secret never has the browser's prefix", () => {
  for (const name of environmentVariableNames.filter((name) => name.startsWith("NEXT_PUBLIC_"))) {
    expect([name, environmentVariable(name).visibility]).toEqual([name, "public"]);
  }
});

test("the secrets are exactly these", () => {
  expect(environmentVariableNames.filter((name) => environmentVariable(name).visibility === "secret")).toEqual([
    "SUPABASE_SERVICE_ROLE_KEY",
    "DATABASE_URL",
    "GOOGLE_CLIENT_SECRET",
    "R2_ACCESS_KEY_ID",
    "R2_SECRET_ACCESS_KEY",
    "FILES_GATEWAY_SECRET",
    "NEXTAUTH_SECRET",
    "JWT_SECRET",
    "ENCRYPTION_KEY",
  ]);
});

test("what is generated is secret and 32 characters or more (section 2.5)", () => {
  expect(generatedVariableNames).toEqual(["NEXTAUTH_SECRET", "JWT_SECRET", "ENCRYPTION_KEY"]);
  for (const name of generatedVariableNames) {
    expect(environmentVariables[name].visibility).toBe("secret");
    expect(generatedCharacters(environmentVariables[name].source)).toBeGreaterThanOrEqual(32);
  }
});

test.each([16, 31, 32, 33])("base64 of %d bytes has the computed length", (length) => {
  const written = Buffer.alloc(length, 7).toString("base64");
  expect(generatedCharacters({ kind: "generated", form: "bytes", length })).toBe(written.length);
});

test("each consumer gets exactly these", () => {
  expect(variablesOf("web")).toEqual([
    "NEXT_PUBLIC_SUPABASE_URL",
    "NEXT_PUBLIC_SUPABASE_ANON_KEY",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "NEXT_PUBLIC_SENTRY_DSN",
    "NEXTAUTH_SECRET",
    "API_URL",
  ]);
  expect(variablesOf("api")).toEqual([
    "NEXT_PUBLIC_SUPABASE_URL",
    "SUPABASE_SERVICE_ROLE_KEY",
    "DATABASE_URL",
    "R2_ACCOUNT_ID",
    "R2_ACCESS_KEY_ID",
    "R2_SECRET_ACCESS_KEY",
    "R2_BUCKET_NAME",
    "FILES_GATEWAY_URL",
    "FILES_GATEWAY_SECRET",
    "SENTRY_DSN",
    "JWT_SECRET",
    "ENCRYPTION_KEY",
  ]);
  expect(new Set([...variablesOf("web"), ...variablesOf("api")]).size).toBe(environmentVariableNames.length);
});

test("what comes from configuration has a key there, secret where the variable is", () => {
  for (const name of environmentVariableNames) {
    const { source, visibility } = environmentVariable(name);
    if (source.kind !== "configuration") continue;
    expect([name, configurationKeys[source.key].secret]).toEqual([name, visibility === "secret"]);
  }
});

test("what rotates by generation", () => {
  expect(rotatableSecrets).toEqual(["NEXTAUTH_SECRET", "JWT_SECRET", "ENCRYPTION_KEY", "R2_API_TOKEN", "FILES_GATEWAY_SECRET"]);
});
