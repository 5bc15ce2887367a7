import { createPublicKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { scheduledKinds, type ScheduledKind } from "../config/exported-metrics";
import { environmentSlug, type StackName, stackNames } from "../config/naming";
import { BackupSchedule, checkBackupSchedule, scheduledJobArgs, type BackupScheduleArgs, type DrillPlace } from "./backup-schedule";
import { BackupIdentities } from "./backup-schedule-identities";
import { needs, openPoints, operationsSecrets, readableBy, secretsOf } from "./backup-schedule-needs";
import { scheduledRuns } from "./backup-schedule-plan";
import { backupSecretDefinitions, reportSigner } from "./backup-schedule-secrets";
import { BackupVault } from "./backup-vault";
import { FixedEgress } from "./fixed-egress";
import { checkScheduledJob } from "./scheduled-job-inputs";
import { secretMounts, SecretStore } from "./secret-store";
import { runtimeIdentityInputs } from "./runtime-identity";
import { cloudflareMocks, testAccount, testPermissions } from "./test-support/cloudflare";
import { privateKeyOf, signBytes, signerOf } from "../ops/dr/drill/signature/signature";
import { type RecordedResource, isSecretInput, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  job: "gcp:cloudrunv2/job:Job",
  account: "gcp:serviceaccount/account:Account",
  schedule: "gcp:cloudscheduler/job:Job",
  reader: "gcp:secretmanager/secretIamMember:SecretIamMember",
  version: "gcp:secretmanager/secretVersion:SecretVersion",
};
const region = "asia-northeast3";
const recipients = [
  "age14tx7ksjkxaww6zdj4vszxpxak0uzy4xkacxfts6yf9vze6cs052qxpk252",
  "age12v6newahxev3mukn7tmr2ycvu5wa0tzkf2yuwret3j8mjg49mggqnawwlu",
];
const place: DrillPlace = { deployer: "drill-deployer@chisan-dr.iam.gserviceaccount.com", stateBackend: "gs://chisan-dr-state" };
const drillTokens = { CLOUDFLARE_API_TOKEN: "given-cloudflare", VERCEL_API_TOKEN: "given-vercel", SUPABASE_ACCESS_TOKEN: "given-supabase" };
const image = `${region}-docker.pkg.dev/chisan-prod/chisan-prod-images/operations:1.4.2`;

interface Change {
  readonly stack?: StackName;
  readonly kinds?: readonly ScheduledKind[];
  readonly image?: string | undefined;
  readonly generations?: { current: number; previous?: number };
  readonly drill?: DrillPlace;
}

/** Everything that a stack declares around the schedule, as stacks/ does. */
async function recorded(change: Change = {}, preview = false): Promise<{ schedule: BackupSchedule; resources: RecordedResource[]; signer: pulumi.Output<string> | undefined }> {
  const { stack = "prod", kinds = scheduledKinds, generations = { current: 1 } } = change;
  const slug = environmentSlug(stack);
  const project = `chisan-${slug}`;
  const made: BackupSchedule[] = [];
  const signers: (pulumi.Output<string> | undefined)[] = [];
  const resources = await recordResources(
    () => {
      const protect = stack === "prod";
      const egress = new FixedEgress("egress", { slug, project, regions: [region], protect });
      const vault = new BackupVault("backups", {
        slug,
        accountId: testAccount,
        dailyBackupDays: 30,
        weeklyBackupDays: 90,
        permissions: testPermissions,
        generations,
        protect,
      });
      const identities = new BackupIdentities("backup-identity", { slug, project, kinds });
      const store = new SecretStore("secrets", {
        slug,
        project,
        regions: [region],
        protect,
        secrets: {
          DATABASE_URL: {
            kind: "given",
            value: "postgresql://given-value",
            generations: { current: 1 },
            readers: identities.readersOf("DATABASE_URL"),
          },
          ...backupSecretDefinitions({
            vault,
            readersOf: (secret) => identities.readersOf(secret),
            identity: "given-identity",
            restoreTestDatabaseUrl: "postgresql://given-scratch",
            ...(change.drill === undefined ? {} : { drillTokens }),
            generations,
          }),
        },
      });
      signers.push(reportSigner(store.references));
      made.push(
        new BackupSchedule("backup-schedule", {
          stack,
          project,
          region,
          kinds,
          image: "image" in change ? change.image : image,
          identities,
          egress,
          accountId: testAccount,
          bucketName: vault.bucketName,
          recipients,
          secrets: secretMounts(store.references),
          drill: change.drill,
          protect,
        }),
      );
    },
    { ...cloudflareMocks, preview },
  );
  return { schedule: made[0] as BackupSchedule, resources, signer: signers[0] };
}

interface Container {
  args?: string[];
  envs: { name: string; value?: string; valueSource?: { secretKeyRef: { secret: string; version: string } } }[];
}
function containerOf(resources: RecordedResource[], kind: ScheduledKind): Container {
  const { template } = only(resources, type.job, `backup-schedule-${kind}-job`).inputs["template"] as {
    template: { containers: Container[] };
  };
  return template.containers[0] as Container;
}
const variablesOf = (resources: RecordedResource[], kind: ScheduledKind, mounted: boolean) =>
  containerOf(resources, kind)
    .envs.filter(({ valueSource }) => (valueSource !== undefined) === mounted)
    .map(({ name }) => name);

test("prod has a job and a schedule for each kind, staging for the daily one alone", async () => {
  const { resources, schedule } = await recorded();
  // By name: the order in which they are registered is not always the same.
  expect(Object.fromEntries(ofType(resources, type.schedule).map(({ inputs }) => [inputs["name"], inputs["schedule"]]))).toEqual({
    "chisan-prod-backup-daily": "0 3 * * *",
    "chisan-prod-backup-weekly": "0 7 * * 0",
    "chisan-prod-restore-test": "0 11 1 * *",
    "chisan-prod-drill": "0 11 15 1,4,7,10 *",
  });
  expect(ofType(resources, type.job)).toHaveLength(4);
  expect(schedule.kinds).toEqual(scheduledKinds);
  for (const kind of scheduledKinds) {
    expect(await promiseOf(schedule.jobNames[kind] as pulumi.Output<string>)).toBe(`chisan-prod-${scheduledRuns[kind].workload}`);
  }
  expect(refusals(resources)).toEqual([]);
  const staging = await recorded({ stack: "staging", kinds: ["daily"] });
  expect(ofType(staging.resources, type.schedule).map(({ inputs }) => inputs["name"])).toEqual(["chisan-staging-backup-daily"]);
  expect(refusals(staging.resources)).toEqual([]);
});

test("each job has its arguments, its limits, and a description that says when in Korea", async () => {
  const { resources } = await recorded();
  const found = scheduledKinds.map((kind) => {
    const { template } = only(resources, type.job, `backup-schedule-${kind}-job`).inputs["template"] as {
      template: Record<string, unknown>;
    };
    return [containerOf(resources, kind).args?.join(" "), template["timeout"], template["maxRetries"]];
  });
  expect(found).toEqual([
    ["backup run --stack prod --kind daily", "3600s", 2],
    ["backup run --stack prod --kind weekly", "3600s", 2],
    ["backup verify --stack prod --depth restore --report", "14400s", 0],
    ["dr drill --stack prod", "21600s", 0],
  ]);
  expect(only(resources, type.schedule, "backup-schedule-daily-schedule").inputs["description"]).toBe(
    "Daily backup of the database into the vault (prod, daily 03:00 KST)",
  );
});

test("each run has an account of its own, which reads exactly its secrets", async () => {
  const { resources } = await recorded();
  const accounts = scheduledKinds.map((kind) => {
    const { template } = only(resources, type.job, `backup-schedule-${kind}-job`).inputs["template"] as {
      template: { serviceAccount: string };
    };
    return template.serviceAccount;
  });
  expect(new Set(accounts).size).toBe(4);
  const granted = (account: string) =>
    ofType(resources, type.reader)
      .filter(({ inputs }) => inputs["member"] === `serviceAccount:${account}`)
      .map(({ inputs }) => [inputs["secretId"], inputs["role"]])
      .sort();
  const accessor = "roles/secretmanager.secretAccessor";
  const ids = (...secrets: string[]) => secrets.map((secret) => [`chisan-prod-${secret}`, accessor]).sort();
  const writer = ["backups-writer-access-key-id", "backups-writer-secret-access-key"];
  const reader = ["backups-reader-access-key-id", "backups-reader-secret-access-key"];
  expect(accounts.map(granted)).toEqual([
    ids("database-url", ...writer),
    ids("database-url", ...writer),
    ids(...writer, ...reader, "backup-identity", "restore-test-database-url"),
    ids(...writer, ...reader, "backup-identity", "drill-report-signing-key"),
  ]);
  // And the accounts that start them read nothing.
  expect(ofType(resources, type.reader)).toHaveLength(3 + 3 + 6 + 6);
  expect(ofType(resources, type.account)).toHaveLength(8);
});

test("a job mounts what its account may read, each by version, and what it is told else is public", async () => {
  const { resources } = await recorded({ drill: place });
  for (const kind of scheduledKinds) expect(variablesOf(resources, kind, true)).toEqual([...readableBy(kind)].sort());
  const common = ["APP_VERSION", "BACKUPS_BUCKET_NAME", "CHISAN_TARGET", "DEPLOYMENT_ENVIRONMENT", "NODE_ENV", "R2_ACCOUNT_ID"];
  expect(scheduledKinds.map((kind) => variablesOf(resources, kind, false).filter((name) => !common.includes(name)))).toEqual([
    ["BACKUP_RECIPIENTS"],
    ["BACKUP_RECIPIENTS"],
    [],
    ["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "PULUMI_BACKEND_URL"],
  ]);
  const value = (name: string) => containerOf(resources, "daily").envs.find((variable) => variable.name === name)?.value;
  expect([value("BACKUP_RECIPIENTS"), value("BACKUPS_BUCKET_NAME"), value("R2_ACCOUNT_ID")]).toEqual([
    recipients.join(","),
    "chisan-backups",
    testAccount,
  ]);
  expect(containerOf(resources, "daily").envs.find(({ name }) => name === "DATABASE_URL")?.valueSource?.secretKeyRef).toEqual({
    secret: "chisan-prod-database-url",
    version: "1",
  });
  expect(JSON.stringify(ofType(resources, type.job))).not.toMatch(/given-value|given-identity/);
});

test("no job that writes backups can read one: neither is the key mounted, nor may the account read it", async () => {
  const { resources } = await recorded();
  for (const kind of ["daily", "weekly"] as const) expect(variablesOf(resources, kind, true)).not.toContain("BACKUP_IDENTITY");
  const readers = ofType(resources, type.reader).filter(({ inputs }) => inputs["secretId"] === "chisan-prod-backup-identity");
  expect(readers.map(({ inputs }) => String(inputs["member"]).replace(/@.*/, "")).sort()).toEqual([
    "serviceAccount:chisan-prod-drill",
    "serviceAccount:chisan-prod-restore-test",
  ]);
  expect(isSecretInput(only(resources, type.version, "secrets-backup-identity-v1"), "secretData")).toBe(true);
});

test("the key that signs the drills' reports is made here, read by the drill alone, and its public half is no secret", async () => {
  const { resources, signer } = await recorded();
  const readers = ofType(resources, type.reader).filter(({ inputs }) => inputs["secretId"] === "chisan-prod-drill-report-signing-key");
  expect(readers.map(({ inputs }) => inputs["member"])).toEqual(["serviceAccount:chisan-prod-drill@chisan-prod.iam.gserviceaccount.com"]);
  expect(only(resources, "random:index/randomBytes:RandomBytes", "secrets-drill-report-signing-key-g1").inputs["length"]).toBe(32);
  const stored = only(resources, type.version, "secrets-drill-report-signing-key-v1");
  expect(isSecretInput(stored, "secretData")).toBe(true);
  if (signer === undefined) throw new Error("there is no public half");
  expect(await pulumi.isSecret(signer)).toBe(false);
  // What the job signs with what it mounts, a reader verifies with the output.
  const report = Buffer.from("{}");
  const signature = signBytes(report, privateKeyOf(String(stored.inputs["secretData"]), "DRILL_REPORT_SIGNING_KEY"));
  expect(signerOf(report, signature, [{ name: "prod", publicKey: createPublicKey(await promiseOf(signer)) }]).name).toBe("prod");
  expect((await recorded({ stack: "staging", kinds: ["daily"] })).signer).toBeUndefined();
});

test("chisan-dr's tokens are the drill's alone, and a drill without them is declared all the same", async () => {
  const { resources } = await recorded({ drill: place });
  for (const token of ["cloudflare-api-token", "vercel-api-token", "supabase-access-token"]) {
    const readers = ofType(resources, type.reader).filter(({ inputs }) => inputs["secretId"] === `chisan-prod-${token}`);
    expect(readers.map(({ inputs }) => inputs["member"])).toEqual(["serviceAccount:chisan-prod-drill@chisan-prod.iam.gserviceaccount.com"]);
    expect(isSecretInput(only(resources, type.version, `secrets-${token}-v1`), "secretData")).toBe(true);
  }
  expect(JSON.stringify(ofType(resources, type.job))).not.toContain("given-");
  expect(refusals(resources)).toEqual([]);
  const without = (await recorded()).resources;
  expect(variablesOf(without, "drill", true)).toEqual([...secretsOf("drill")].sort());
  expect(variablesOf(without, "drill", false)).not.toContain("PULUMI_BACKEND_URL");
});

test("staging keeps no secret that none of its runs reads", async () => {
  const { resources } = await recorded({ stack: "staging", kinds: ["daily"] });
  expect(
    ofType(resources, "gcp:secretmanager/secret:Secret")
      .map(({ inputs }) => inputs["secretId"])
      .sort(),
  ).toEqual([
    "chisan-staging-backups-writer-access-key-id",
    "chisan-staging-backups-writer-secret-access-key",
    "chisan-staging-database-url",
  ]);
});

test("what is stored is what its name says, and two generations are while the tokens rotate", async () => {
  const { resources } = await recorded({ generations: { current: 2, previous: 1 } });
  const stored = (name: string) => only(resources, type.version, `secrets-backups-${name}`).inputs["secretData"];
  expect([stored("writer-access-key-id-v2"), stored("writer-access-key-id-v1"), stored("reader-access-key-id-v2")]).toEqual([
    "backups-writer-g2_id",
    "backups-writer-g1_id",
    "backups-reader-g2_id",
  ]);
  expect(stored("writer-secret-access-key-v2")).not.toBe(stored("reader-secret-access-key-v2"));
  // A run is over before a rotation is: it needs the present generation alone.
  expect(variablesOf(resources, "daily", true)).toEqual([...secretsOf("daily")].sort());
});

test("without an image everything is declared and nothing is scheduled", async () => {
  const { resources } = await recorded({ image: undefined });
  expect(names(resources)).toEqual(names((await recorded()).resources));
  expect(ofType(resources, type.schedule).map(({ inputs }) => inputs["paused"])).toEqual([true, true, true, true]);
  expect(JSON.stringify(ofType(resources, type.job))).not.toContain("secretKeyRef");
});

test("the first preview shows every resource, and all belong to the schedule", async () => {
  const { resources } = await recorded();
  expect(names((await recorded({}, true)).resources)).toEqual(names(resources));
  for (const job of ofType(resources, type.job)) {
    expect(job.parent).toMatch(/^backup-schedule-/);
    expect(job.dependencies).toContain("egress-nat-asia-northeast3");
  }
});

test("jobs cannot be deleted where data are protected, and can elsewhere", async () => {
  const protection = ({ resources }: { resources: RecordedResource[] }) =>
    new Set(ofType(resources, type.job).map(({ inputs }) => inputs["deletionProtection"]));
  expect(protection(await recorded())).toEqual(new Set([true]));
  expect(protection(await recorded({ stack: "chisan-dr" }))).toEqual(new Set([false]));
});

const email = "x@chisan.iam.gserviceaccount.com";
const identity = { email: pulumi.output(email) };
const args = {
  stack: "prod",
  project: "chisan-prod",
  region,
  kinds: scheduledKinds,
  image,
  identities: { of: Object.fromEntries(scheduledKinds.map((kind) => [kind, identity])) },
  egress: { network: "n", subnetwork: "s", gateways: { [region]: {} as pulumi.Resource } },
  accountId: testAccount,
  bucketName: "chisan-backups",
  recipients,
  secrets: Object.fromEntries(operationsSecrets.map((name) => [name, { secretId: name, version: "1", grants: [] }])),
  protect: true,
} as unknown as BackupScheduleArgs;

test.each<[string, string, Partial<BackupScheduleArgs>]>([
  ["nothing scheduled", "CHI-C870", { kinds: [] }],
  ["a kind twice", "CHI-C870", { kinds: ["daily", "daily"] }],
  [
    "no account for a kind",
    "CHI-C871",
    { identities: { of: { daily: identity } } as BackupScheduleArgs["identities"], kinds: ["daily", "weekly"] },
  ],
  ["a secret missing", "CHI-C872", { secrets: { ...args.secrets, BACKUP_IDENTITY: undefined }, kinds: ["restore-test"] }],
  ["a place without a drill", "CHI-C873", { drill: place, kinds: ["daily"] }],
  ["no recipient", "CHI-C874", { recipients: [] }],
])("%s is refused in a line", (_what, code, change) => {
  expect(() => checkBackupSchedule(args)).not.toThrow();
  expect(() => checkBackupSchedule({ ...args, ...change })).toThrow(new RegExp(`^${code} [^\\n]+$`));
});

test("a missing key names the command that sets it", () => {
  expect(() => checkBackupSchedule({ ...args, secrets: {}, kinds: ["restore-test"] })).toThrow(
    "pulumi config set chisan:backupIdentity --secret --stack prod",
  );
});

test.each(stackNames)("every name of every kind fits in %s, and none is another's", (stack) => {
  const taken = new Set<string>();
  for (const kind of scheduledKinds) {
    const job = scheduledJobArgs({ ...args, stack }, kind, email);
    expect(() => checkScheduledJob(job)).not.toThrow();
    const { workload, starter } = scheduledRuns[kind];
    for (const part of [workload, starter])
      taken.add(runtimeIdentityInputs({ slug: environmentSlug(stack), project: "p", workload: part }).accountId as string);
  }
  expect(taken.size).toBe(2 * scheduledKinds.length);
});

test("each need and each open point says why", () => {
  for (const each of [...Object.values(needs).flat(), ...openPoints]) expect(each.why.length).toBeGreaterThan(20);
  expect([...new Set(scheduledKinds.flatMap(readableBy))].sort()).toEqual([...operationsSecrets].sort());
});
