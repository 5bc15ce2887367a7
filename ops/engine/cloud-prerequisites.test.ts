import { missingForCloud, type CloudSurroundings } from "./cloud-prerequisites";

const key = "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k";
const credentials = { GOOGLE_CREDENTIALS: "x", CLOUDFLARE_API_TOKEN: "x", VERCEL_API_TOKEN: "x", SUPABASE_ACCESS_TOKEN: "x" };
/** A file to which nothing is missing; the secret is one that only the key service can read. */
const complete = {
  secretsprovider: key,
  encryptedkey: "AAAA",
  config: {
    "chisan:zone": "chisan.app",
    "chisan:companyDomain": "chisanpaper.com",
    "chisan:gcpProject": "chisan-prod",
    "chisan:cloudflareAccountId": "0123456789abcdef0123456789abcdef",
    "chisan:cloudflareZoneId": "0123456789abcdef0123456789abcdef",
    "chisan:vercelTeamId": "team_0123456789abcdef01234567",
    "chisan:supabaseOrganizationId": "chisan",
    "chisan:githubRepository": "chisan/platform",
    "chisan:githubRepositoryId": "1000000074",
    "chisan:githubOwnerId": "100000065",
    "chisan:googleClientId": "0123456789-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com",
    "chisan:googleClientSecret": { secure: "AAABANm8" },
    "chisan:backupRecipients": [
      "age14tx7ksjkxaww6zdj4vszxpxak0uzy4xkacxfts6yf9vze6cs052qxpk252",
      "age12v6newahxev3mukn7tmr2ycvu5wa0tzkf2yuwret3j8mjg49mggqnawwlu",
    ],
    "chisan:backupIdentity": { secure: "AAABANm9" },
    "chisan:restoreTestDatabaseUrl": { secure: "AAABANm9" },
    "chisan:alertContacts": { primaryOnCall: { email: "on-call@chisanpaper.com", phone: "+821000000000" } },
    "chisan:slackToken": { secure: "AAABANm0" },
    "chisan:checklyAccountId": "0123abcd-0123-4567-89ab-0123456789ab",
    "chisan:checklyApiKey": { secure: "AAABANmA" },
    "chisan:sentryOrganization": "chisan",
    "chisan:sentryToken": { secure: "AAABANmB" },
    "chisan:sentrySlackWorkspace": "Chisan",
    "chisan:slackChannels": { critical: "#incidents", warning: "#alerts", info: "#notices" },
    "chisan:billingAccount": "012345-6789AB-CDEF01",
    "chisan:access": {},
    "chisan:monthlyBudget": { amount: 500000, currency: "KRW" },
  },
};

function surroundings(change: Partial<CloudSurroundings> = {}): CloudSurroundings {
  return {
    environment: { ...credentials, PULUMI_BACKEND_URL: "gs://state" },
    settings: complete,
    exists: () => false,
    home: "/home/operator",
    ...change,
  };
}

test("nothing is missing where all is given, an encrypted secret included", () => {
  expect(missingForCloud("prod", surroundings())).toEqual([]);
});

test("a job of Cloud Run has Google's credentials of itself", () => {
  const { GOOGLE_CREDENTIALS: _google, ...others } = credentials;
  const environment = { ...others, PULUMI_BACKEND_URL: "gs://state" };
  expect(missingForCloud("prod", surroundings({ environment }))).toEqual([expect.stringMatching(/Google Cloud$/)]);
  expect(missingForCloud("prod", surroundings({ environment: { ...environment, CLOUD_RUN_JOB: "chisan-prod-drill" } }))).toEqual([]);
});

test("Pulumi Cloud keeps the keys itself", () => {
  const { secretsprovider: _provider, ...settings } = complete;
  expect(missingForCloud("prod", surroundings({ settings, environment: { ...credentials, PULUMI_ACCESS_TOKEN: "x" } }))).toEqual([]);
});

test.each([
  ["no backend", {}, /^PULUMI_BACKEND_URL .*PULUMI_ACCESS_TOKEN/],
  ["Pulumi Cloud without a token", { PULUMI_BACKEND_URL: "https://api.pulumi.com" }, /PULUMI_ACCESS_TOKEN/],
  ["a disk", { PULUMI_BACKEND_URL: "file://~/state" }, /^PULUMI_BACKEND_URL is file:/],
])("%s is named", (_title, environment, line) => {
  const missing = missingForCloud("prod", surroundings({ environment: { ...credentials, ...environment } }));
  expect(missing).toEqual([expect.stringMatching(line)]);
});

test.each([
  ["prod", undefined, true],
  ["prod", "passphrase", true],
  ["chisan-dr", "passphrase", true],
  ["staging", "passphrase", false],
  ["prod", "gcpkmsx://nearly", true],
] as const)("%s with the secrets provider %s and a passphrase in the environment: refused is %s", (stack, secretsprovider, refused) => {
  const environment = { ...credentials, PULUMI_BACKEND_URL: "gs://state", PULUMI_CONFIG_PASSPHRASE_FILE: "/passphrase" };
  const missing = missingForCloud(stack, surroundings({ environment, settings: { ...complete, secretsprovider } }));
  expect(missing).toEqual(refused ? [expect.stringMatching(new RegExp(`^secretsprovider in Pulumi\\.${stack}\\.yaml: .* never a passphrase alone; pulumi stack change-secrets-provider`))] : []);
});

test.each([
  ["CLOUDFLARE_API_TOKEN", /^CLOUDFLARE_API_TOKEN/],
  ["VERCEL_API_TOKEN", /^VERCEL_API_TOKEN/],
  ["SUPABASE_ACCESS_TOKEN", /^SUPABASE_ACCESS_TOKEN/],
  ["GOOGLE_CREDENTIALS", /^GOOGLE_APPLICATION_CREDENTIALS/],
])("without %s only that is named", (name, line) => {
  const environment: NodeJS.ProcessEnv = { ...credentials, PULUMI_BACKEND_URL: "gs://state", [name]: undefined };
  expect(missingForCloud("prod", surroundings({ environment }))).toEqual([expect.stringMatching(line)]);
});

test("Google's own login is a credential", () => {
  const environment = { ...credentials, PULUMI_BACKEND_URL: "gs://state", GOOGLE_CREDENTIALS: undefined };
  const exists = (path: string) => path === "/home/operator/.config/gcloud/application_default_credentials.json";
  expect(missingForCloud("prod", surroundings({ environment, exists }))).toEqual([]);
});

test.each(Object.keys(complete.config).map((name) => [name]))("without %s in the file it is named, and not stood in for", (name) => {
  const { [name as keyof typeof complete.config]: _removed, ...config } = complete.config;
  expect(missingForCloud("prod", surroundings({ settings: { ...complete, config } }))).toEqual([expect.stringMatching(new RegExp(`^CHI-K001 ${name}:`))]);
});

test("a secret in plain text is refused, and not shown", () => {
  const config = { ...complete.config, "chisan:googleClientSecret": "GOCSPX-plain-0123456789abcdef0123" };
  const missing = missingForCloud("prod", surroundings({ settings: { ...complete, config } }));
  expect(missing).toEqual([expect.stringMatching(/^CHI-K003 chisan:googleClientSecret/)]);
  expect(missing.join()).not.toContain("GOCSPX-plain");
});

test("an empty environment names everything, in one list", () => {
  expect(missingForCloud("prod", { environment: {}, settings: {}, exists: () => false, home: "/" }).length).toBeGreaterThan(10);
});

test("dev has no cloud", () => {
  expect(missingForCloud("dev", surroundings())).toEqual([expect.stringMatching(/^a cloud: dev declares nothing in one/)]);
});

test.each(["prod", "chisan-dr"] as const)("%s is never kept by a passphrase, in Pulumi Cloud neither", (stack) => {
  const { secretsprovider: _provider, encryptedkey: _key, ...settings } = complete;
  const environment = { ...credentials, PULUMI_ACCESS_TOKEN: "x", PULUMI_CONFIG_PASSPHRASE: "x" };
  for (const change of [{ encryptionsalt: "v1:AAAA" }, { secretsprovider: "passphrase" }]) {
    expect(missingForCloud(stack, surroundings({ settings: { ...settings, ...change }, environment }))).toEqual([
      expect.stringMatching(/^secretsprovider in Pulumi\..*found a passphrase.*pulumi stack change-secrets-provider/),
    ]);
  }
});

test("a credentials file that is named and not there is missing", () => {
  const { GOOGLE_CREDENTIALS: _google, ...others } = credentials;
  const environment = { ...others, PULUMI_BACKEND_URL: "gs://state", GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json" };
  expect(missingForCloud("prod", surroundings({ environment }))).toEqual([expect.stringContaining("/nowhere.json, which does not exist")]);
});
