import type { IAMAuditConfigArgs } from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";
import type { RandomBytesArgs } from "@pulumi/random/randomBytes";
import type { RandomPasswordArgs } from "@pulumi/random/randomPassword";
import type { SecretArgs, SecretIamMemberArgs, SecretVersionArgs } from "@pulumi/gcp/secretmanager";
import { type EnvironmentSlug, physicalName } from "../config/naming";

/**
 * The generations of a secret that are active. One, or two while rotating (operations document, section 2.4):
 *
 * | step | generations | what happens |
 * |---|---|---|
 * | before | `{ current: 1 }` | |
 * | add the new one | `{ current: 2, previous: 1 }` | both can be read; the API's next revision uses 2 and still accepts 1 |
 * | no revision with traffic uses 1 | `{ current: 2 }` | 1 is disabled: a revision that still uses it can start no instance |
 *
 * A given value is changed the same way, by a new generation: changing it in place disables the version that running revisions use.
 * To take a rotation back while both are active: `{ current: 1 }`.
 */
export interface Generations {
  readonly current: number;
  readonly previous?: number;
}

interface CommonDefinition {
  readonly generations: Generations;
  /** IAM members that may read this secret, by a label for each (`api`); nobody else may. */
  readonly readers: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A value made here, at random. `length` counts characters or bytes. */
export interface GeneratedSecret extends CommonDefinition {
  readonly kind: "generated";
  readonly form: "characters" | "bytes";
  readonly length: number;
  /** Generations that were made elsewhere, by number: they came with the data that they encrypt (docs/adr/0012-disaster-recovery.md). */
  readonly takenOver?: Readonly<Record<number, pulumi.Input<string>>>;
}

/** A value made elsewhere: by the operator (configuration) or by another component. */
export interface GivenSecret extends CommonDefinition {
  readonly kind: "given";
  readonly value: pulumi.Input<string>;
  /** The previous generation's value; given if and only if `generations.previous` is. */
  readonly previousValue?: pulumi.Input<string>;
}

export type SecretDefinition = GeneratedSecret | GivenSecret;

export interface SecretStoreArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** Where copies of each secret are kept: the regions that the API runs in, so that a region can fail and the others still start. */
  readonly regions: readonly string[];
  /** By the name of the environment variable. */
  readonly secrets: Readonly<Record<string, SecretDefinition>>;
  readonly protect: boolean;
}

/** Operations document, section 2.5: at least 32 characters, from a random generator. */
export const minimumSecretLength = 32;

/** `JWT_SECRET` → `jwt-secret`: the form that names of resources have. */
export function secretSlug(variable: string): string {
  return variable.toLowerCase().replaceAll("_", "-");
}

/** What Secret Manager accepts as an id: up to 255 letters, digits, "-" and "_" (provider documentation of `secretId`). */
const secretIdPattern = /^[A-Za-z0-9_-]{1,255}$/;

/** @throws CHI-C201 to CHI-C206: see each message; all problems of all secrets in one error, a line each */
export function checkSecretStore(args: SecretStoreArgs): void {
  const problems = Object.entries(args.secrets).flatMap(([variable, definition]) => definitionProblems(args.slug, variable, definition));
  if (args.regions.length === 0 || new Set(args.regions).size !== args.regions.length) {
    problems.push(`CHI-C206 the regions of the secrets are [${args.regions.join(", ")}]: give at least one, each once, in stacks/`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function definitionProblems(slug: EnvironmentSlug, variable: string, definition: SecretDefinition): string[] {
  const problems: string[] = [];
  const { current, previous } = definition.generations;
  if (!/^[A-Z][A-Z0-9_]*$/.test(variable) || !secretIdPattern.test(secretId(slug, variable))) {
    problems.push(`CHI-C201 "${variable}" cannot name a secret: use capital letters, digits and "_", as environment variables do`);
  }
  for (const generation of [current, ...(previous === undefined ? [] : [previous])]) {
    if (!Number.isSafeInteger(generation) || generation < 1) {
      problems.push(
        `CHI-C202 ${variable} has generation ${generation}: generations are whole numbers from 1; correct it in the stack's configuration`,
      );
    }
  }
  if (current === previous) {
    problems.push(
      `CHI-C203 ${variable} has generation ${current} both as current and as previous: to rotate, raise current to ${current + 1}; when done, remove previous`,
    );
  }
  if (definition.kind === "generated" && !(Number.isSafeInteger(definition.length) && definition.length >= minimumSecretLength)) {
    problems.push(
      `CHI-C204 ${variable} is ${definition.length} ${definition.form} long, the minimum is ${minimumSecretLength}: correct config/environment-variables.ts`,
    );
  }
  if (definition.kind === "given" && (previous === undefined) !== (definition.previousValue === undefined)) {
    problems.push(
      previous === undefined
        ? `CHI-C205 ${variable} is given a previous value but no previous generation: add the generation, or remove the value`
        : `CHI-C205 ${variable} has the previous generation ${previous} but no value for it: give the old value too, or remove the generation`,
    );
  }
  return problems;
}

/** The id in Secret Manager: `chisan-prod-jwt-secret`. */
export function secretId(slug: EnvironmentSlug, variable: string): string {
  return physicalName(slug, secretSlug(variable));
}

/**
 * `deletionProtection` follows `protect`. A destroyed version stays recoverable for a week (`versionDestroyTtl`), because a destroyed
 * ENCRYPTION_KEY is the loss of all it encrypted.
 */
export function secretInputs(args: SecretStoreArgs, variable: string): SecretArgs {
  return {
    project: args.project,
    secretId: secretId(args.slug, variable),
    replication: { userManaged: { replicas: args.regions.map((location) => ({ location })) } },
    versionDestroyTtl: "604800s",
    deletionProtection: args.protect,
    labels: { environment: args.slug },
  };
}

/**
 * "DISABLE": a generation that is removed can no longer be read, yet a mistaken removal can be undone by enabling it again.
 * The value is always marked secret, whatever the caller did.
 */
export function secretVersionInputs(secret: pulumi.Input<string>, value: pulumi.Input<string>): SecretVersionArgs {
  return { secret, secretData: pulumi.secret(value), enabled: true, deletionPolicy: "DISABLE" };
}

/** Read access to this one secret, never to all secrets of the project. */
export function secretReaderInputs(
  args: Pick<SecretStoreArgs, "project">,
  secretId: pulumi.Input<string>,
  member: pulumi.Input<string>,
): SecretIamMemberArgs {
  return { project: args.project, secretId, role: "roles/secretmanager.secretAccessor", member };
}

/** No special characters: the value must survive a shell, a URL and a `.env` file unquoted. 62 symbols × 32 characters are 190 bits. */
export function randomCharactersInputs(definition: GeneratedSecret, generation: number): RandomPasswordArgs {
  return { length: definition.length, special: false, keepers: keepers(generation) };
}

export function randomBytesInputs(definition: GeneratedSecret, generation: number): RandomBytesArgs {
  return { length: definition.length, keepers: keepers(generation) };
}

/** A renamed or adopted resource of another generation gets a value of its own. */
function keepers(generation: number): Record<string, string> {
  return { generation: String(generation) };
}

/**
 * Who read, added or changed a secret is written to the project's audit log (operations document, section 2.5). Without this Google records
 * changes only. Google itself never records a value.
 */
export function secretAuditInputs({ project }: Pick<SecretStoreArgs, "project">): IAMAuditConfigArgs {
  return {
    project,
    service: "secretmanager.googleapis.com",
    auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
  };
}
