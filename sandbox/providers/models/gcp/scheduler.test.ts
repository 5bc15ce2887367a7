import { Cron } from "croner";
import fc from "fast-check";
import type { JsonObject } from "../../../world/world";
import { record, situation } from "../../testing/situation";
import { isUnixCron, scheduler, schedulerJobType } from "./scheduler";

const project = "chisan-staging";
const starter = `chisan-staging-start-daily@${project}.iam.gserviceaccount.com`;
const records = [
  record("gcp:projects/service:Service", "scheduler", {}, [`${project}/cloudscheduler.googleapis.com`]),
  record("gcp:serviceaccount/account:Account", "starter", {}, [`projects/${project}/serviceAccounts/${starter}`]),
];
const model = scheduler[schedulerJobType]!;
const uri = `https://run.googleapis.com/v2/projects/${project}/locations/asia-northeast3/jobs/chisan-staging-backup-daily:run`;
const taken: JsonObject = {
  project,
  region: "asia-northeast3",
  name: "chisan-staging-backup-daily",
  schedule: "0 3 * * *",
  timeZone: "Asia/Seoul",
  attemptDeadline: "30s",
  retryConfig: { retryCount: 3, minBackoffDuration: "60s", maxBackoffDuration: "240s" },
  httpTarget: { httpMethod: "POST", uri, oauthToken: { serviceAccountEmail: starter } },
};
const validate = (change: JsonObject, without: { records?: typeof records } = { records }): void =>
  model.validate!(situation({ ...taken, ...change }, without));
const target = (change: JsonObject): JsonObject => ({ httpTarget: { ...(taken.httpTarget as JsonObject), ...change } });

test("what BackupSchedule declares is taken", () => {
  expect(() => validate({})).not.toThrow();
});

test.each<[string, JsonObject, RegExp]>([
  ["a region of nowhere", { region: "asia-northeast9" }, /Unknown region/],
  ["a name with a dot", { name: "backup.daily" }, /Job ID "backup\.daily"/],
  ["no schedule", { schedule: undefined as never }, /invalid format: ""/],
  ["six fields", { schedule: "0 0 3 * * *" }, /invalid format: "0 0 3 \* \* \*"/],
  ["the last day of a month", { schedule: "0 3 L * *" }, /invalid format/],
  ["a time zone of nowhere", { timeZone: "Asia/Soul" }, /time_zone "Asia\/Soul"/],
  ["a distance from UTC", { timeZone: "+09:00" }, /time_zone/],
  ["14 seconds", { attemptDeadline: "14s" }, /from 15s to 1800s, got 14s/],
  ["more than half an hour", { attemptDeadline: "1801s" }, /from 15s to 1800s, got 1801s/],
  ["a deadline in minutes", { attemptDeadline: "3m" }, /must be a duration in seconds/],
  ["six retries", { retryConfig: { retryCount: 6 } }, /from 0 to 5, got 6/],
  ["fewer than no retries", { retryConfig: { retryCount: -1 } }, /from 0 to 5, got -1/],
  ["a wait that shrinks", { retryConfig: { minBackoffDuration: "10s", maxBackoffDuration: "5s" } }, /must not be greater/],
  ["a long description", { description: "x".repeat(501) }, /at most 500/],
  ["no address", target({ uri: "jobs/backup-daily:run" }), /must be a valid URL/],
  [
    "an access token for another host",
    target({ uri: "https://api.chisan.app/backup" }),
    /for \*\.googleapis\.com only, got the host api\.chisan\.app/,
  ],
  ["an access token for a host that only ends alike", target({ uri: "https://run.notgoogleapis.com/v2" }), /for \*\.googleapis\.com only/],
  ["a token without encryption", target({ uri: uri.replace("https", "http") }), /must start with https:/],
  [
    "an account of nobody",
    target({ oauthToken: { serviceAccountEmail: `none@${project}.iam.gserviceaccount.com` } }),
    /404.*was not found/,
  ],
  ["another project's account", target({ oauthToken: { serviceAccountEmail: "x@chisan-prod.iam.gserviceaccount.com" } }), /same project/],
  ["a body with GET", target({ httpMethod: "GET", body: "e30=" }), /body is not allowed with GET/],
  ["a method of nothing", target({ httpMethod: "RUN" }), /"RUN" is not an HTTP method/],
])("refuses %s", (_what, change, words) => {
  expect(() => validate(change)).toThrow(words);
});

test("the API must be switched on", () => {
  expect(() => validate({}, { records: records.slice(1) })).toThrow("Cloud Scheduler API has not been used");
});

test("an identity token goes to any host", () => {
  expect(() =>
    validate({ httpTarget: { uri: "https://api.chisan.app/backup", oidcToken: { serviceAccountEmail: starter } } }),
  ).not.toThrow();
});

test("a paused job says so, and what the retries leave out is the vendor's", () => {
  expect(model.computed(situation({ ...taken, paused: true }))).toMatchObject({ state: "PAUSED", paused: true });
  expect(model.computed(situation(taken))).toEqual({
    deletionPolicy: "DELETE",
    state: "ENABLED",
    paused: false,
    retryConfig: { retryCount: 3, minBackoffDuration: "60s", maxBackoffDuration: "240s", maxDoublings: 5, maxRetryDuration: "0s" },
  });
});

test.each(["* * * * *", "*/15 9-17 * * 1-5", "0 3 1,15 JAN,JUL *", "0 0 * * SUN", "0 0 * * 7", "5-55/10 * * * *"])(
  "%s is a schedule",
  (schedule) => {
    expect(isUnixCron(schedule)).toBe(true);
  },
);

test.each([
  "60 * * * *",
  "* 24 * * *",
  "* * 0 * *",
  "* * 32 * *",
  "* * * 13 *",
  "* * * * 8",
  "5/10 * * * *",
  "*/0 * * * *",
  "9-5 * * * *",
  "@daily",
  "every 24 hours",
  "",
  "* * * MON *",
])("%s is none", (schedule) => {
  expect(isUnixCron(schedule)).toBe(false);
});

test("whatever is taken here, another reader of cron takes too", () => {
  const number = fc.integer({ min: 0, max: 70 });
  // The other reader refuses a step beyond its field's end; of Google's nothing is known.
  const step = fc.integer({ min: 0, max: 7 });
  const part = fc.oneof(
    fc.constant("*"),
    number.map(String),
    fc.tuple(number, number).map(([first, last]) => `${first}-${last}`),
    fc.tuple(number, number, step).map(([first, last, by]) => `${first}-${last}/${by}`),
    step.map((by) => `*/${by}`),
  );
  const field = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(","));
  fc.assert(
    fc.property(fc.tuple(field, field, field, field, field), (fields) => {
      const schedule = fields.join(" ");
      if (isUnixCron(schedule)) expect(() => new Cron(schedule)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});
