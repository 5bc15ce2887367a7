import * as pulumi from "@pulumi/pulumi";
import type { BackupVault } from "./backup-vault";
import type { OperationsSecret } from "./backup-schedule-needs";
import { publicPemOfSeed, seedBytes } from "../config/ed25519-seed";
import type { S3Credential } from "./r2-credentials";
import type { SecretReference } from "./secret-store";
import type { Generations, SecretDefinition } from "./secret-store-inputs";

export interface BackupSecretsArgs {
  readonly vault: Pick<BackupVault, "writer" | "reader">;
  /** Who may read each, by workload. */
  readonly readersOf: (secret: OperationsSecret) => Record<string, pulumi.Input<string>>;
  /** Configuration `backupIdentity`; undefined where no run reads backups. */
  readonly identity: pulumi.Input<string> | undefined;
  /** Configuration `restoreTestDatabaseUrl`; undefined where no restore test runs. */
  readonly restoreTestDatabaseUrl: pulumi.Input<string> | undefined;
  /** chisan-dr's tokens, by the variable that the drill has each as; undefined while nobody has given them. */
  readonly drillTokens?: Readonly<Record<"CLOUDFLARE_API_TOKEN" | "VERCEL_API_TOKEN" | "SUPABASE_ACCESS_TOKEN", pulumi.Input<string>>>;
  /** Of the R2 tokens (configuration `secretGenerations.R2_API_TOKEN`). */
  readonly generations: Generations;
}

/**
 * What the SecretStore keeps for the scheduled runs alone, each readable by exactly the accounts that need it; none without a reader.
 * DATABASE_URL is the API's too: its definition gets `identities.readersOf("DATABASE_URL")` as further readers.
 */
export function backupSecretDefinitions(args: BackupSecretsArgs): Partial<Record<OperationsSecret, SecretDefinition>> {
  const { writer, reader } = args.vault;
  const rotating = (part: keyof S3Credential, { current, previous }: BackupVault["writer"]) => ({
    value: current[part],
    previousValue: previous?.[part],
    generations: args.generations,
  });
  const once = (name: OperationsSecret, value: pulumi.Input<string> | undefined) =>
    value === undefined ? {} : { [name]: { value: pulumi.secret(value), generations: { current: 1 } } };
  const values: Partial<
    Record<OperationsSecret, Pick<Extract<SecretDefinition, { kind: "given" }>, "value" | "previousValue" | "generations">>
  > = {
    BACKUPS_WRITER_ACCESS_KEY_ID: rotating("accessKeyId", writer),
    BACKUPS_WRITER_SECRET_ACCESS_KEY: rotating("secretAccessKey", writer),
    BACKUPS_READER_ACCESS_KEY_ID: rotating("accessKeyId", reader),
    BACKUPS_READER_SECRET_ACCESS_KEY: rotating("secretAccessKey", reader),
    ...once("BACKUP_IDENTITY", args.identity),
    ...once("RESTORE_TEST_DATABASE_URL", args.restoreTestDatabaseUrl),
    ...once("CLOUDFLARE_API_TOKEN", args.drillTokens?.CLOUDFLARE_API_TOKEN),
    ...once("VERCEL_API_TOKEN", args.drillTokens?.VERCEL_API_TOKEN),
    ...once("SUPABASE_ACCESS_TOKEN", args.drillTokens?.SUPABASE_ACCESS_TOKEN),
  };
  const given = (Object.entries(values) as [OperationsSecret, NonNullable<(typeof values)[OperationsSecret]>][])
    .map(([name, value]) => [name, { kind: "given" as const, ...value, readers: args.readersOf(name) }] as const)
    .filter(([, { readers }]) => Object.keys(readers).length > 0);
  const signers = args.readersOf("DRILL_REPORT_SIGNING_KEY");
  return {
    ...Object.fromEntries(given),
    ...(Object.keys(signers).length === 0 ? {} : { DRILL_REPORT_SIGNING_KEY: signingKey(signers) }),
  };
}

/** Made here, and seen by nobody: an Ed25519 seed. */
function signingKey(readers: SecretDefinition["readers"]): SecretDefinition {
  return { kind: "generated", form: "bytes", length: seedBytes, generations: { current: 1 }, readers };
}

/** The public half of the key that signs the drills' reports, in PEM; undefined where no drill runs. */
export function reportSigner(references: Readonly<Record<string, Pick<SecretReference, "value">>>): pulumi.Output<string> | undefined {
  const reference = references["DRILL_REPORT_SIGNING_KEY" satisfies OperationsSecret];
  return reference === undefined ? undefined : pulumi.unsecret(reference.value.apply((seed) => publicPemOfSeed(Buffer.from(seed, "base64"))));
}
