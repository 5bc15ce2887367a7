import type * as pulumi from "@pulumi/pulumi";
import type { GcpRegion } from "../config/allowed-values";
import { type ScheduledKind, scheduledKinds } from "../config/exported-metrics";
import { environmentSlug, type StackName } from "../config/naming";
import type { ApiEgress } from "./api-service";
import type { BackupIdentities } from "./backup-schedule-identities";
import { type OperationsSecret, readableBy, secretsOf } from "./backup-schedule-needs";
import { scheduledRuns } from "./backup-schedule-plan";
import { ChisanComponent } from "./component";
import type { RuntimeIdentity } from "./runtime-identity";
import { ScheduledJob } from "./scheduled-job";
import type { ScheduledJobArgs } from "./scheduled-job-inputs";
import type { SecretMount } from "./secret-store";

export interface BackupScheduleArgs {
  readonly stack: StackName;
  readonly project: string;
  readonly region: GcpRegion;
  /** In prod all of them, in staging the daily one (section 3.4). */
  readonly kinds: readonly ScheduledKind[];
  /** Configuration `operationsImage`. Undefined: everything is declared and paused. */
  readonly image: string | undefined;
  /** Of the same kinds at least. */
  readonly identities: Pick<BackupIdentities, "of">;
  readonly egress: ApiEgress;
  /** The Cloudflare account that the vault is in. */
  readonly accountId: string;
  /** The vault's bucket. */
  readonly bucketName: pulumi.Input<string>;
  /** Public keys that backups are encrypted to (configuration `backupRecipients`). */
  readonly recipients: readonly string[];
  /** References of the environment's SecretStore; each run gets those it needs. */
  readonly secrets: Readonly<Partial<Record<string, SecretMount>>>;
  /** Where and as whom the drill deploys chisan-dr; undefined while nobody has said it (see `openPoints` in backup-schedule-needs.ts). */
  readonly drill?: DrillPlace;
  readonly protect: boolean;
}

/** chisan-dr, as the drill reaches it. */
export interface DrillPlace {
  /** The account in chisan-dr's own Google project that the drill acts as, once that project grants it. */
  readonly deployer: string;
  /** Of chisan-dr's state. */
  readonly stateBackend: string;
}

/** The configuration key behind a secret that a person gives. */
const givenBy: Partial<Record<OperationsSecret, string>> = { BACKUP_IDENTITY: "backupIdentity", RESTORE_TEST_DATABASE_URL: "restoreTestDatabaseUrl" };

/** @throws CHI-C870 to CHI-C874, all problems in one error, a line each */
export function checkBackupSchedule(
  args: Pick<BackupScheduleArgs, "stack" | "kinds" | "identities" | "recipients" | "secrets" | "drill">,
): void {
  const { stack, kinds, identities, recipients, secrets } = args;
  const problems: string[] = [];
  if (kinds.length === 0 || new Set(kinds).size !== kinds.length) {
    problems.push(
      `CHI-C870 ${stack} schedules [${kinds.join(", ")}]: give one or more of ${scheduledKinds.join(", ")}, each once, in stacks/`,
    );
  }
  for (const kind of kinds) {
    if (identities.of[kind] === undefined) {
      const present = Object.keys(identities.of).join(", ");
      problems.push(
        `CHI-C871 ${stack} schedules ${kind}, for which there is no account, only for [${present}]: give BackupIdentities the same kinds in stacks/`,
      );
    }
    const missing = secretsOf(kind).filter((secret) => secrets[secret] === undefined);
    if (missing.length > 0) {
      const mend = missing.map((secret) => givenBy[secret]).filter((key) => key !== undefined).map((key) => `\`pulumi config set chisan:${key} --secret --stack ${stack}\`, and `).join("");
      problems.push(
        `CHI-C872 ${stack} schedules ${kind}, whose secrets ${missing.join(", ")} are not in the SecretStore: ${mend}add backupSecretDefinitions to it in stacks/`,
      );
    }
  }
  if (args.drill !== undefined && !kinds.includes("drill")) {
    problems.push(
      `CHI-C873 ${stack} is told where its drill deploys but schedules no drill, only [${kinds.join(", ")}]: remove one or add the other in stacks/`,
    );
  }
  if (recipients.length === 0) {
    problems.push(
      `CHI-C874 ${stack} has no key to encrypt backups to: \`pulumi config set --path 'chisan:backupRecipients[0]' <age1…> --stack ${stack}\``,
    );
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** The job of one kind. */
export function scheduledJobArgs(
  args: BackupScheduleArgs,
  kind: ScheduledKind,
  serviceAccountEmail: pulumi.Input<string>,
): ScheduledJobArgs {
  const run = scheduledRuns[kind];
  const writes = kind === "daily" || kind === "weekly";
  return {
    slug: environmentSlug(args.stack),
    project: args.project,
    region: args.region,
    workload: run.workload,
    starter: run.starter,
    description: `${run.description} (${args.stack}, ${run.when} KST)`,
    schedule: run.schedule,
    image: args.image,
    arguments: run.command(args.stack),
    cpu: run.cpu,
    memory: run.memory,
    serviceAccountEmail,
    environment: {
      R2_ACCOUNT_ID: args.accountId,
      BACKUPS_BUCKET_NAME: args.bucketName,
      ...(writes ? { BACKUP_RECIPIENTS: args.recipients.join(",") } : {}),
      // Read by Google's provider and by the engine. The bucket of the state and the key of its secrets are reached as the job itself.
      ...(kind === "drill" && args.drill !== undefined ? { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: args.drill.deployer, PULUMI_BACKEND_URL: args.drill.stateBackend } : {}),
    },
    // Those that it cannot do without are there: `checkBackupSchedule`.
    secrets: Object.fromEntries(readableBy(kind).flatMap((secret) => (args.secrets[secret] === undefined ? [] : [[secret, args.secrets[secret]]]))),
    egress: args.egress,
    protect: args.protect,
  };
}

/**
 * Backups, restore tests and drills, each on its schedule (sections 3.1, 3.4).
 *
 * That a run succeeded is told by what it left in the vault, not by its own word: the age of the newest proof of each kind is a metric
 * (config/exported-metrics.ts), and its alert fires when a run failed, never started or was paused by hand.
 *
 * While no image is set nothing runs, and no alert says so: the exporter, which writes the ages, is paused as well, and absence is told only of a metric
 * that was written once. `chisan doctor` shouts then (`operations-image`), and each `up` warns.
 */
export class BackupSchedule extends ChisanComponent {
  public readonly kinds: readonly ScheduledKind[];
  /** By kind, for the alert on failed executions. */
  public readonly jobNames: Readonly<Partial<Record<ScheduledKind, pulumi.Output<string>>>>;
  /** E-mail addresses of the accounts that start the jobs, by the name of the account. */
  public readonly starterEmails: Readonly<Record<string, pulumi.Output<string>>>;

  public constructor(name: string, args: BackupScheduleArgs, options?: pulumi.ComponentResourceOptions) {
    super("BackupSchedule", name, options);
    checkBackupSchedule(args);
    this.kinds = args.kinds;
    const dependsOn = options?.dependsOn;
    const jobs = args.kinds.map((kind) => {
      // Checked to be there, as the secrets are.
      const { email } = args.identities.of[kind] as RuntimeIdentity;
      const job = new ScheduledJob(`${name}-${kind}`, scheduledJobArgs(args, kind, email), { ...this.child(), dependsOn });
      return { kind, job };
    });
    this.jobNames = Object.fromEntries(jobs.map(({ kind, job }) => [kind, job.jobName]));
    this.starterEmails = Object.fromEntries(jobs.map(({ kind, job }) => [scheduledRuns[kind].starter, job.starterEmail]));
    this.registerOutputs({ jobNames: this.jobNames });
  }
}
