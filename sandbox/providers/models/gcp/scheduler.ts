/** Cloud Scheduler: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import { text, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, googleError, projectOf, requireRegion, requireService, serviceAccountExists } from "./common";

export const schedulerJobType = "gcp:cloudscheduler/job:Job";

interface HttpTarget {
  uri?: string;
  httpMethod?: string;
  body?: string;
  oauthToken?: { serviceAccountEmail?: string };
  oidcToken?: { serviceAccountEmail?: string };
}

interface RetryConfig {
  retryCount?: number;
  maxDoublings?: number;
  minBackoffDuration?: string;
  maxBackoffDuration?: string;
  maxRetryDuration?: string;
}

function refuse(message: string): never {
  throw googleError(400, message, "badRequest");
}

const jobName = (properties: JsonObject): string =>
  `projects/${text(properties, "project")}/locations/${text(properties, "region")}/jobs/${text(properties, "name")}`;

/** The least and the greatest value of each field, and its names: https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules */
const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const weekdays = "sun mon tue wed thu fri sat".split(" ");
const cronFields: readonly { least: number; most: number; names: readonly string[] }[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: months },
  // 7 is Sunday as well.
  { least: 0, most: 7, names: weekdays },
];

/** Whether a text is a schedule in unix-cron: lists of numbers, ranges and steps in five fields. (The older App Engine form is not offered here.) */
export function isUnixCron(schedule: string): boolean {
  const fields = schedule.trim().split(/\s+/);
  return (
    fields.length === cronFields.length &&
    cronFields.every((field, at) => (fields[at] as string).split(",").every((part) => isCronPart(part, field)))
  );
}

function isCronPart(part: string, { least, most, names }: (typeof cronFields)[number]): boolean {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (match === null) return false;
  const [, first, last, step] = match;
  // A step goes through a range: "5/10" has none.
  if (step !== undefined && (Number(step) < 1 || (first !== undefined && last === undefined))) return false;
  const numberOf = (value: string): number =>
    /^\d+$/.test(value) ? Number(value) : names.indexOf(value.toLowerCase()) + (least === 1 ? 1 : 0);
  const ends = [first, last].flatMap((value) => (value === undefined ? [] : [numberOf(value)]));
  return ends.every((end) => end >= least && end <= most) && (ends[1] === undefined || (ends[0] as number) <= ends[1]);
}

/** A name of the time zone database; not a distance from UTC, which Node accepts as well. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // A RangeError says that there is no such zone, which is the answer.
    return false;
  }
}

function secondsOf(what: string, duration: string): number {
  const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(duration)?.[1];
  return seconds === undefined
    ? refuse(`${what} must be a duration in seconds with an "s" at its end, got "${duration}"`)
    : Number(seconds);
}

/** https://cloud.google.com/scheduler/docs/configuring/retry-jobs: five retries at most; the defaults are those of `computed` below. */
function validateRetries(retry: RetryConfig): void {
  const { retryCount = 0, maxDoublings = 0 } = retry;
  if (retryCount < 0 || retryCount > 5) refuse(`RetryConfig.retryCount must be from 0 to 5, got ${retryCount}`);
  if (maxDoublings < 0) refuse(`RetryConfig.maxDoublings must not be negative, got ${maxDoublings}`);
  const least = secondsOf("RetryConfig.minBackoffDuration", retry.minBackoffDuration ?? "5s");
  const most = secondsOf("RetryConfig.maxBackoffDuration", retry.maxBackoffDuration ?? "3600s");
  if (least > most) refuse(`RetryConfig.minBackoffDuration (${least}s) must not be greater than maxBackoffDuration (${most}s)`);
  if (retry.maxRetryDuration !== undefined) secondsOf("RetryConfig.maxRetryDuration", retry.maxRetryDuration);
}

function validateTarget(situation: Situation, { uri = "", httpMethod, body, oauthToken, oidcToken }: HttpTarget): void {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    refuse(`HttpTarget.uri must be a valid URL, got "${uri}"`);
  }
  if (!/^https?:$/.test(url.protocol)) refuse(`HttpTarget.uri must start with http:// or https://, got "${uri}"`);
  const method = httpMethod ?? "POST";
  if (!["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"].includes(method))
    refuse(`HttpTarget.httpMethod "${method}" is not an HTTP method`);
  if (body !== undefined && !["POST", "PUT", "PATCH"].includes(method)) refuse(`HttpTarget.body is not allowed with ${method}`);
  const account = (oauthToken ?? oidcToken)?.serviceAccountEmail;
  if (account === undefined) return;
  if (url.protocol !== "https:") refuse(`HttpTarget.uri must start with https:// for a target with an authorization header, got "${uri}"`);
  // An access token opens all that the account may do at Google: it is sent to Google alone.
  if (oauthToken !== undefined && !/(^|\.)googleapis\.com$/.test(url.hostname))
    refuse(`HttpTarget.oauthToken is for *.googleapis.com only, got the host ${url.hostname}: use oidcToken there`);
  const project = projectOf(situation);
  const local =
    account.endsWith(`@${project}.iam.gserviceaccount.com`) ||
    account.endsWith("@developer.gserviceaccount.com") ||
    account.endsWith("@appspot.gserviceaccount.com");
  if (!local) refuse(`The service account ${account} must be in the same project as the job, ${project}`);
  if (!serviceAccountExists(situation, account)) throw googleError(404, `The service account ${account} was not found.`, "notFound");
}

function validate(situation: Situation): void {
  requireService(situation, "cloudscheduler.googleapis.com", "Cloud Scheduler API");
  const { inputs } = situation;
  requireRegion(text(inputs, "region"));
  const name = text(inputs, "name");
  if (!/^[A-Za-z\d_-]{1,500}$/.test(name)) refuse(`Job ID "${name}" must be 1 to 500 letters, digits, hyphens and underscores`);
  const schedule = typeof inputs.schedule === "string" ? inputs.schedule : "";
  if (!isUnixCron(schedule)) refuse(`Schedule or App Engine schedule has invalid format: "${schedule}"`);
  const timeZone = typeof inputs.timeZone === "string" ? inputs.timeZone : "Etc/UTC";
  if (!isTimeZone(timeZone)) refuse(`time_zone "${timeZone}" is not a name of the tz database`);
  if (String(inputs.description ?? "").length > 500) refuse("The description has at most 500 characters");
  const { httpTarget, pubsubTarget, attemptDeadline, retryConfig } = inputs as {
    httpTarget?: HttpTarget;
    pubsubTarget?: object;
    attemptDeadline?: string;
    retryConfig?: RetryConfig;
  };
  if (attemptDeadline !== undefined && attemptDeadline !== "" && pubsubTarget === undefined) {
    const seconds = secondsOf("attempt_deadline", attemptDeadline);
    const most = httpTarget === undefined ? 86_400 : 1800;
    if (seconds < 15 || seconds > most) refuse(`attempt_deadline must be from 15s to ${most}s, got ${attemptDeadline}`);
  }
  if (retryConfig !== undefined) validateRetries(retryConfig);
  if (httpTarget !== undefined) validateTarget(situation, httpTarget);
}

export const scheduler: { [token: string]: ResourceModel } = {
  [schedulerJobType]: {
    identity: jobName,
    duplicate: (inputs) => `googleapi: Error 409: Job already exists: ${jobName(inputs)}, alreadyExists`,
    validate,
    id: (situation) => jobName(situation.inputs),
    computed: ({ inputs }) => ({
      ...deletionDefaults(inputs),
      paused: inputs.paused ?? false,
      state: inputs.paused === true ? "PAUSED" : "ENABLED",
      ...(inputs.retryConfig === undefined
        ? {}
        : {
            retryConfig: {
              retryCount: 0,
              maxRetryDuration: "0s",
              minBackoffDuration: "5s",
              maxBackoffDuration: "3600s",
              maxDoublings: 5,
              ...(inputs.retryConfig as JsonObject),
            },
          }),
    }),
    changesOnUpdate: ["paused", "state"],
    importIds: (outputs) => [
      `${text(outputs, "project")}/${text(outputs, "region")}/${text(outputs, "name")}`,
      `${text(outputs, "region")}/${text(outputs, "name")}`,
    ],
  },
};
