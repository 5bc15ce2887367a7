/**
 * The one catalogue of environment variables (operations document, section 2.3, plus JWT_SECRET and ENCRYPTION_KEY of section 2.1).
 *
 * Which consumer gets a variable, whether it may be shown, and where its value comes from is said here and nowhere else:
 * the components, `.env.local.example`, the secrets' rotation and docs/configuration.md all read it.
 */
/** A program that reads environment variables: the Next.js app (`web`) or the NestJS service (`api`). */
export type Consumer = "web" | "api";

/** The secret categories of section 2.1, with how often each is rotated. */
export const categories = {
  Database: { rotation: "on breach" },
  Auth: { rotation: "on breach" },
  "External APIs": { rotation: "annually" },
  Storage: { rotation: "annually" },
  Application: { rotation: "on breach" },
} as const satisfies Record<string, { rotation: "on breach" | "annually" }>;
export type Category = keyof typeof categories;

/** The headings of `.env.local.example`, in the order of section 2.3. */
export const groups = ["Supabase", "Database (for NestJS direct connection)", "Auth", "Storage", "Errors", "Application"] as const;
export type Group = (typeof groups)[number];

export type VariableSource =
  /** Made at random by SecretStore: text of so many letters and digits. */
  | { kind: "generated"; form: "characters"; length: number }
  /** Made at random by SecretStore: so many bytes, written in base64. For keys of a cipher, whose length in bytes is fixed. */
  | { kind: "generated"; form: "bytes"; length: number }
  /** An output of a component of the same environment. */
  | { kind: "resource"; resource: "Database" | "FileStore" | "ErrorTracking" | "ApiService"; output: string }
  /** Given by the operator in the stack's configuration, under a key of stack-configuration-keys.ts. */
  | { kind: "configuration"; key: "googleClientId" | "googleClientSecret" | "cloudflareAccountId" };

export interface EnvironmentVariable {
  consumers: readonly Consumer[];
  visibility: "public" | "secret";
  source: VariableSource;
  category: Category;
  group: Group;
  description: string;
  /** What `.env.local.example` shows: a placeholder for what a developer must fill in, or the value itself where it is the same for all. */
  example: string;
}

/** Errors of a developer's machine go nowhere: nobody listens at the discard port (RFC 863). */
export const unheardErrors = "http://nobody@127.0.0.1:9/1";

export const environmentVariables = {
  NEXT_PUBLIC_SUPABASE_URL: {
    consumers: ["web", "api"],
    visibility: "public",
    source: { kind: "resource", resource: "Database", output: "url" },
    category: "Database",
    group: "Supabase",
    description: "Address of the Supabase project's API",
    example: "https://xxx.supabase.co",
  },
  NEXT_PUBLIC_SUPABASE_ANON_KEY: {
    consumers: ["web"],
    visibility: "public",
    source: { kind: "resource", resource: "Database", output: "anonKey" },
    category: "Auth",
    group: "Supabase",
    description: "Key of the browser; row level security decides what it may read",
    example: "eyJ...",
  },
  SUPABASE_SERVICE_ROLE_KEY: {
    consumers: ["api"],
    visibility: "secret",
    source: { kind: "resource", resource: "Database", output: "serviceRoleKey" },
    category: "Auth",
    group: "Supabase",
    description: "Key that row level security does not limit: the API only, never the web app",
    example: "eyJ...",
  },
  DATABASE_URL: {
    consumers: ["api"],
    visibility: "secret",
    source: { kind: "resource", resource: "Database", output: "connectionString" },
    category: "Database",
    group: "Database (for NestJS direct connection)",
    description: "Connection to PostgreSQL, with the password in it",
    example: "postgresql://postgres:xxx@db.xxx.supabase.co:5432/postgres",
  },
  GOOGLE_CLIENT_ID: {
    consumers: ["web"],
    visibility: "public",
    source: { kind: "configuration", key: "googleClientId" },
    category: "External APIs",
    group: "Auth",
    description: "OAuth client of Google sign-in",
    example: "xxx.apps.googleusercontent.com",
  },
  GOOGLE_CLIENT_SECRET: {
    consumers: ["web"],
    visibility: "secret",
    source: { kind: "configuration", key: "googleClientSecret" },
    category: "External APIs",
    group: "Auth",
    description: "Secret of the OAuth client; used on the web app's server, never in the browser",
    example: "xxx",
  },
  R2_ACCOUNT_ID: {
    consumers: ["api"],
    visibility: "public",
    source: { kind: "configuration", key: "cloudflareAccountId" },
    category: "Storage",
    group: "Storage",
    description: "Cloudflare account that owns the bucket; part of the S3 endpoint's address",
    example: "xxx",
  },
  R2_ACCESS_KEY_ID: {
    consumers: ["api"],
    visibility: "secret",
    source: { kind: "resource", resource: "FileStore", output: "accessKeyId" },
    category: "Storage",
    group: "Storage",
    description: "S3 access key of a token that reads this one bucket (the token's id)",
    example: "xxx",
  },
  R2_SECRET_ACCESS_KEY: {
    consumers: ["api"],
    visibility: "secret",
    source: { kind: "resource", resource: "FileStore", output: "secretAccessKey" },
    category: "Storage",
    group: "Storage",
    description: "S3 secret key of the same token (SHA-256 of the token's value)",
    example: "xxx",
  },
  R2_BUCKET_NAME: {
    consumers: ["api"],
    visibility: "public",
    source: { kind: "resource", resource: "FileStore", output: "bucketName" },
    category: "Storage",
    group: "Storage",
    description: "Bucket of the users' files",
    example: "chisan-files",
  },
  FILES_GATEWAY_URL: {
    consumers: ["api"],
    visibility: "public",
    source: { kind: "resource", resource: "FileStore", output: "gateway.url" },
    category: "Storage",
    group: "Storage",
    description: "Address of the files gateway, through which files are written (docs/files.md)",
    example: "http://localhost:8787",
  },
  FILES_GATEWAY_SECRET: {
    consumers: ["api"],
    visibility: "secret",
    source: { kind: "resource", resource: "FileStore", output: "gateway.keys.api" },
    category: "Storage",
    group: "Storage",
    description: "Signs the API's requests to the files gateway; opens nothing else",
    example: "xxx",
  },
  NEXT_PUBLIC_SENTRY_DSN: {
    consumers: ["web"],
    visibility: "public",
    source: { kind: "resource", resource: "ErrorTracking", output: "webDsn" },
    category: "Application",
    group: "Errors",
    description: "Where the web app reports errors (section 6.1); whoever has it can add errors and read none",
    example: unheardErrors,
  },
  SENTRY_DSN: {
    consumers: ["api"],
    visibility: "public",
    source: { kind: "resource", resource: "ErrorTracking", output: "apiDsn" },
    category: "Application",
    group: "Errors",
    description: "Where the API reports errors",
    example: unheardErrors,
  },
  NEXTAUTH_SECRET: {
    consumers: ["web"],
    visibility: "secret",
    source: { kind: "generated", form: "characters", length: 64 },
    category: "Application",
    group: "Application",
    description: "Encrypts the web app's session cookies",
    example: "xxx",
  },
  API_URL: {
    consumers: ["web"],
    visibility: "public",
    source: { kind: "resource", resource: "ApiService", output: "url" },
    category: "Application",
    group: "Application",
    description: "Address of the API as the web app's server calls it",
    example: "http://localhost:4000",
  },
  JWT_SECRET: {
    consumers: ["api"],
    visibility: "secret",
    source: { kind: "generated", form: "characters", length: 64 },
    category: "Application",
    group: "Application",
    description: "Signs the API's own tokens",
    example: "xxx",
  },
  ENCRYPTION_KEY: {
    consumers: ["api"],
    visibility: "secret",
    // 32 bytes: the key length of AES-256.
    source: { kind: "generated", form: "bytes", length: 32 },
    category: "Application",
    group: "Application",
    description: "Encrypts sensitive columns (AES-256, base64)",
    example: "xxx",
  },
} as const satisfies Record<string, EnvironmentVariable>;

export type EnvironmentVariableName = keyof typeof environmentVariables;

/** The names one consumer gets. */
export type ConsumerVariable<C extends Consumer> = {
  [N in EnvironmentVariableName]: C extends (typeof environmentVariables)[N]["consumers"][number] ? N : never;
}[EnvironmentVariableName];

/** The names whose value SecretStore makes at random. */
export type GeneratedVariable = {
  [N in EnvironmentVariableName]: (typeof environmentVariables)[N]["source"] extends { kind: "generated" } ? N : never;
}[EnvironmentVariableName];

/** All names, in the catalogue's order. */
export const environmentVariableNames = Object.keys(environmentVariables) as EnvironmentVariableName[];

/** The definition of one variable, in its general type. */
export function environmentVariable(name: EnvironmentVariableName): EnvironmentVariable {
  return environmentVariables[name];
}

/** The names a consumer gets, in the catalogue's order. */
export function variablesOf<C extends Consumer>(consumer: C): ConsumerVariable<C>[] {
  return environmentVariableNames.filter((name) => environmentVariable(name).consumers.includes(consumer)) as ConsumerVariable<C>[];
}

/** The generated names, in the catalogue's order. */
export const generatedVariableNames = environmentVariableNames.filter(
  (name) => environmentVariable(name).source.kind === "generated",
) as GeneratedVariable[];

/** The length of a generated secret as text: base64 writes 3 bytes in 4 characters. */
export function generatedCharacters(source: Extract<VariableSource, { kind: "generated" }>): number {
  return source.form === "bytes" ? Math.ceil(source.length / 3) * 4 : source.length;
}

/**
 * Secrets that rotate by generation (section 2.4: the old and the new active together, then the old removed): the generated
 * variables, the R2 token behind R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, of which Cloudflare accepts two at a time, and the
 * secret behind FILES_GATEWAY_SECRET, of which the files gateway does.
 */
export const rotatableSecrets = [...generatedVariableNames, "R2_API_TOKEN", "FILES_GATEWAY_SECRET"] as const;
export type RotatableSecret = (typeof rotatableSecrets)[number];
