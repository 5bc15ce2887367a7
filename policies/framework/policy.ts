/**
 * What a policy is: what it enforces and why, how to fix a violation, and one pure function. A policy's file exports one of these; the packs
 * (`policies/<pack>/index.ts`) serve them to the engine, and docs/policies.md is generated from them.
 */

export type Severity = "low" | "medium" | "high" | "critical";

/** A resource as a policy sees it: its inputs while it is being registered, everything known of it at the end of a run. */
export interface PolicyResource {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /**
   * Properties. Reading one that a preview does not know yet throws; leave that error alone: the engine reports the policy as not decided.
   * Secrets are here in clear: never put a value of a property that can be secret into a message.
   */
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

/** A resource among all of its stack. `retainOnDelete` is not told to policies by the engine. */
export interface StackResource extends PolicyResource {
  readonly parent?: StackResource;
  readonly dependencies: readonly StackResource[];
}

export interface PolicyContext {
  /** The stack's name: "prod". */
  readonly stack: string;
  readonly project: string;
  /** The policy's configuration, by the properties of `configuration`; defaults are filled in. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What the policy's own `prepare` gave. */
  readonly prepared?: unknown;
}

export interface PolicyFacts {
  /** Unique over all packs, kebab-case: `no-basic-roles`. */
  readonly id: string;
  /** What must hold, as a sentence. */
  readonly title: string;
  readonly severity: Severity;
  /** Of the operations document: "2.5". */
  readonly section: string;
  readonly why: string;
  /** A command, or the code line to change. */
  readonly remediation: string;
  /** Settings of `--policy-pack-config`, as JSON schema with defaults. */
  readonly configuration?: Readonly<Record<string, { readonly type: "string" | "number" | "boolean"; readonly description: string; readonly default: string | number | boolean }>>;
}

/** Says what is wrong: both values, one line, no final full stop, no secret. */
export type Report = (message: string) => void;

/** Judges one resource at a time, before it is created or changed. */
export interface ResourcePolicy extends PolicyFacts {
  readonly kind: "resource";
  /** Type tokens, what tells them by their names, or "all". */
  readonly types: readonly string[] | ((type: string) => boolean) | "all";
  /** Names of properties, of which a resource must have one, at any depth, for the policy to be asked: it has nothing to say of others. */
  readonly onlyWith?: readonly string[];
  check(resource: PolicyResource, report: Report, context: PolicyContext): void;
}

/** Judges the stack as a whole, at the end of a preview or an update. For what no resource shows alone. */
export interface StackPolicy extends PolicyFacts {
  readonly kind: "stack";
  /**
   * For what takes time and needs no resource: begun when a run begins, beside it, and awaited before `check`. Asked several times in a run, it must
   * remember. What it rejects with fails the run.
   */
  prepare?(stack: string): Promise<unknown>;
  check(resources: readonly StackResource[], report: (message: string, resource?: PolicyResource) => void, context: PolicyContext): void;
}

export type Policy = ResourcePolicy | StackPolicy;

/** Fixes the type of a policy in its file. */
export function resourcePolicy(policy: Omit<ResourcePolicy, "kind">): ResourcePolicy {
  return { kind: "resource", ...policy };
}

export function stackPolicy(policy: Omit<StackPolicy, "kind">): StackPolicy {
  return { kind: "stack", ...policy };
}

/** Whether a policy has anything to say of a type. */
export function appliesTo({ types }: Pick<ResourcePolicy, "types">, type: string): boolean {
  if (types === "all") return true;
  return typeof types === "function" ? types(type) : types.includes(type);
}

/**
 * Runs every check, although one may meet a value that is not known yet: what is wrong in the others must not hide behind it. Then the first
 * unknown is thrown again, so that the policy counts as not decided.
 */
export function independently(...checks: readonly (() => void)[]): void {
  let undecided: Error | undefined;
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      if (!isUndecided(error)) throw error;
      undecided ??= error;
    }
  }
  if (undecided !== undefined) throw undecided;
}

/** Whether an error only says that a value is not known in a preview (`UnknownValueError` of @pulumi/policy, which has no name of its own). */
export function isUndecided(error: unknown): error is Error {
  return error instanceof Error && "unknownTypeSentinel" in error;
}
