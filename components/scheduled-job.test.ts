import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { environmentSlug, stackNames } from "../config/naming";
import { ScheduledJob } from "./scheduled-job";
import {
  type ScheduledJobArgs,
  checkScheduledJob,
  longestRunSeconds,
  scheduledJobName,
  starterInputs,
  startRetries,
  startWindowSeconds,
} from "./scheduled-job-inputs";
import { type RecordedResource, names, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  job: "gcp:cloudrunv2/job:Job",
  account: "gcp:serviceaccount/account:Account",
  grant: "gcp:cloudrunv2/jobIamMember:JobIamMember",
  schedule: "gcp:cloudscheduler/job:Job",
};
const image = `asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod-images/operations@sha256:${"a".repeat(64)}`;
const secret = { secretId: "chisan-prod-database-url", version: "3", grants: [] };
const args: ScheduledJobArgs = {
  slug: "prod",
  project: "chisan-prod",
  region: "asia-northeast3",
  workload: "backup-daily",
  starter: "start-daily",
  description: "Daily backup",
  schedule: { cron: "0 3 * * *", timeoutSeconds: 3600, retries: 2 },
  image,
  arguments: ["backup", "run"],
  cpu: "2",
  memory: "2Gi",
  serviceAccountEmail: "chisan-prod-backup-daily@chisan-prod.iam.gserviceaccount.com",
  environment: { BACKUPS_BUCKET_NAME: "chisan-backups" },
  secrets: { DATABASE_URL: secret },
  egress: { network: "chisan-prod-egress", subnetwork: "chisan-prod-egress", gateways: {} },
  protect: true,
};

/** With a gateway and a grant as real resources, so that dependencies on them show. */
async function recorded(change: Partial<ScheduledJobArgs> = {}, options: { preview?: boolean } = {}): Promise<RecordedResource[]> {
  return recordResources(() => {
    const gateway = new Part("gateway");
    const grant = new Part("grant");
    const egress = { ...args.egress, gateways: { "asia-northeast3": gateway } };
    return new ScheduledJob("daily", { ...args, egress, secrets: { DATABASE_URL: { ...secret, grants: [grant] } }, ...change });
  }, options);
}
class Part extends pulumi.CustomResource {
  public constructor(name: string) {
    super("test:index:Part", name, {});
  }
}
const good = { ...args, egress: { ...args.egress, gateways: { "asia-northeast3": {} as pulumi.Resource } } };

test("a job, an account that starts it, the right to, and a schedule: nothing else", async () => {
  const resources = await recorded();
  expect(names(resources).filter((name) => !name.startsWith("test:"))).toEqual(
    [
      "chisan:infrastructure:ScheduledJob daily",
      `${type.job} daily-job`,
      `${type.account} daily-starter`,
      `${type.grant} daily-start`,
      `${type.schedule} daily-schedule`,
    ].sort(),
  );
  expect(refusals(resources)).toEqual([]);
  expect(names(await recorded({}, { preview: true }))).toEqual(names(resources));
});

test("the job: one task as its own account, out by the fixed addresses, secrets by version", async () => {
  const job = only(await recorded(), type.job);
  expect(job.inputs).toEqual({
    project: "chisan-prod",
    location: "asia-northeast3",
    name: "chisan-prod-backup-daily",
    deletionProtection: true,
    labels: { environment: "prod", workload: "backup-daily" },
    template: {
      taskCount: 1,
      parallelism: 1,
      template: {
        serviceAccount: "chisan-prod-backup-daily@chisan-prod.iam.gserviceaccount.com",
        executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
        timeout: "3600s",
        maxRetries: 2,
        vpcAccess: { networkInterfaces: [{ network: "chisan-prod-egress", subnetwork: "chisan-prod-egress" }], egress: "ALL_TRAFFIC" },
        containers: [
          {
            image,
            args: ["backup", "run"],
            resources: { limits: { cpu: "2", memory: "2Gi" } },
            envs: [
              { name: "APP_VERSION", value: "a".repeat(12) },
              { name: "BACKUPS_BUCKET_NAME", value: "chisan-backups" },
              { name: "CHISAN_TARGET", value: "cloud" },
              { name: "DATABASE_URL", valueSource: { secretKeyRef: { secret: "chisan-prod-database-url", version: "3" } } },
              { name: "DEPLOYMENT_ENVIRONMENT", value: "prod" },
              { name: "NODE_ENV", value: "production" },
            ],
          },
        ],
      },
    },
  });
  // Neither a value of a secret, nor the image's entry point replaced.
  expect(JSON.stringify(job.inputs)).not.toContain("postgresql://");
  expect(JSON.stringify(job.inputs)).not.toContain('"commands"');
  expect(job.dependencies).toEqual(["gateway", "grant"]);
});

test("the account that starts it may run this job, and nothing else anywhere", async () => {
  const resources = await recorded();
  expect(only(resources, type.account).inputs).toEqual({
    project: "chisan-prod",
    accountId: "chisan-prod-start-daily",
    displayName: "start-daily (prod)",
    description: "Starts the job backup-daily on its schedule, and may do nothing else. Managed by Pulumi; has no keys.",
  });
  expect(only(resources, type.grant).inputs).toEqual({
    project: "chisan-prod",
    location: "asia-northeast3",
    name: "chisan-prod-backup-daily",
    role: "roles/run.invoker",
    member: "serviceAccount:chisan-prod-start-daily@chisan-prod.iam.gserviceaccount.com",
  });
});

test("the schedule calls Cloud Run with an access token, in Korea's time, after it may", async () => {
  const schedule = only(await recorded(), type.schedule);
  expect(schedule.inputs).toEqual({
    project: "chisan-prod",
    region: "asia-northeast3",
    name: "chisan-prod-backup-daily",
    description: "Daily backup",
    schedule: "0 3 * * *",
    timeZone: "Asia/Seoul",
    paused: false,
    attemptDeadline: "30s",
    retryConfig: { retryCount: 3, minBackoffDuration: "60s", maxBackoffDuration: "240s", maxDoublings: 2 },
    httpTarget: {
      httpMethod: "POST",
      uri: "https://run.googleapis.com/v2/projects/chisan-prod/locations/asia-northeast3/jobs/chisan-prod-backup-daily:run",
      oauthToken: { serviceAccountEmail: "chisan-prod-start-daily@chisan-prod.iam.gserviceaccount.com" },
    },
  });
  expect(schedule.dependencies).toContain("daily-start");
});

test("without an image everything is declared, nothing runs, and the stand-in is given nothing", async () => {
  const resources = await recorded({ image: undefined });
  expect(names(resources)).toEqual(names(await recorded()));
  expect(only(resources, type.schedule).inputs["paused"]).toBe(true);
  const { containers } = (only(resources, type.job).inputs as { template: { template: { containers: Record<string, unknown>[] } } })
    .template.template;
  expect(containers[0]?.["image"]).toBe("us-docker.pkg.dev/cloudrun/container/job");
  expect(containers[0]?.["args"]).toBeUndefined();
  expect(JSON.stringify(containers)).not.toMatch(/secretKeyRef|DATABASE_URL/);
  expect(refusals(resources)).toEqual([]);
});

test("protection follows the environment", async () => {
  expect(only(await recorded({ protect: false }), type.job).inputs["deletionProtection"]).toBe(false);
});

test("attempts to start end within their window", () => {
  const { retryCount, minBackoffDuration, maxBackoffDuration, maxDoublings } = startRetries;
  let wait = parseInt(minBackoffDuration, 10);
  let total = 0;
  for (let retry = 0; retry < retryCount; retry += 1) {
    total += Math.min(wait, parseInt(maxBackoffDuration, 10));
    if (retry < maxDoublings) wait *= 2;
  }
  expect(startWindowSeconds).toBe(total + (retryCount + 1) * 30);
  expect(longestRunSeconds({ timeoutSeconds: 100, retries: 2 })).toBe(startWindowSeconds + 300);
});

test.each<[string, Partial<ScheduledJobArgs>, string]>([
  ["a job's name too long", { workload: "x".repeat(60) }, "CHI-C860"],
  ["a job's name in capitals", { workload: "Backup" }, "CHI-C860"],
  ["an account's id too long", { starter: "start-something-long" }, "CHI-C861"],
  ["four fields", { schedule: { ...args.schedule, cron: "0 3 * *" } }, "CHI-C862"],
  ["words", { schedule: { ...args.schedule, cron: "every day 03:00 at noon" } }, "CHI-C862"],
  ["an image without a version", { image: "docker.io/chisan/operations:latest" }, "CHI-C863"],
  ["no time", { schedule: { ...args.schedule, timeoutSeconds: 0 } }, "CHI-C864"],
  ["more than a week", { schedule: { ...args.schedule, timeoutSeconds: 604_801 } }, "CHI-C864"],
  ["eleven retries", { schedule: { ...args.schedule, retries: 11 } }, "CHI-C864"],
  ["a variable of Cloud Run's", { environment: { CLOUD_RUN_JOB: "x" } }, "CHI-C865"],
  ["a variable of the job's", { environment: { CHISAN_TARGET: "sandbox" } }, "CHI-C865"],
  ["a variable in small letters", { environment: { bucket: "x" } }, "CHI-C865"],
  ["a public secret", { environment: { DATABASE_URL: "x" } }, "CHI-C865"],
  ["no gateway in the region", { egress: args.egress }, "CHI-C867"],
])("%s is refused in a line", (_what, change, code) => {
  expect(() => checkScheduledJob(good)).not.toThrow();
  let message = "";
  try {
    checkScheduledJob({ ...good, ...change });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(new RegExp(`^${code} [^\\n]+$`));
});

test("all problems are named at once", () => {
  const wrong = { ...good, starter: "start-something-long", image: "x:latest", schedule: { ...args.schedule, retries: -1 } };
  expect(() => checkScheduledJob(wrong)).toThrow(/^CHI-C861 .*\nCHI-C863 .*\nCHI-C864 [^\n]*$/);
});

/** An error inside an `apply` reaches no caller: it ends the program, so it needs one of its own to be seen. */
test.each([
  ["CHI-C866 DATABASE_URL is a secret", `environment: { DATABASE_URL: pulumi.secret("given-value") }, secrets: {}`],
  ["CHI-C307 DATABASE_URL", `environment: {}, secrets: { DATABASE_URL: { secretId: "s", version: pulumi.output("latest"), grants: [] } }`],
])("%s ends the program, and no value is shown", (message, variables) => {
  const program = `
    const pulumi = require("@pulumi/pulumi");
    const { ScheduledJob } = require("./components/scheduled-job.ts");
    const { recordResources } = require("./components/test-support/mocks.ts");
    class Gateway extends pulumi.CustomResource { constructor() { super("test:index:Part", "gateway", {}); } }
    recordResources(() => {
      const egress = { network: "n", subnetwork: "s", gateways: { "asia-northeast3": new Gateway() } };
      return new ScheduledJob("daily", { ...${JSON.stringify(args)}, egress, ${variables} });
    });`;
  const run = spawnSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "--eval", program], {
    cwd: join(__dirname, ".."),
    encoding: "utf8",
  });
  expect(run.stderr).toContain(message);
  expect(run.stdout + run.stderr).not.toContain("given-value");
  expect(run.status).not.toBe(0);
});

test("any name is one that Google accepts, or refused by name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...stackNames.map(environmentSlug)), fc.stringMatching(/^[a-z0-9A-]{0,60}$/), (slug, part) => {
      const name = `chisan-${slug}-${part}`;
      const accepted = /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name);
      if (accepted && name.length <= 49) expect(scheduledJobName({ slug, workload: part })).toBe(name);
      else expect(() => scheduledJobName({ slug, workload: part })).toThrow("CHI-C860");
      if (accepted && name.length <= 30) expect(starterInputs({ ...args, slug, starter: part }).accountId).toBe(name);
      else expect(() => starterInputs({ ...args, slug, starter: part })).toThrow("CHI-C861");
    }),
  );
});
