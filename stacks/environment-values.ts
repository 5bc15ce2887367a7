/** The catalogue of environment variables, filled from what an environment declares. */
import { secret, type Input, type Output } from "@pulumi/pulumi";
import type { BackupIdentities } from "../components/backup-schedule-identities";
import type { OperationsSecret } from "../components/backup-schedule-needs";
import type { Database } from "../components/database";
import type { ErrorTracking } from "../components/error-tracking";
import type { FileStore } from "../components/file-store";
import { type ExporterSecret, exporterSecrets } from "../components/metrics-exporter-inputs";
import type { MetricsExporterIdentity } from "../components/metrics-exporter-identity";
import type { RuntimeIdentity } from "../components/runtime-identity";
import type { SecretReference } from "../components/secret-store";
import type { SecretDefinition } from "../components/secret-store-inputs";
import { activeGenerations, type EncryptionKeys } from "../config/encryption-keys";
import {
  environmentVariable,
  environmentVariableNames,
  generatedVariableNames,
  environmentVariables,
  variablesOf,
  type EnvironmentVariableName,
  type RotatableSecret,
} from "../config/environment-variables";

/** The accounts that the environment's workloads run as. */
export interface Identities {
  readonly api: Pick<RuntimeIdentity, "email" | "member">;
  readonly exporter: Pick<MetricsExporterIdentity, "email" | "member" | "writeGrant">;
  readonly backups: Pick<BackupIdentities, "of" | "readersOf">;
}

/** What an environment has, from which variables that are not generated take their values. */
export interface Given {
  apiUrl: string;
  accountId: string;
  database: Pick<Database, "url" | "anonKey" | "serviceRoleKey" | "connectionString">;
  files: Pick<FileStore, "bucketName" | "credentials" | "gateway">;
  errors: Pick<ErrorTracking, "webDsn" | "apiDsn">;
  googleClientId: string;
  googleClientSecret: Output<string>;
}

type Generations = { current: number; previous?: number };

/** Values of the variables that are not made at random, by name. */
function givenValues({ apiUrl, accountId, database, files, errors, googleClientId, googleClientSecret }: Given) {
  return {
    NEXT_PUBLIC_SUPABASE_URL: database.url,
    NEXT_PUBLIC_SUPABASE_ANON_KEY: database.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: database.serviceRoleKey,
    DATABASE_URL: database.connectionString,
    GOOGLE_CLIENT_ID: googleClientId,
    GOOGLE_CLIENT_SECRET: googleClientSecret,
    R2_ACCOUNT_ID: accountId,
    R2_ACCESS_KEY_ID: files.credentials.current.accessKeyId,
    R2_SECRET_ACCESS_KEY: files.credentials.current.secretAccessKey,
    R2_BUCKET_NAME: files.bucketName,
    FILES_GATEWAY_URL: files.gateway.url,
    FILES_GATEWAY_SECRET: files.gateway.keys.api.current,
    NEXT_PUBLIC_SENTRY_DSN: errors.webDsn,
    SENTRY_DSN: errors.apiDsn,
    API_URL: apiUrl,
  } satisfies Partial<Record<EnvironmentVariableName, Input<string>>>;
}

/** Secrets that are made elsewhere and rotate, by what their generations are configured under. */
const rotations: Readonly<Partial<Record<EnvironmentVariableName, RotatableSecret>>> = {
  R2_ACCESS_KEY_ID: "R2_API_TOKEN",
  R2_SECRET_ACCESS_KEY: "R2_API_TOKEN",
  FILES_GATEWAY_SECRET: "FILES_GATEWAY_SECRET",
};

/**
 * What the environment's SecretStore keeps: every generated secret, and every other secret that the API reads (the API takes its
 * secrets from Secret Manager by version; the web app gets its from Vercel), and the metrics exporter's key for the files gateway.
 *
 * @param readersOf the accounts that read a variable from Secret Manager, by workload, as members of a grant
 * @param encryptionKeys ENCRYPTION_KEY, where it came with data from elsewhere
 */
export function secretDefinitions(
  given: Given,
  generations: Readonly<Partial<Record<RotatableSecret, Generations>>>,
  readersOf: (name: EnvironmentVariableName | ExporterSecret) => Record<string, Input<string>>,
  encryptionKeys?: EncryptionKeys,
): Record<string, SecretDefinition> {
  const values: Partial<Record<EnvironmentVariableName, Input<string>>> = givenValues(given);
  const previous = given.files.credentials.previous;
  const previousValues: Partial<Record<EnvironmentVariableName, Input<string>>> = {
    R2_ACCESS_KEY_ID: previous?.accessKeyId,
    R2_SECRET_ACCESS_KEY: previous?.secretAccessKey,
    FILES_GATEWAY_SECRET: given.files.gateway.keys.api.previous,
  };
  const first: Generations = { current: 1 };
  const definitions: [string, SecretDefinition][] = generatedVariableNames.map((name) => [
    name,
    { ...environmentVariables[name].source, generations: generations[name] ?? first, readers: readersOf(name) },
  ]);
  if (encryptionKeys !== undefined) {
    definitions.push([
      "ENCRYPTION_KEY",
      {
        ...environmentVariables.ENCRYPTION_KEY.source,
        generations: generations.ENCRYPTION_KEY ?? activeGenerations(encryptionKeys),
        // Of a generation that is raised here afterwards there is none: that one is made.
        takenOver: Object.fromEntries([...encryptionKeys].map(([generation, key]) => [generation, secret(key.reveal())])),
        readers: readersOf("ENCRYPTION_KEY"),
      },
    ]);
  }
  for (const name of secretNames("api")) {
    const value = values[name];
    if (value === undefined) continue; // a generated one, defined above
    const rotatesWith = rotations[name];
    definitions.push([
      name,
      {
        kind: "given",
        value,
        previousValue: previousValues[name],
        generations: (rotatesWith === undefined ? undefined : generations[rotatesWith]) ?? first,
        readers: readersOf(name),
      },
    ]);
  }
  const { current, previous: previousKey } = given.files.gateway.keys.status;
  const statusKey = "FILES_STATUS_KEY" satisfies ExporterSecret;
  definitions.push([
    statusKey,
    {
      kind: "given",
      value: current,
      previousValue: previousKey,
      generations: generations.FILES_GATEWAY_SECRET ?? first,
      // No variable of the catalogue: it is the exporter's alone.
      readers: readersOf(statusKey),
    },
  ]);
  return Object.fromEntries(definitions);
}

/** Who reads a variable from Secret Manager: the API what it consumes, the exporter and the backup jobs what they need. */
export function secretReaders({ api, exporter, backups }: Identities): (name: string) => Record<string, Input<string>> {
  const consumed: readonly string[] = variablesOf("api");
  return (name) => ({
    ...(consumed.includes(name) ? { api: api.member } : {}),
    ...((exporterSecrets as readonly string[]).includes(name) ? { metrics: exporter.member } : {}),
    ...backups.readersOf(name as OperationsSecret),
  });
}

/** A value for every name of the catalogue. */
export function variableValues(
  given: Given,
  references: Readonly<Record<string, SecretReference>>,
): Partial<Record<EnvironmentVariableName, Input<string>>> {
  return {
    ...givenValues(given),
    ...Object.fromEntries(generatedVariableNames.map((name) => [name, references[name]?.value])),
  };
}

/** Those of a consumer's variables that may be shown; the secret ones reach it by another way. */
export function publicVariables(variables: Readonly<Partial<Record<EnvironmentVariableName, Input<string>>>>): Record<string, Input<string>> {
  return Object.fromEntries(
    environmentVariableNames.flatMap((name) => {
      const value = variables[name];
      return value === undefined || environmentVariable(name).visibility === "secret" ? [] : [[name, value]];
    }),
  );
}

/** The names of a consumer's secrets. */
export function secretNames(consumer: "web" | "api"): EnvironmentVariableName[] {
  return environmentVariableNames.filter((name) => {
    const { consumers, visibility } = environmentVariable(name);
    return visibility === "secret" && consumers.includes(consumer);
  });
}
