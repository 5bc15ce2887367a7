import * as pulumi from "@pulumi/pulumi";
import type { BackupVault } from "./backup-vault";
import type { OperationsSecret } from "./backup-schedule-needs";
import type { S3Credential } from "./r2-credentials";
import type { Generations, SecretDefinition } from "./secret-store-inputs";

export interface BackupSecretsArgs {
  readonly vault: Pick<BackupVault, "writer" | "reader">;
  /** Who may read each, by workload. */
  readonly readersOf: (secret: OperationsSecret) => Record<string, pulumi.Input<string>>;
  /** Configuration `backupIdentity`; undefined where no run reads backups. */
  readonly identity: pulumi.Input<string> | undefined;
  /** Configuration `restoreTestDatabaseUrl`; undefined where no restore test runs. */
  readonly restoreTestDatabaseUrl: pulumi.Input<string> | undefined;
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
  };
  const definitions = (Object.entries(values) as [OperationsSecret, NonNullable<(typeof values)[OperationsSecret]>][])
    .map(([name, value]) => [name, { kind: "given" as const, ...value, readers: args.readersOf(name) }] as const)
    .filter(([, { readers }]) => Object.keys(readers).length > 0);
  return Object.fromEntries(definitions);
}
