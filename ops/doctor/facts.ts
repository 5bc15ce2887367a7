import type { EnvironmentSpecification } from "../../config/environment-specification";
import type { CloudStack, ConfigurationKey } from "../../config/stack-configuration-keys";
import type { RecoveryFacts } from "./recovery";

/** A resource of a stack's state. Secrets in it are encrypted. */
export interface KnownResource {
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What was read, or why it could not be. */
export type Read<T> = { readonly value: T } | { readonly unreadable: string };

/** A DS record (RFC 4034, section 5). */
export interface DelegationSigner {
  readonly keyTag: number;
  readonly digest: string;
}

/** A deployment environment of a repository at GitHub. */
export interface GithubEnvironment {
  readonly exists: boolean;
  /** `required_reviewers`, `wait_timer`, `branch_policy` … */
  readonly rules: readonly string[];
  /** Whether only some branches may deploy to it. */
  readonly restrictsBranches: boolean;
}

/** What is known of an environment. Everything that asks somebody is a function: it is asked when a prerequisite needs it. */
export interface Facts extends RecoveryFacts {
  readonly stack: CloudStack;
  readonly specification: EnvironmentSpecification;
  /** A key's plain value; undefined also for an encrypted one. */
  setting(key: ConfigurationKey): unknown;
  /** Whether a key is set, encrypted or not. */
  isSet(key: ConfigurationKey): boolean;
  /** `secretsprovider` of the stack's file. */
  readonly secretsProvider: string | undefined;
  /** What the state's backend and its key still need (ops/engine/cloud-prerequisites.ts); no value of a credential. */
  readonly missingBackend: Read<readonly string[]>;
  readonly resources: Read<readonly KnownResource[]>;
  /** Names of the authoritative servers of a zone. */
  nameServers(zone: string): Promise<Read<readonly string[]>>;
  delegationSigners(zone: string): Promise<Read<readonly DelegationSigner[]>>;
  /** The plan of a Supabase organization: free, pro, team … */
  supabasePlan(organization: string): Promise<Read<string>>;
  /** Selected add-ons of a Supabase project, by type: `pitr` → `pitr_7`. */
  supabaseAddons(ref: string): Promise<Read<Readonly<Record<string, string>>>>;
  githubEnvironment(repository: string, environment: string): Promise<Read<GithubEnvironment>>;
}
