import type * as pulumi from "@pulumi/pulumi";
import type { ScheduledKind } from "../config/exported-metrics";
import type { EnvironmentSlug } from "../config/naming";
import { type OperationsSecret, readableBy } from "./backup-schedule-needs";
import { scheduledRuns } from "./backup-schedule-plan";
import { ChisanComponent } from "./component";
import { RuntimeIdentity } from "./runtime-identity";

export interface BackupIdentitiesArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  readonly kinds: readonly ScheduledKind[];
}

/**
 * The accounts that the scheduled runs run as, one for each kind. Apart from BackupSchedule, because the secrets must grant to them before
 * the jobs, which read them, can exist.
 */
export class BackupIdentities extends ChisanComponent {
  public readonly of: Readonly<Partial<Record<ScheduledKind, RuntimeIdentity>>>;

  public constructor(name: string, args: BackupIdentitiesArgs, options?: pulumi.ComponentResourceOptions) {
    super("BackupIdentities", name, options);
    const dependsOn = options?.dependsOn;
    this.of = Object.fromEntries(
      args.kinds.map((kind) => {
        const { workload } = scheduledRuns[kind];
        const identity = { slug: args.slug, project: args.project, workload };
        return [kind, new RuntimeIdentity(`${name}-${kind}`, identity, { ...this.child(), dependsOn })];
      }),
    );
    this.registerOutputs({});
  }

  /** Who may read a secret, for a SecretStore's definition: the accounts of exactly the kinds that need it, by workload. */
  public readersOf(secret: OperationsSecret): Record<string, pulumi.Output<string>> {
    const entries = (Object.entries(this.of) as [ScheduledKind, RuntimeIdentity][]).filter(([kind]) => readableBy(kind).includes(secret));
    return Object.fromEntries(entries.map(([kind, { member }]) => [scheduledRuns[kind].workload, member]));
  }
}
