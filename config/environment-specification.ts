/**
 * What may differ between environments, and the rule that each difference from prod carries its reason.
 *
 * `stacks/prod.ts` states the reference; the other stacks list only what differs from it. What must be equal everywhere is not a
 * field here (it is in parity-manifest.ts), so it cannot be made to differ.
 */
import { isDeepStrictEqual } from "node:util";
import type { GcpRegion, LogLevel, SupabaseRegion } from "./allowed-values";
import type { CheckFrequency } from "../components/external-checks-inputs";
import type { ScheduledKind } from "./exported-metrics";
import type { StackName } from "./naming";
import type { AuthDomain, SampleData } from "./parity-manifest";

/** The facts in which environments may differ. One fact per field, so that one reason fits each difference. */
export interface EnvironmentTraits {
  /** `local` declares nothing in a cloud. */
  hosting: "cloud" | "local";

  /** Host (and port, where local) of the web app. */
  appHost: string;
  /** Host (and port, where local) of the API. */
  apiHost: string;
  /** `none until cut-over`: the records of `appHost` and `apiHost` belong to another stack until `dr cut-over` moves them. */
  dnsRecords: "active" | "none until cut-over" | "none";
  /** The zone's settings (TLS, HTTPS, DNSSEC, CAA) have one owner, as there is one zone for all environments. */
  ownsZoneSettings: boolean;
  /** Who is a member of the Cloudflare account and of the Vercel team has one owner too, as these are common to all environments. */
  ownsAccounts: boolean;

  gcpRegion: GcpRegion;
  /** The region that takes over when `gcpRegion` is out (section 3.3), or null when there is none. */
  gcpBackupRegion: GcpRegion | null;
  minimumInstances: number;
  maximumInstances: number;
  /** Cloud Run's notation: whole CPUs. */
  cpu: "1" | "2" | "4";
  /** Cloud Run's notation, a binary unit: `512Mi`, `1Gi`. */
  memory: `${number}${"Mi" | "Gi"}`;
  logLevel: LogLevel;

  /** Git branch deployed to `appHost`, or null when it is not deployed from git. */
  webBranch: string | null;
  /** Whether each pull request gets a preview deployment (section 1.4); previews are always protected. */
  pullRequestPreviews: boolean;

  databaseRegion: SupabaseRegion;
  /** Supabase compute size. PITR needs `small` or larger. */
  databaseCompute: "micro" | "small" | "medium" | "large" | "xlarge" | "2xlarge" | "4xlarge";
  /** Days of point-in-time recovery, or null for none. */
  pointInTimeRecoveryDays: 7 | 14 | 28 | null;
  sampleData: SampleData;
  authDomain: AuthDomain;

  /** What runs on a schedule (sections 3.1 and 3.4). */
  scheduledKinds: readonly ScheduledKind[];
  /** Minutes between two checks from outside (Checkly). */
  externalCheckMinutes: CheckFrequency;

  /** Days that a superseded or deleted version of a file is kept. */
  fileVersionDays: number;
  /** Days that a daily snapshot of the database is kept. */
  dailyBackupDays: number;
  /** Days that a weekly export of the database is kept. */
  weeklyBackupDays: number;

  /** Whether what holds data refuses to be destroyed (Pulumi `protect` and the vendors' deletion protection). */
  protectData: boolean;
}

/** A departure from prod. */
export interface Difference<T> {
  value: T;
  /** Why it differs: a sentence for the reader, not a restatement of the value. */
  because: string;
}

export type Differences = { readonly [K in keyof EnvironmentTraits]?: Difference<EnvironmentTraits[K]> };

/** A difference as it is shown: with prod's value beside it. */
export interface RecordedDifference {
  trait: keyof EnvironmentTraits;
  value: EnvironmentTraits[keyof EnvironmentTraits];
  reference: EnvironmentTraits[keyof EnvironmentTraits];
  because: string;
}

export interface EnvironmentSpecification extends Readonly<EnvironmentTraits> {
  readonly stack: StackName;
  /** Section 1.1's "purpose". */
  readonly purpose: string;
  /** What differs from the reference, in the order given; empty for the reference itself. */
  readonly differences: readonly RecordedDifference[];
}

/**
 * The environment that the others are compared with.
 *
 * @throws CHI-E002 for a specification that contradicts itself
 */
export function reference(identity: { stack: StackName; purpose: string }, traits: EnvironmentTraits): EnvironmentSpecification {
  return coherent({ ...identity, ...traits, differences: [] });
}

/**
 * An environment equal to `base` but for the differences.
 *
 * @throws CHI-E001 for a difference without a reason or equal to the reference, CHI-E002 for a specification that contradicts itself
 */
export function differFrom(
  base: EnvironmentSpecification,
  identity: { stack: StackName; purpose: string },
  differences: Differences,
): EnvironmentSpecification {
  const recorded = (Object.keys(differences) as (keyof EnvironmentTraits)[]).flatMap((trait) => {
    const difference = differences[trait];
    return difference === undefined ? [] : [{ trait, value: difference.value, reference: base[trait], because: difference.because }];
  });
  const problems = recorded.flatMap((difference) => problemsOf(identity.stack, base.stack, difference));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const changed = Object.fromEntries(recorded.map(({ trait, value }) => [trait, value])) as Partial<EnvironmentTraits>;
  return coherent({ ...base, ...changed, ...identity, differences: recorded });
}

function problemsOf(stack: StackName, base: StackName, { trait, value, reference, because }: RecordedDifference): string[] {
  const where = `CHI-E001 ${stack}: the difference "${trait}"`;
  const problems: string[] = [];
  if (reference === undefined) problems.push(`${where} is no trait of an environment: remove it from stacks/${stack}.ts`);
  // Ten letters: "cost" or "-" is no reason that a reviewer can weigh.
  if (because.trim().length < 10) problems.push(`${where} has no reason ("${because}"): say in a sentence why it differs from ${base}`);
  if (isDeepStrictEqual(value, reference)) {
    problems.push(`${where} equals ${base}'s value (${JSON.stringify(value)}): remove it from stacks/${stack}.ts`);
  }
  return problems;
}

/** Facts that hang together. Sources: design facts 2 (PITR needs compute small or larger) and section 6.5 (no debug logs of real data). */
function coherent(specification: EnvironmentSpecification): EnvironmentSpecification {
  const { stack } = specification;
  const problems: string[] = [];
  const refuse = (text: string) => problems.push(`CHI-E002 ${stack}: ${text}; correct stacks/${stack}.ts`);
  if (specification.minimumInstances > specification.maximumInstances) {
    refuse(`minimumInstances ${specification.minimumInstances} is more than maximumInstances ${specification.maximumInstances}`);
  }
  if (specification.gcpBackupRegion === specification.gcpRegion) {
    refuse(`gcpBackupRegion and gcpRegion are both ${specification.gcpRegion}; a backup region must be another`);
  }
  if (specification.pointInTimeRecoveryDays !== null && specification.databaseCompute === "micro") {
    refuse(`pointInTimeRecoveryDays ${specification.pointInTimeRecoveryDays} needs databaseCompute "small" or larger, found "micro"`);
  }
  const realData = specification.sampleData === "real" || specification.sampleData === "restored";
  if (realData && specification.logLevel === "debug") {
    refuse(`logLevel "debug" with sampleData "${specification.sampleData}"; debug logs are never written where the data are real`);
  }
  // "restored" is left out: a drill's environment is taken down again, and its data are still in prod and in the backup.
  if (specification.sampleData === "real" && !specification.protectData) {
    refuse(`protectData is false with sampleData "real"; real data are always protected`);
  }
  if (specification.hosting === "cloud" && specification.appHost === specification.apiHost) {
    refuse(`appHost and apiHost are both ${specification.appHost}; each needs its own`);
  }
  for (const days of ["fileVersionDays", "dailyBackupDays", "weeklyBackupDays"] as const) {
    const value = specification[days];
    if (!Number.isInteger(value) || value < 1) refuse(`${days} is ${value}; it must be a whole number of days, 1 or more`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return specification;
}
