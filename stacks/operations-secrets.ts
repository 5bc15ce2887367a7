/** The secrets of what runs besides the applications: the backup jobs and the metrics exporter. */
import type { BackupVault } from "../components/backup-vault";
import { backupSecretDefinitions } from "../components/backup-schedule-secrets";
import type { Generations, SecretDefinition } from "../components/secret-store-inputs";
import type { SecretText } from "../config/secret-text";
import { type Identities, secretReaders } from "./environment-values";

export interface OperationsSecretsArgs {
  readonly vault: Pick<BackupVault, "writer" | "reader">;
  readonly identities: Identities;
  /** Configuration `backupIdentity`. */
  readonly identity: SecretText | undefined;
  /** Of the R2 tokens. */
  readonly generations: Generations;
}

/** What the SecretStore keeps for them alone, each readable by exactly the accounts that need it. */
export function operationsSecretDefinitions({ vault, identities, identity, generations }: OperationsSecretsArgs): Record<string, SecretDefinition> {
  const readersOf = secretReaders(identities);
  const definitions = backupSecretDefinitions({ vault, readersOf, identity: identity?.reveal(), generations });
  return definitions as Record<string, SecretDefinition>;
}
