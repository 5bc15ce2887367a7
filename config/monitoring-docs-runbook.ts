/** What an alert means and what its reader does first: the text of the notifications, and of docs/runbooks/alerts.md. */
import type { MetricKey } from "./alert-thresholds";
import type { FileMetric } from "./alert-thresholds-watch";
import type { GcpRegion } from "./allowed-values";
import { type EnvironmentSlug, environmentSlug, physicalName } from "./naming";
import { type CloudStack, cloudStacks } from "./stack-configuration-keys";

export type RunbookKey =
  | MetricKey
  | FileMetric
  | "missingBackup"
  | "missingProof"
  | "exporterSilence"
  | "fileSilence"
  | "jobFailure"
  | "uptime"
  | "certificate";

export interface RunbookEntry {
  readonly title: string;
  readonly meaning: string;
  /** In this order. */
  readonly commands: readonly string[];
  /** For the database, in this order: nobody on call has its URL, which service accounts alone can read. */
  readonly queries?: readonly string[];
  /** What to do with what these show. */
  readonly then: readonly string[];
}

/** What the commands name. */
export interface RunbookPlace {
  readonly stack: string;
  /** The Google Cloud project's id. */
  readonly project: string;
  /** The API's Cloud Run service: the same name in every region. */
  readonly service: string;
  /** The metrics exporter's Cloud Run service. */
  readonly exporter: string;
  /** The Worker that keeps the files' versions. */
  readonly keeper: string;
  /** The Worker that writes the files. */
  readonly gateway: string;
  /** Where the environment's jobs run, and its API while nothing was moved. */
  readonly region: string;
}

/** Each environment's own region: that of its specification in stacks/, which this folder does not know. */
export const homeRegions: Readonly<Record<CloudStack, GcpRegion>> = {
  staging: "asia-northeast3",
  prod: "asia-northeast3",
  "chisan-dr": "asia-northeast1",
};

/** @throws CHI-C943 for dev, which is in no cloud and has no alerts */
export function runbookPlace(slug: EnvironmentSlug, project: string, service: string): RunbookPlace {
  const stack = cloudStacks.find((each) => environmentSlug(each) === slug);
  if (stack === undefined) {
    throw new Error(`CHI-C943 alerts are declared for "${slug}", which is in no cloud: name one of ${cloudStacks.join(", ")} in stacks/`);
  }
  return {
    stack,
    project,
    service,
    exporter: physicalName(slug, "metrics-exporter"),
    keeper: physicalName(slug, "file-version-keeper"),
    gateway: physicalName(slug, "files-gateway"),
    region: homeRegions[stack],
  };
}

export const runbookFile = "docs/runbooks/alerts.md";

/** As GitHub makes it from the heading. */
export function runbookAnchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replace(/ /g, "-");
}

export function runbookUrl(repository: string, key: RunbookKey): string {
  return `https://github.com/${repository}/blob/main/${runbookFile}#${runbookAnchor(runbook[key].title)}`;
}

const logs = (filter: string) => `gcloud logging read '${filter}' --project=<project> --freshness=30m --limit=30`;
const traffic = "gcloud run services list --project=<project> --format='table(metadata.name, region, status.traffic)'";
const schedules = "gcloud scheduler jobs list --project=<project> --location=<region>";
const executions = [
  "gcloud run jobs executions list --project=<project> --region=<region> --limit=10",
  logs('resource.type="cloud_run_job" AND severity>=ERROR'),
];
const exporterErrors = logs('resource.type="cloud_run_revision" AND resource.labels.service_name="<exporter>" AND severity>=ERROR');
const cloudflareState = "curl -s https://www.cloudflarestatus.com/api/v2/status.json";
/** Cloudflare keeps what a Worker logs; Google has none of it. */
const logOf = (worker: "<keeper>" | "<gateway>") => `the Worker's log (Cloudflare's dashboard → Workers & Pages → \`${worker}\` → Logs)`;
const runByHand = "`gcloud run jobs execute <job> --project=<project> --region=<region>`";
const activity =
  "select pid, usename, state, wait_event_type, now() - query_start as since, left(query, 100) from pg_stat_activity where state <> 'idle' order by since desc limit 20;";

/** The API's traffic is configuration; procedure A of section 4.2 is the web app's. */
const takeBack = (symptom: string) => [
  `${symptom}: send the API's traffic to the revision before it (\`gcloud run revisions list --service=<service> --project=<project> --region=<region>\`):` +
    " `pulumi config set --path chisan:traffic.stable.revision <revision> --stack <stack>`," +
    " `pulumi config set --path chisan:traffic.stable.percent 100 --stack <stack>`," +
    " `pulumi config rm --path chisan:traffic.canary --stack <stack>`, then `npx chisan up <stack> --cloud`. Commit Pulumi.<stack>.yaml.",
  "Nobody is there who may run `up`: `gcloud run services update-traffic <service> --to-revisions=<revision>=100 --project=<project> --region=<region>`," +
    " in each region with traffic; the next `up` undoes it unless the configuration says the same by then.",
];

const runbook: Readonly<Record<RunbookKey, RunbookEntry>> = {
  apiResponseTime: {
    title: "API response time",
    meaning: "Of 100 requests to the API, five or more took longer than the threshold. Users wait.",
    commands: [
      traffic,
      logs('resource.type="cloud_run_revision" AND resource.labels.service_name="<service>" AND httpRequest.latency>="1s"'),
    ],
    queries: [activity],
    then: [
      ...takeBack("A revision came shortly before"),
      "One path only: its query is slow; see Database query time.",
      "All paths: look at memory and at the number of instances, which stops at the environment's maximum.",
    ],
  },
  errorRate: {
    title: "Error rate",
    meaning: "The API answered more requests with 5xx than the threshold allows.",
    commands: [
      traffic,
      logs('resource.type="cloud_run_revision" AND resource.labels.service_name="<service>" AND httpRequest.status>=500'),
      logs('resource.labels.service_name="<service>" AND severity>=ERROR'),
    ],
    then: [
      ...takeBack("A revision came shortly before"),
      "The errors name the database or the storage: see the state of Supabase and of Cloudflare, then the other alerts.",
      "Sentry has the stack trace of each exception.",
    ],
  },
  databaseConnections: {
    title: "Database connections",
    meaning: "Nearly all connections that the database admits are taken; at 100 % it refuses new ones, and the API's requests fail.",
    commands: [],
    queries: ["select usename, application_name, state, count(*) from pg_stat_activity group by 1, 2, 3 order by 4 desc;", activity],
    then: [
      "Many are `idle in transaction`: the holder has forgotten to end its transaction. End it: `select pg_terminate_backend(<pid>)`.",
      "They are the API's own, and many instances run: the traffic or a slow query has made Cloud Run start them. See Database query time.",
      "A larger database (databaseCompute in stacks/) admits more connections; that restarts it.",
    ],
  },
  databaseQueryTime: {
    title: "Database query time",
    meaning: "The slowest of 20 statements took longer than the threshold, minute after minute.",
    commands: [],
    queries: [
      activity,
      "select calls, round(mean_exec_time) as mean_ms, round(max_exec_time) as max_ms, left(query, 100) from pg_stat_statements order by total_exec_time desc limit 20;",
    ],
    then: [
      "Something waits for a lock: end what holds it, when it is safe to (`pg_blocking_pids(<pid>)` names it).",
      "A statement is new in the list: it came with a deployment or a migration. Roll that back, or add the index.",
      "All are slow: look at memory and disk; a backup or an export may be running.",
    ],
  },
  diskUsage: {
    title: "Disk usage",
    meaning: "The database's volume fills up. Supabase makes it read-only when it is nearly full: then nothing can be written.",
    commands: [],
    queries: [
      "select relname, pg_size_pretty(pg_total_relation_size(oid)) from pg_class where relkind = 'r' order by pg_total_relation_size(oid) desc limit 10;",
      "select slot_name, active, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) from pg_replication_slots;",
    ],
    then: [
      "A replication slot that nobody reads keeps the log: drop it.",
      "Ordinary growth: enlarge the disk in Supabase (Project Settings, Compute and Disk). It cannot be made smaller again.",
    ],
  },
  memoryUsage: {
    title: "Memory usage (API)",
    meaning: "An instance of the API has hardly any memory left. Cloud Run kills it at 100 %, and its requests fail.",
    commands: [
      logs('resource.type="cloud_run_revision" AND resource.labels.service_name="<service>" AND textPayload:"memory limit"'),
      traffic,
    ],
    then: [
      ...takeBack("It came with a revision"),
      "It rises from start to kill: a leak; restarting helps for as long as it took.",
      "It follows the load: raise `memory` in stacks/.",
    ],
  },
  databaseMemory: {
    title: "Memory usage (database)",
    meaning: "The database server has hardly any memory left. The system then kills the largest process, and PostgreSQL restarts.",
    commands: [],
    queries: ["select count(*), state from pg_stat_activity group by 2;", activity],
    then: [
      "Many connections: each takes its part; see Database connections.",
      "One large sort or hash: end that statement (`select pg_cancel_backend(<pid>)`).",
      "Always near the limit: a larger databaseCompute in stacks/.",
    ],
  },
  missingBackup: {
    title: "Backup is missing",
    meaning: "The newest complete backup is older than allowed. What is lost from now on is more than section 3.2 promises.",
    commands: [...executions, schedules],
    then: [
      `The job failed: its log says why. Mend it and run it by hand: ${runByHand}.`,
      "The job never started: somebody paused its schedule, or the account that starts it may not.",
      "The job succeeded: its proof (manifest.json) is not where the exporter looks, or the exporter cannot read the bucket.",
    ],
  },
  missingProof: {
    title: "Restore test or drill is overdue",
    meaning: "Nobody has proven for too long that the backups can be restored (section 3.4). The backups themselves may well be there.",
    commands: executions,
    then: [
      `Run it by hand: ${runByHand}.`,
      "It fails: then the backup is what is broken. Treat it as Backup is missing.",
    ],
  },
  fileVersionLag: {
    title: "Versions of files are kept late",
    meaning:
      "The keeper copied a file into the vault long after it changed. A file that is written straight to S3 and overwritten before its copy loses that version; through the gateway none is lost.",
    commands: [cloudflareState],
    then: [
      `Copies fail: ${logOf("<keeper>")} has \`copy failed\` with the reason. They are tried again for eight hours, and then wait 14 days in the dead-letter queue (docs/files.md).`,
      "It came with a deployment of the keeper: deploy the version before it, `npx chisan up <stack> --cloud` from its commit.",
      "Nothing fails, and Cloudflare says that Queues or R2 are slow: wait, and keep bulk writers off S3 until it is over.",
      "The sweep found old files without a copy: their events never came. The bucket's notification may be gone; `npx chisan refresh <stack> --cloud`, then `npx chisan up <stack> --cloud` make it again.",
    ],
  },
  fileVersionsLost: {
    title: "Versions of files are lost",
    meaning:
      "Files were overwritten straight in S3 faster than the keeper copies; the version in between is gone, which breaks section 3.1. It cannot be restored. The alert stays for a day.",
    commands: ["npx chisan files versions <key of the log> --stack <stack> --cloud"],
    then: [
      `Which files: ${logOf("<keeper>")} has \`version lost\` with the key and the time of each. Tell their owners; what was before and after is kept.`,
      "Somebody writes straight to S3, in bursts: stop them, and move them to the gateway, which loses none (docs/files.md).",
      "Nobody whom you know does it: a key was stolen. Make a new one, configuration `chisan:secretGenerations.R2_API_TOKEN` (docs/configuration.md), and then see docs/runbooks/restore-files.md.",
    ],
  },
  fileSweepAge: {
    title: "Sweep of the files does not run",
    meaning: "The keeper runs its sweep every 5 minutes and has not for longer than three runs. What an event missed is not made up for; the events still work.",
    commands: [cloudflareState],
    then: [
      `It starts and fails: ${logOf("<keeper>")} says why.`,
      "It does not start: its cron triggers (the same page, Settings, Trigger events) are gone or changed; `npx chisan refresh <stack> --cloud`, then `npx chisan up <stack> --cloud` put them back.",
      "It catches up by itself: the sweep goes on where it stopped.",
    ],
  },
  exporterSilence: {
    title: "Database metrics do not arrive",
    meaning: "The exporter writes nothing. The alerts on database, disk and backups cannot open while this lasts.",
    commands: [exporterErrors, schedules],
    queries: ["select 1;"],
    then: [
      "Its schedule, `<exporter>`, is paused: somebody paused it, or `chisan:operationsImage` is no longer set (`pulumi config get chisan:operationsImage --stack <stack>`; ops/image/README.md sets it). The backups are then paused too.",
      "The database does not answer: the uptime check of /health/ready should have told too. See Supabase's status.",
      "Permission denied: its account has lost the right to write metrics.",
    ],
  },
  fileSilence: {
    title: "Metrics of the files versions do not arrive",
    meaning:
      "The exporter writes nothing of the keeper of the files' versions. The alerts on versions that are late or lost cannot open while this lasts; the versions themselves may well be kept.",
    commands: [exporterErrors, schedules],
    then: [
      "The database's metrics are silent too: see Database metrics do not arrive.",
      `CHI-X013 with HTTP 403: the key of the exporter is not the gateway's; \`npx chisan up <stack> --cloud\` deploys the present one. With another status: ${logOf("<gateway>")} says why.`,
      "CHI-X013 without a status, or CHI-X010: the gateway does not answer. Users cannot write files then either: Cloudflare's status, then the newest deployment.",
      "CHI-X014: the gateway and the exporter are of two versions; deploy both.",
      "Only the age of the sweep is missing: the gateway's ledger is new, and the sweep has not run since. See Sweep of the files does not run.",
    ],
  },
  jobFailure: {
    title: "Job failed",
    meaning: "A scheduled job ended with an error after its retries. The notification names it.",
    commands: executions,
    then: [
      `Mend what its log says and run it by hand: ${runByHand}.`,
      "A backup: until it succeeds, Backup is missing will follow.",
    ],
  },
  uptime: {
    title: "Address does not answer",
    meaning:
      "Users get no answer, or one that says that something behind it is broken: two of the three places from which it is asked say so.",
    commands: ["curl -si <address of the notification>", traffic, logs('resource.labels.service_name="<service>" AND severity>=ERROR')],
    then: [
      "The web app: Vercel's status, then its newest deployment; roll it back (section 4.2, procedure A).",
      ...takeBack("The API, and a revision came shortly before"),
      "/health names the check that fails: the database (Supabase's status) or the storage (Cloudflare's status).",
      "The API, and its region is out (Google's status names it): `npx chisan dr region --stack <stack> --away <region> --cloud` (section 3.3; <region> serves unless the traffic was moved before); when it is over, `npx chisan dr region --stack <stack> --back --cloud`.",
      "It answers you: Cloudflare may be blocking Google's checks; see its security events.",
    ],
  },
  certificate: {
    title: "Certificate runs out",
    meaning: "The certificate that users see was not renewed in time. When it ends, no browser opens the address.",
    commands: ["curl -vI <address of the notification> 2>&1 | grep -i 'expire\\|issuer'"],
    then: [
      "Cloudflare (api): SSL/TLS, Edge Certificates; a CAA record that excludes its authorities stops the renewal.",
      "Vercel (app): project, Domains; the record must point at Vercel.",
    ],
  },
};

export const runbookKeys = Object.keys(runbook) as readonly RunbookKey[];

/** The entry with the environment's names in its commands. */
export function runbookEntry(key: RunbookKey, place: RunbookPlace): RunbookEntry {
  const { title, meaning, commands, queries, then } = runbook[key];
  const placed = (text: string): string => text.replace(/<(stack|project|service|exporter|keeper|gateway|region)>/g, (_, name: keyof RunbookPlace) => place[name]);
  return { title, meaning, commands: commands.map(placed), ...(queries === undefined ? {} : { queries }), then: then.map(placed) };
}

/** Who can ask the database, and where: with Supabase's roles of config/access-table.ts. */
export const askTheDatabase =
  "The DBA (Supabase: Administrator), in supabase.com/dashboard → the project → SQL Editor; `psql` reaches the database only from an address in `chisan:operatorCidrs`:";

/** The entry as Markdown, for a notification or for the runbook. */
export function renderRunbookEntry({ meaning, commands, queries = [], then }: RunbookEntry): string {
  const first = [
    ...(commands.length === 0 ? [] : ["", "```", ...commands, "```"]),
    ...(queries.length === 0 ? [] : ["", askTheDatabase, "", "```sql", ...queries, "```"]),
  ];
  return [meaning, "", "First:", ...first, "", "Then:", "", ...then.map((step) => `- ${step}`)].join("\n");
}
