import type * as pulumi from "@pulumi/pulumi";
import * as logging from "@pulumi/gcp/logging";
import type { EnvironmentSlug } from "../config/naming";
import { ChisanComponent } from "./component";

export interface LogRetentionArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** The API's Cloud Run service. */
  readonly apiService: string;
  /** Whether real persons' data are in it, restored ones too: then no debug logs (section 6.5), and a longer retention. */
  readonly realData: boolean;
}

/**
 * Days that logs are kept. With real data 90: the access review is quarterly (section 8.1), and a fault found in the oldest backup (section 3.1: 90 days)
 * can still be looked up. Else 30, Google's own figure, within which storage is free. Admin activity is in a bucket of its own, which Google keeps
 * for 400 days and lets nobody change.
 */
export const logRetentionDays = { realData: 90, otherData: 30 } as const;

export class LogRetention extends ChisanComponent {
  public constructor(name: string, args: LogRetentionArgs, options?: pulumi.ComponentResourceOptions) {
    super("LogRetention", name, options);
    const made = this.child({ dependsOn: options?.dependsOn });
    new logging.ProjectBucketConfig(`${name}-bucket`, logBucketInputs(args), made);
    if (args.realData) new logging.ProjectExclusion(`${name}-no-debug`, debugExclusionInputs(args), made);
    this.registerOutputs({});
  }
}

/** The bucket that every project has and that every log goes to which nobody sent elsewhere. */
export function logBucketInputs({ project, realData }: LogRetentionArgs): logging.ProjectBucketConfigArgs {
  return {
    project,
    location: "global",
    bucketId: "_Default",
    retentionDays: realData ? logRetentionDays.realData : logRetentionDays.otherData,
  };
}

/**
 * The second lock: the application writes no debug logs at prod's log level; if it does, they are not stored. Only what says that it is DEBUG: a line
 * without a severity is DEFAULT, which Cloud Logging orders below DEBUG, and a crash's last words are such lines.
 */
export function debugExclusionInputs({ slug, project, apiService }: LogRetentionArgs): logging.ProjectExclusionArgs {
  return {
    project,
    name: `chisan-${slug}-no-debug`,
    description: "No debug logs where the data are real (section 6.5)",
    filter: `resource.type="cloud_run_revision" AND resource.labels.service_name="${apiService}" AND severity="DEBUG"`,
  };
}
