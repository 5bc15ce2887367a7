/** Validates a stack's whole configuration before anything is registered, and lists all problems at once. */
import { gcpRegions } from "./allowed-values";
import { displayed, looksLikeCredential } from "./displayed-value";
import { stackNames, type StackName } from "./naming";
import { mendingCommand } from "./pulumi-command";
import { Hidden, type Finding, type Mend, type Path, type Shape } from "./shape";
import { nearest } from "./spelling";
import {
  configurationKeyNames,
  configurationKeys,
  refusedKeys,
  type ConfigurationKey,
  type KeyDefinition,
} from "./stack-configuration-keys";

/** The project's name in Pulumi.yaml, and so the namespace of its keys. */
export const namespace = "chisan";

type Keys = typeof configurationKeys;
type ValueOf<K extends ConfigurationKey> = Keys[K] extends KeyDefinition<infer T, StackName, StackName> ? T : never;
/** Keys that every one of the stacks S requires. */
type RequiredKey<S extends StackName> = {
  [K in ConfigurationKey]: [S] extends [Keys[K]["required"][number]] ? K : never;
}[ConfigurationKey];
/** Keys that some of the stacks S may have. */
type PossibleKey<S extends StackName> = {
  [K in ConfigurationKey]: Extract<S, Keys[K]["required"][number] | Keys[K]["optional"][number]> extends never ? never : K;
}[ConfigurationKey];

/** The validated configuration of a stack, or of any of several stacks: `StackConfiguration<CloudStack>`. */
export type StackConfiguration<S extends StackName> = { readonly stack: S } & { readonly [K in RequiredKey<S>]: ValueOf<K> } & {
  readonly [K in Exclude<PossibleKey<S>, RequiredKey<S>>]?: ValueOf<K>;
};

/** The configuration as the engine hands it over. */
export interface RawConfiguration {
  /** Fully qualified keys (`chisan:zone`, `gcp:region`); lists and maps as JSON text. */
  values: Readonly<Record<string, unknown>>;
  /** Keys whose value, or part of it, is encrypted in the stack's file. */
  secretKeys: ReadonlySet<string>;
}

/** All problems of a stack's configuration, a line each. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(
    stack: string,
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`CHI-K000 stack ${stack}: ${count} in its configuration\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
}

/** Keys of providers that hold a credential. */
const providerSecrets: ReadonlySet<string> = new Set(
  "gcp:credentials gcp:accessToken cloudflare:apiToken cloudflare:apiKey cloudflare:apiUserServiceKey vercel:apiToken supabase:accessToken checkly:apiKey sentry:token".split(
    " ",
  ),
);
/** Namespaces that the engine or a provider of this project reads. */
const foreignNamespaces = ["gcp", "cloudflare", "random", "vercel", "supabase", "checkly", "sentry", "pulumi"];

/**
 * Reads the configuration of a stack into its type.
 *
 * @throws ConfigurationError with every problem: the key, what was found, what is allowed, and the command that mends it. Nothing else is
 *   thrown, and no value of a secret key, of an unknown key, or that looks like a credential is in the message.
 */
export function stackConfiguration<S extends StackName>(stack: S, raw: RawConfiguration): StackConfiguration<S> {
  const problems: string[] = [];
  const configuration: Record<string, unknown> = { stack };
  const problem = (code: string, key: string, { path, found, note, allowed, mend }: Finding, secret: boolean) => {
    const shown = displayed(found, secret) + (note === undefined ? "" : ` (${note})`);
    const where = `${oneLine(key)}${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${displayedName(part)}`)).join("")}`;
    // What is not shown must not come back as the repaired value in the command either.
    const command = mend.action === "set" && looksLikeCredential(found) ? { ...mend, value: undefined } : mend;
    problems.push(`${code} ${where}: found ${shown}; allowed: ${allowed}; mend: ${mendingCommand(stack, key, path, command, secret)}`);
  };

  for (const name of configurationKeyNames) {
    const key = `${namespace}:${name}`;
    const definition: KeyDefinition<unknown, StackName, StackName> = configurationKeys[name];
    const secret = definition.secret || raw.secretKeys.has(key);
    const shape = definition.shape(stack);
    const value = Object.hasOwn(raw.values, key) ? raw.values[key] : undefined;
    if (value === undefined) {
      if (!definition.required.includes(stack)) continue;
      problem("CHI-K001", key, { path: [], found: undefined, allowed: shape.allowed, mend: toSet(shape) }, secret);
    } else if (![...definition.required, ...definition.optional].includes(stack)) {
      const allowed = `only in ${[...definition.required, ...definition.optional].join(", ")}`;
      problem("CHI-K002", key, { path: [], found: value, allowed, mend: { action: "remove" } }, secret);
    } else if (definition.secret && !raw.secretKeys.has(key)) {
      const mend = { action: "set", placeholder: "" } as const;
      problem(
        "CHI-K003",
        key,
        { path: [], found: value, note: "in plain text", allowed: "an encrypted value; replace the exposed one at its vendor first", mend },
        true,
      );
    } else {
      const read = readValue(shape, value, (finding) => problem("CHI-K004", key, finding, secret));
      if (read !== undefined) configuration[name] = read;
    }
  }
  for (const key of Object.keys(raw.values)) foreignProblem(key, raw, (code, finding, secret) => problem(code, key, finding, secret));
  agreementProblems(configuration, raw, (key, finding) => problem("CHI-K007", key, finding, raw.secretKeys.has(key)));
  if (problems.length > 0) throw new ConfigurationError(stack, problems);
  return configuration as StackConfiguration<S>;
}

/**
 * The stack's name, when it is one of this project's.
 *
 * @throws ConfigurationError for any other name
 */
export function knownStack(name: string): StackName {
  const known = stackNames.find((stack) => stack === name);
  if (known !== undefined) return known;
  const meant = nearest(name, stackNames);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  throw new ConfigurationError(name, [
    `CHI-K008 stack: found ${displayed(name, false)}; allowed: ${stackNames.join(", ")}${hint}; mend: pulumi stack select ${meant ?? "staging"}`,
  ]);
}

/** The command's part for a value that is not there at all. */
export function toSet(shape: Shape<unknown>): Mend {
  if (shape.structured) return { action: "set-all", values: shape.leaves };
  return { action: "set", placeholder: String(shape.leaves[""] ?? "") };
}

/** Lists and maps arrive as JSON text, other values as they are. */
function readValue(shape: Shape<unknown>, value: unknown, report: (finding: Finding) => void): unknown {
  if (!shape.structured || typeof value !== "string") return shape.read(value, [], report);
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    // Not JSON: the shape says that it wanted a list or a map, and shows the text.
    parsed = value;
  }
  return shape.read(parsed, [], report);
}

/** Keys that are not of the table: unknown ones of ours, credentials of providers, namespaces nobody reads. */
function foreignProblem(key: string, raw: RawConfiguration, report: (code: string, finding: Finding, secret: boolean) => void): void {
  const [space = "", ...rest] = key.split(":");
  const name = rest.join(":");
  const secret = raw.secretKeys.has(key);
  const found = new Hidden();
  if (space === namespace) {
    if ((configurationKeyNames as string[]).includes(name)) return;
    const reason = Object.hasOwn(refusedKeys, name) ? refusedKeys[name] : undefined;
    const meant = nearest(name, configurationKeyNames);
    const known = meant === undefined ? configurationKeyNames.join(", ") : `did you mean ${namespace}:${meant}?`;
    report("CHI-K005", { path: [], found, note: "unknown key", allowed: reason ?? known, mend: { action: "remove" } }, secret);
  } else if (!foreignNamespaces.includes(space)) {
    const meant = nearest(space, [namespace, ...foreignNamespaces]);
    const hint = meant === undefined ? "" : ` (did you mean ${meant}:${name}?)`;
    const allowed = `keys of ${[namespace, ...foreignNamespaces].join(", ")}${hint}`;
    report("CHI-K006", { path: [], found, note: "nobody reads it", allowed, mend: { action: "remove" } }, secret);
  } else if (providerSecrets.has(key) && !secret) {
    const allowed = "an encrypted value; replace the exposed one at its vendor first";
    report("CHI-K003", { path: [], found, note: "in plain text", allowed, mend: { action: "set", placeholder: "" } }, true);
  }
}

/** Rules over several keys. Each looks only at values that are right by themselves. */
function agreementProblems(read: Record<string, unknown>, raw: RawConfiguration, report: (key: string, finding: Finding) => void): void {
  const { zone, appDomain, apiDomain, filesBucket, backupsBucket, gcpProject } = read;
  const path: Path = [];
  for (const name of ["appDomain", "apiDomain"] as const) {
    const domain = read[name];
    if (typeof domain !== "string" || typeof zone !== "string") continue;
    const label = domain.slice(0, -(zone.length + 1));
    if (domain.endsWith(`.${zone}`) && !label.includes(".")) continue;
    // Cloudflare's universal certificate covers the zone and one level below it.
    const allowed = `one name directly under the zone ${zone}, as its certificate covers no deeper`;
    const value = domain.endsWith(`.${zone}`) ? `${label.replaceAll(".", "-")}.${zone}` : undefined;
    report(`${namespace}:${name}`, { path, found: domain, allowed, mend: { action: "set", value, placeholder: `<name>.${zone}` } });
  }
  if (appDomain !== undefined && appDomain === apiDomain) {
    report(`${namespace}:apiDomain`, {
      path,
      found: apiDomain,
      allowed: `another host than ${namespace}:appDomain's`,
      mend: { action: "remove" },
    });
  }
  if (filesBucket !== undefined && filesBucket === backupsBucket) {
    const allowed = `another bucket than ${namespace}:filesBucket's: a backup beside the files is lost with them`;
    report(`${namespace}:backupsBucket`, { path, found: backupsBucket, allowed, mend: { action: "remove" } });
  }
  const providerProject = raw.values["gcp:project"];
  if (providerProject !== undefined && gcpProject !== undefined && providerProject !== gcpProject) {
    report("gcp:project", {
      path,
      found: providerProject,
      allowed: `${namespace}:gcpProject's value ${String(gcpProject)}, or nothing`,
      mend: { action: "remove" },
    });
  }
  const providerRegion = raw.values["gcp:region"];
  if (providerRegion !== undefined && !(gcpRegions as readonly unknown[]).includes(providerRegion)) {
    const allowed = `one of ${gcpRegions.join(", ")}, or nothing`;
    report("gcp:region", { path, found: providerRegion, allowed, mend: { action: "set", value: gcpRegions[0], placeholder: "" } });
  }
}

/** A property's name on one line and not too long; it comes from outside. */
function displayedName(name: string): string {
  return /^[\w-]{1,60}$/.test(name) ? name : displayed(name, false);
}

function oneLine(key: string): string {
  return /^[\w:.-]{1,100}$/.test(key) ? key : displayed(key, false);
}
