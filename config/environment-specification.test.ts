import { differFrom, reference, type Differences, type EnvironmentTraits } from "./environment-specification";

const traits: EnvironmentTraits = {
  hosting: "cloud",
  appHost: "app.chisan.app",
  apiHost: "api.chisan.app",
  dnsRecords: "active",
  ownsZoneSettings: true,
  ownsAccounts: true,
  gcpRegion: "asia-northeast3",
  gcpBackupRegion: "asia-northeast1",
  minimumInstances: 1,
  maximumInstances: 10,
  cpu: "1",
  memory: "512Mi",
  logLevel: "info",
  webBranch: "main",
  pullRequestPreviews: false,
  databaseRegion: "ap-northeast-2",
  databaseCompute: "small",
  pointInTimeRecoveryDays: 7,
  sampleData: "real",
  authDomain: "company only",
  scheduledKinds: ["daily", "weekly", "restore-test", "drill"],
  externalCheckMinutes: 1,
  fileVersionDays: 30,
  dailyBackupDays: 30,
  weeklyBackupDays: 90,
  protectData: true,
};
const prod = reference({ stack: "prod", purpose: "the live system" }, traits);
const staging = { stack: "staging", purpose: "pre-production testing" } as const;
const because = "nobody waits for it";

test("the reference differs in nothing", () => {
  expect(prod).toEqual({ stack: "prod", purpose: "the live system", ...traits, differences: [] });
});

test("differences replace, everything else is the reference's, and each is recorded with both values", () => {
  const environment = differFrom(prod, staging, {
    minimumInstances: { value: 0, because },
    gcpBackupRegion: { value: null, because: "a short outage is bearable" },
  });
  expect(environment).toEqual({
    ...traits,
    ...staging,
    minimumInstances: 0,
    gcpBackupRegion: null,
    differences: [
      { trait: "minimumInstances", value: 0, reference: 1, because },
      { trait: "gcpBackupRegion", value: null, reference: "asia-northeast1", because: "a short outage is bearable" },
    ],
  });
  expect(prod.minimumInstances).toBe(1);
});

test("an environment that differs from one that differs: only its own differences, against its own base", () => {
  const first = differFrom(prod, staging, { minimumInstances: { value: 0, because } });
  const second = differFrom(first, { stack: "dev", purpose: "local development" }, { minimumInstances: { value: 2, because } });
  expect(second.differences).toEqual([{ trait: "minimumInstances", value: 2, reference: 0, because }]);
});

test.each<[string, Differences, string]>([
  ["no reason", { cpu: { value: "2", because: "" } }, 'CHI-E001 staging: the difference "cpu" has no reason ("")'],
  ["blanks for a reason", { cpu: { value: "2", because: "            " } }, 'the difference "cpu" has no reason'],
  ["a word for a reason", { cpu: { value: "2", because: "cost" } }, 'the difference "cpu" has no reason ("cost")'],
  [
    "no difference",
    { cpu: { value: "1", because } },
    'CHI-E001 staging: the difference "cpu" equals prod\'s value ("1"): remove it from stacks/staging.ts',
  ],
  [
    "PITR on too small a database",
    { databaseCompute: { value: "micro", because } },
    "CHI-E002 staging: pointInTimeRecoveryDays 7 needs databaseCompute",
  ],
  [
    "more instances at least than at most",
    { minimumInstances: { value: 11, because } },
    "CHI-E002 staging: minimumInstances 11 is more than maximumInstances 10",
  ],
  ["a backup region that is none", { gcpBackupRegion: { value: "asia-northeast3", because } }, "a backup region must be another"],
  ["debug logs of real data", { logLevel: { value: "debug", because } }, 'CHI-E002 staging: logLevel "debug" with sampleData "real"'],
  ["real data unprotected", { protectData: { value: false, because } }, "real data are always protected"],
  ["one host for two", { apiHost: { value: "app.chisan.app", because } }, "appHost and apiHost are both app.chisan.app"],
  ["half a day", { dailyBackupDays: { value: 0.5, because } }, "dailyBackupDays is 0.5"],
])("%s is refused", (_, differences, message) => {
  expect(() => differFrom(prod, staging, differences)).toThrow(message);
});

test("all refusals are in one error", () => {
  expect(() => differFrom(prod, staging, { cpu: { value: "1", because: "" }, memory: { value: "1Gi", because: "" } })).toThrow(
    /cpu.*\n.*cpu.*\n.*memory/,
  );
});

test("a name that is no trait is refused, though the compiler was silenced", () => {
  const differences = { speed: { value: "high", because } } as unknown as Differences;
  expect(() => differFrom(prod, staging, differences)).toThrow('the difference "speed" is no trait');
});
