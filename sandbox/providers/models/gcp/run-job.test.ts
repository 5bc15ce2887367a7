import type { JsonObject } from "../../../world/world";
import { record, situation } from "../../testing/situation";
import { runJobs } from "./run-job";

const project = "chisan-staging";
const email = `chisan-staging-backup-daily@${project}.iam.gserviceaccount.com`;
const secret = `projects/${project}/secrets/chisan-staging-database-url`;
const service = record("gcp:projects/service:Service", "run", {}, [`${project}/run.googleapis.com`]);
const account = record("gcp:serviceaccount/account:Account", "runtime", {}, [`projects/${project}/serviceAccounts/${email}`]);
const version = record("gcp:secretmanager/secretVersion:SecretVersion", "v1", { secret, project, version: "1", enabled: true });
const reader = record("gcp:secretmanager/secretIamMember:SecretIamMember", "reader", {
  project,
  secretId: "chisan-staging-database-url",
  role: "roles/secretmanager.secretAccessor",
  member: `serviceAccount:${email}`,
});
const all = [service, account, version, reader];

const container: JsonObject = {
  image: "us-docker.pkg.dev/cloudrun/container/job",
  args: ["backup", "run"],
  resources: { limits: { cpu: "2", memory: "2Gi" } },
  envs: [{ name: "DATABASE_URL", valueSource: { secretKeyRef: { secret: "chisan-staging-database-url", version: "1" } } }],
};
const task: JsonObject = { serviceAccount: email, timeout: "3600s", maxRetries: 2, containers: [container] };
const job = (taskChange: JsonObject = {}, execution: JsonObject = {}): JsonObject => ({
  project,
  location: "asia-northeast3",
  name: "chisan-staging-backup-daily",
  template: { taskCount: 1, parallelism: 1, template: { ...task, ...taskChange }, ...execution },
});
const validate = (inputs: JsonObject, records = all): void => runJobs["gcp:cloudrunv2/job:Job"]!.validate!(situation(inputs, { records }));

test("what BackupSchedule declares is taken", () => {
  expect(() => validate(job())).not.toThrow();
});

test.each<[string, JsonObject, RegExp]>([
  ["more at once than there are", job({}, { taskCount: 2, parallelism: 3 }), /parallelism: must be from 0 to taskCount \(2\), got 3/],
  ["no task", job({}, { taskCount: 0 }), /taskCount: must be from 1/],
  ["a name of 50 characters", { ...job(), name: `b${"x".repeat(49)}` }, /less than 50 characters/],
  ["a region of nowhere", { ...job(), location: "asia-northeast9" }, /Unknown region/],
  ["more than a week", job({ timeout: "604801s" }), /at most 604800s/],
  ["eleven retries", job({ maxRetries: 11 }), /maxRetries: must be a whole number from 0 to 10/],
  [
    "a variable of Cloud Run's",
    job({ containers: [{ ...container, envs: [{ name: "CLOUD_RUN_TASK_INDEX", value: "1" }] }] }),
    /reserved env names/,
  ],
  ["labels in capitals", { ...job(), labels: { Environment: "prod" } }, /Label keys/],
])("refuses %s", (_what, inputs, words) => {
  expect(() => validate(inputs)).toThrow(words);
});

test("the account must exist, and the version of each secret, and the account must be allowed to read it", () => {
  expect(() => validate(job(), [service, version, reader])).toThrow(/Service account .*backup-daily.* was not found/);
  expect(() => validate(job(), [service, account, reader])).toThrow(/Secret .*database-url\/versions\/1 was not found/);
  expect(() => validate(job(), [service, account, version])).toThrow(/Permission denied on secret.*backup-daily/);
  const another = { ...reader, outputs: { ...reader.outputs, member: "serviceAccount:api@chisan.iam.gserviceaccount.com" } };
  expect(() => validate(job(), [service, account, version, another])).toThrow(/Permission denied on secret/);
  const disabled = { ...version, outputs: { ...version.outputs, enabled: false } };
  expect(() => validate(job(), [service, account, disabled, reader])).toThrow(/was not found/);
});

test("the API must be switched on", () => {
  expect(() => validate(job(), [account, version, reader])).toThrow("Cloud Run Admin API has not been used");
});

test("the right to run a job is given on a job that exists", () => {
  const [reference] = runJobs["gcp:cloudrunv2/jobIamMember:JobIamMember"]!.references!;
  const inputs = { project, location: "asia-northeast3", name: "chisan-staging-backup-daily" };
  expect(reference!.identity("chisan-staging-backup-daily", inputs, situation({}).existing)).toBe(
    `projects/${project}/locations/asia-northeast3/jobs/chisan-staging-backup-daily`,
  );
  expect(reference!.missing("chisan-staging-backup-daily", inputs)).toMatch(/of kind 'JOB'.*does not exist/);
});
