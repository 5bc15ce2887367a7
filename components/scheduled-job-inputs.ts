import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "@pulumi/gcp/types/input";
import type * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import type * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { GcpRegion } from "../config/allowed-values";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import type { ApiEgress, ApiSecret } from "./api-service";
import { explicitVersion, imageVersion } from "./api-service-template";

/** When a job runs and for how long at most. */
export interface JobSchedule {
  /** Five fields of unix-cron, read in `scheduleTimeZone`. */
  readonly cron: string;
  /** Of one attempt. */
  readonly timeoutSeconds: number;
  /** Attempts after the first. */
  readonly retries: number;
}

export interface ScheduledJobArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  readonly region: GcpRegion;
  /** The last part of the job's name: `backup-daily`. */
  readonly workload: string;
  /** The last part of the id of the account that starts the job: `start-daily`. */
  readonly starter: string;
  /** In the console, beside the name. */
  readonly description: string;
  readonly schedule: JobSchedule;
  /** With a version as tag, or a digest. Undefined until the first is built: then the job is declared, and nothing runs (see `standInImage`). */
  readonly image: string | undefined;
  /** Of the image's entry point. */
  readonly arguments: readonly string[];
  /** As Cloud Run writes it. At least 512 MiB. */
  readonly cpu: string;
  readonly memory: string;
  /** The job's own RuntimeIdentity: no two jobs share one. */
  readonly serviceAccountEmail: pulumi.Input<string>;
  /** Public variables. A secret value is refused: pass it in `secrets`. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: Readonly<Record<string, ApiSecret>>;
  readonly egress: ApiEgress;
  readonly protect: boolean;
}

/** Korea has kept no summer time since 1988, so a day there has 24 hours and no time of it comes twice or never. */
export const scheduleTimeZone = "Asia/Seoul";

/**
 * Google's sample of a job, which is what stands in the template until an image of ours is there. It is never run, and never given
 * anything: the entry in the scheduler is paused and the template holds neither secret nor argument. (The API's stand-in does run, for
 * its load balancer's sake; a job has nobody waiting for it, and what reads the whole database is no place for an image by a moving name.)
 */
export const standInImage = "us-docker.pkg.dev/cloudrun/container/job";

/**
 * Starting the job may fail as any call may. Three more attempts after 60, 120 and 240 s bridge a short outage of Cloud Run's API, and end
 * within `startWindowSeconds`, so that a late start never runs into the next job. Each attempt waits 30 s: `run` answers as soon as the
 * execution is accepted. An attempt whose answer was lost may have started it: the commands refuse to run twice at once.
 */
export const startRetries = { retryCount: 3, minBackoffDuration: "60s", maxBackoffDuration: "240s", maxDoublings: 2 } as const;
const startDeadlineSeconds = 30;
export const startWindowSeconds = 60 + 120 + 240 + 4 * startDeadlineSeconds;

/** The longest that a run can still be at work after the time of its schedule, in seconds. */
export function longestRunSeconds({ timeoutSeconds, retries }: Pick<JobSchedule, "timeoutSeconds" | "retries">): number {
  return startWindowSeconds + (retries + 1) * timeoutSeconds;
}

/** Names that Cloud Run sets in a job's container. */
const reservedByCloudRun = /^(?:PORT|K_.*|CLOUD_RUN_.*|X_GOOGLE_.*)$/;

/** Cloud Run's limit on a job's name ("less than 50", as for a service). The scheduler's is 500. */
const jobNameLength = 49;
/** What Google accepts as a service account's id (the provider's own validator, sandbox/oracle/gcp.json). */
const accountIdPattern = /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/;
/** Cloud Run's limits on a task: 168 hours, 10 retries. */
const longestTaskSeconds = 604_800;
const mostRetries = 10;

/** The job's name and its scheduler entry's. @throws CHI-C860 when Cloud Run would not accept it */
export function scheduledJobName({ slug, workload }: Pick<ScheduledJobArgs, "slug" | "workload">): string {
  const name = physicalName(slug, workload);
  if (name.length > jobNameLength || !/^[a-z][a-z0-9-]*[a-z0-9]$/.test(name)) {
    throw new Error(
      `CHI-C860 the job's name "${name}" (${name.length} characters) is not one that Cloud Run accepts, up to ${jobNameLength} of a-z, 0-9 and "-": change the workload "${workload}" in stacks/`,
    );
  }
  return name;
}

/** @throws CHI-C861 when the account's id would not be one that Google accepts */
export function starterInputs({ slug, project, workload, starter }: ScheduledJobArgs): serviceaccount.AccountArgs {
  const accountId = physicalName(slug, starter);
  if (!accountIdPattern.test(accountId)) {
    throw new Error(
      `CHI-C861 the service account id "${accountId}" (${accountId.length} characters) is not 6 to 30 characters of a-z, 0-9 and "-": shorten the starter "${starter}" in stacks/`,
    );
  }
  return {
    project,
    accountId,
    displayName: `${starter} (${slug})`,
    description: `Starts the job ${workload} on its schedule, and may do nothing else. Managed by Pulumi; has no keys.`,
  };
}

/** @throws CHI-C860 to CHI-C867, all problems in one error, a line each */
export function checkScheduledJob(args: ScheduledJobArgs): void {
  const problems: string[] = [];
  const { cron, timeoutSeconds, retries } = args.schedule;
  const subject = `the job ${args.workload} of ${args.slug}`;
  for (const check of [() => scheduledJobName(args), () => starterInputs(args)]) {
    try {
      check();
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (!/^[\d*,/-]+(?: [\d*,/-]+){4}$/.test(cron)) {
    problems.push(
      `CHI-C862 ${subject} has the schedule "${cron}": five fields of numbers, "*", ",", "-" and "/" are needed, as "0 3 * * *"`,
    );
  }
  if (args.image !== undefined && imageVersion(args.image) === undefined) {
    problems.push(
      `CHI-C863 ${subject} has the image "${args.image}", which has neither a version as tag nor a digest: \`pulumi config set chisan:operationsImage <image>@sha256:<digest>\``,
    );
  }
  if (
    !Number.isSafeInteger(timeoutSeconds) ||
    timeoutSeconds < 1 ||
    timeoutSeconds > longestTaskSeconds ||
    !isWithin(retries, mostRetries)
  ) {
    problems.push(
      `CHI-C864 ${subject} has ${timeoutSeconds} s an attempt and ${retries} retries: whole numbers from 1 to ${longestTaskSeconds} and from 0 to ${mostRetries} are needed`,
    );
  }
  const own = Object.keys(jobVariables(args));
  for (const name of [...Object.keys(args.environment), ...Object.keys(args.secrets)]) {
    if (
      !/^[A-Z][A-Z0-9_]*$/.test(name) ||
      reservedByCloudRun.test(name) ||
      own.includes(name) ||
      (name in args.environment && name in args.secrets)
    ) {
      problems.push(
        `CHI-C865 ${subject} has the variable "${name}", which is no name in capitals, is set by Cloud Run or the job itself, or is both public and secret: rename or remove it`,
      );
    }
  }
  if (args.egress.gateways[args.region] === undefined) {
    problems.push(
      `CHI-C867 ${subject} has no way out in ${args.region}, there is one in [${Object.keys(args.egress.gateways).join(", ")}]: give FixedEgress the same region in stacks/`,
    );
  }
  if (problems.length > 0) throw new Error([...new Set(problems)].join("\n"));
}

function isWithin(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= most;
}

/** What every job is told about where it runs. */
function jobVariables({ slug, image }: Pick<ScheduledJobArgs, "slug" | "image">): Record<string, string> {
  return {
    NODE_ENV: "production",
    DEPLOYMENT_ENVIRONMENT: slug,
    // The operator's tool acts on the sandbox unless it is told otherwise.
    CHISAN_TARGET: "cloud",
    APP_VERSION: (image === undefined ? undefined : imageVersion(image)) ?? "none",
  };
}

/** The container's variables by name, so that the order of their declaration changes nothing. */
function containerVariables(args: ScheduledJobArgs): inputs.cloudrunv2.JobTemplateTemplateContainerEnv[] {
  const plain = Object.entries({ ...jobVariables(args), ...args.environment }).map(([name, value]) => ({ name, value }));
  const secret = Object.entries(args.secrets).map(([name, { secretId, version }]) => ({
    name,
    valueSource: { secretKeyRef: { secret: secretId, version: pulumi.output(version).apply((number) => explicitVersion(name, number)) } },
  }));
  return [...plain, ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One task, as no command here splits its work over several; it ends by itself or at its timeout. */
export function jobInputs(args: ScheduledJobArgs): cloudrunv2.JobArgs {
  const deployed = args.image === undefined ? { ...args, secrets: {} } : args;
  return {
    project: args.project,
    location: args.region,
    name: scheduledJobName(args),
    deletionProtection: args.protect,
    labels: { environment: args.slug, workload: args.workload },
    template: {
      taskCount: 1,
      parallelism: 1,
      template: {
        serviceAccount: args.serviceAccountEmail,
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        timeout: `${args.schedule.timeoutSeconds}s`,
        maxRetries: args.schedule.retries,
        // All traffic: the database admits the NAT's addresses alone.
        vpcAccess: { networkInterfaces: [{ network: args.egress.network, subnetwork: args.egress.subnetwork }], egress: "ALL_TRAFFIC" },
        containers: [
          {
            image: args.image ?? standInImage,
            ...(args.image === undefined ? {} : { args: [...args.arguments] }),
            resources: { limits: { cpu: args.cpu, memory: args.memory } },
            envs: containerVariables(deployed),
          },
        ],
      },
    },
  };
}

/** The right to run this one job. */
export function startGrantInputs(
  args: ScheduledJobArgs,
  name: pulumi.Input<string>,
  member: pulumi.Input<string>,
): cloudrunv2.JobIamMemberArgs {
  return { project: args.project, location: args.region, name, role: "roles/run.invoker", member };
}

/**
 * The entry in Cloud Scheduler. It calls an API of Google, so it proves itself by an access token and not by an identity token, which only
 * services take.
 */
export function schedulerInputs(
  args: ScheduledJobArgs,
  job: pulumi.Input<string>,
  starterEmail: pulumi.Input<string>,
): cloudscheduler.JobArgs {
  return {
    project: args.project,
    region: args.region,
    name: scheduledJobName(args),
    description: args.description,
    schedule: args.schedule.cron,
    timeZone: scheduleTimeZone,
    paused: args.image === undefined,
    attemptDeadline: `${startDeadlineSeconds}s`,
    retryConfig: startRetries,
    httpTarget: {
      httpMethod: "POST",
      uri: pulumi.interpolate`https://run.googleapis.com/v2/projects/${args.project}/locations/${args.region}/jobs/${job}:run`,
      oauthToken: { serviceAccountEmail: starterEmail },
    },
  };
}
