import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cloudStacks, configurationKeys, type CloudStack } from "../../../config/stack-configuration-keys";
import { repositoryRoot } from "../../../sandbox/control/paths";
import { specifications } from "../../../stacks/specifications";
import type { Facts, KnownResource } from "../facts";
import { judgeAll } from "../judge";
import type { PrerequisiteState } from "../prerequisite";
import type { FoundKit, KitContent } from "../recovery";
import { renderPrerequisites } from "../prerequisites-docs";
import { prerequisites } from "./index";

const resource = (type: string, outputs: Record<string, unknown> = {}): KnownResource => ({ type, outputs });

const settings: Record<string, unknown> = {
  zone: "chisan.app",
  companyDomain: "chisanpaper.com",
  backupRecipients: ["age1prods", "age1substitutes"],
  cloudflareAccountId: "account",
  cloudflareZoneId: "zone",
  githubRepository: "chisan/platform",
  supabaseOrganizationId: "chisan",
  alertContacts: {
    primaryOnCall: { email: "on-call@chisanpaper.com", phone: "+821000000000" },
    databaseAdmin: { email: "database@chisanpaper.com" },
    securityLead: { email: "security-lead@chisanpaper.com" },
    businessOwner: { email: "owner@chisanpaper.com" },
  },
};

const sms = (verificationStatus?: string) => resource("gcp:monitoring/notificationChannel:NotificationChannel", { type: "sms", verificationStatus });

const signer = "-----BEGIN PUBLIC KEY-----\nthe job's\n-----END PUBLIC KEY-----\n";
const keys = ["age1prods", "age1substitutes"];
const kit: KitContent = { recipients: keys, cloudflareAccountId: "account", zoneId: "zone", apiImage: null, supabaseProject: "abcdefghijklmnopqrst", hasEncryptionKey: true };
const withKit = (found: FoundKit): Pick<Facts, "recoveryKit"> => ({ recoveryKit: () => Promise.resolve({ value: found }) });
const opened = (change: Partial<KitContent>) => withKit({ state: "opened", uncommitted: false, content: { ...kit, ...change } });

const resources: KnownResource[] = [
  resource("pulumi:pulumi:Stack", { reportSigner: signer }),
  resource("gcp:cloudrunv2/service:Service"),
  resource("gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"),
  resource("gcp:projects/iAMMember:IAMMember", { member: "group:devops@chisanpaper.com" }),
  sms("VERIFIED"),
  resource("cloudflare:index/zoneDnssec:ZoneDnssec", { keyTag: 45717, digest: "ab12" }),
  resource("cloudflare:index/r2Bucket:R2Bucket"),
  resource("supabase:index/project:Project", { id: "abcdefghijklmnopqrst" }),
  resource("vercel:index/project:Project", { gitRepository: { repo: "chisan/platform" } }),
  resource("sentry:index/sentryProject:SentryProject"),
  resource("sentry:index/sentryIssueAlert:SentryIssueAlert"),
  resource("checkly:index/check:Check"),
];

/** An environment in which all is done that can be told. */
function facts(changes: Partial<Facts> = {}, stack: CloudStack = "prod"): Facts {
  return {
    stack,
    specification: specifications[stack],
    setting: (key) => settings[key],
    isSet: (key) => key in configurationKeys,
    secretsProvider: "gcpkms://projects/chisan-state/locations/global/keyRings/pulumi/cryptoKeys/prod",
    missingBackend: { value: [] },
    resources: { value: resources },
    ...withKit({ state: "opened", uncommitted: false, content: kit }),
    backupKey: "age1substitutes",
    substituteRecipients: { value: ["age1substitutes", "age1offline"] },
    reportSigners: { value: ["-----BEGIN PUBLIC KEY-----\nof before\n-----END PUBLIC KEY-----\n", signer] },
    nameServers: () => Promise.resolve({ value: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"] }),
    delegationSigners: () => Promise.resolve({ value: [{ keyTag: 45717, digest: "AB12" }] }),
    supabasePlan: () => Promise.resolve({ value: "pro" }),
    supabaseAddons: () => Promise.resolve({ value: { pitr: "pitr_7", ipv4: "ipv4_default" } }),
    githubEnvironment: () => Promise.resolve({ value: { exists: true, rules: ["required_reviewers", "branch_policy"], restrictsBranches: true } }),
    ...changes,
  };
}

async function states(changes: Partial<Facts> = {}, stack: CloudStack = "prod"): Promise<Record<string, PrerequisiteState>> {
  return Object.fromEntries((await judgeAll(prerequisites, facts(changes, stack))).map(({ id, state }) => [id, state]));
}

const withResources = (change: (all: KnownResource[]) => KnownResource[]): Partial<Facts> => ({ resources: { value: change(resources) } });
const without = (type: RegExp) => withResources((all) => all.filter((each) => !type.test(each.type)));
const unset = (...keys: string[]): Partial<Facts> => ({ isSet: (key) => !keys.includes(key), setting: (key) => (keys.includes(key) ? undefined : settings[key]) });
const contacts = (value: unknown): Partial<Facts> => ({ setting: (key) => (key === "alertContacts" ? value : settings[key]) });

/** What cannot be read however much is done: each says why in its check. */
const neverRead = [
  "security-mailbox", "vendor-support", "state-outside-region", "google-billing-grant", "google-consent-screen", "workers-paid", "supabase-members", "vercel-plan", "vercel-analytics", "slack-connected", "state-deployer", "github-secrets",
  "sentry-team",
];

test("nothing is open when all is done, and only what nobody can read is not told", async () => {
  const found = await states();
  expect(Object.entries(found).filter(([, state]) => state === "open")).toEqual([]);
  expect(Object.keys(found).filter((id) => found[id] === "cannot be read").sort()).toEqual([...neverRead].sort());
});

test("no check fails of itself", async () => {
  for (const changes of [{}, { resources: { value: [] }, isSet: () => false, setting: () => undefined }]) {
    const judgements = await judgeAll(prerequisites, facts(changes));
    expect(judgements.filter(({ because }) => because.startsWith("the check failed")).map(({ id }) => id)).toEqual([]);
  }
});

test.each<[string, string, Partial<Facts>]>([
  ["incident-contacts", "no contacts at all", unset("alertContacts")],
  ["incident-contacts", "one role without a contact", contacts({ ...(settings["alertContacts"] as object), databaseAdmin: undefined })],
  ["incident-contacts", "an on-call without a telephone", contacts({ ...(settings["alertContacts"] as object), primaryOnCall: { email: "on-call@chisanpaper.com" } })],
  ["incident-contacts", "the document's TBD as a contact", contacts({ ...(settings["alertContacts"] as object), businessOwner: { email: "TBD" } })],
  ["security-mailbox", "the document's TBD as security lead", contacts({ ...(settings["alertContacts"] as object), securityLead: { email: "TBD" } })],
  ["security-mailbox", "no security lead", contacts({ primaryOnCall: { email: "on-call@chisanpaper.com" } })],
  ["state-backend", "no backend", { missingBackend: { value: ["PULUMI_BACKEND_URL"] } }],
  ["state-outside-region", "a key in Seoul alone", { secretsProvider: "gcpkms://projects/p/locations/asia-northeast3/keyRings/r/cryptoKeys/k" }],
  ["state-outside-region", "a key in the backup region alone", { secretsProvider: "gcpkms://projects/p/locations/asia-northeast1/keyRings/r/cryptoKeys/k" }],
  ["google-billing-linked", "no billing account", unset("billingAccount")],
  ["google-first-up", "no deployer", without(/workloadIdentity/)],
  ["google-oauth-client", "no secret", unset("googleClientSecret")],
  ["zone-delegated", "another's servers", { nameServers: () => Promise.resolve({ value: ["ns1.registrar.example", "ada.ns.cloudflare.com"] }) }],
  ["zone-delegated", "a look-alike's servers", { nameServers: () => Promise.resolve({ value: ["ada.ns.cloudflare.com.example.org"] }) }],
  ["zone-delegated", "no servers", { nameServers: () => Promise.resolve({ value: [] }) }],
  ["dnssec-ds-record", "no DS record", { delegationSigners: () => Promise.resolve({ value: [] }) }],
  ["dnssec-ds-record", "another zone key's", { delegationSigners: () => Promise.resolve({ value: [{ keyTag: 45717, digest: "FF00" }] }) }],
  ["supabase-plan", "the free plan", { supabasePlan: () => Promise.resolve({ value: "free" }) }],
  ["supabase-addons", "no recovery", { supabaseAddons: () => Promise.resolve({ value: { ipv4: "ipv4_default" } }) }],
  ["supabase-addons", "another recovery", { supabaseAddons: () => Promise.resolve({ value: { ipv4: "ipv4_default", pitr: "pitr_14" } }) }],
  ["github-environment", "no environment", { githubEnvironment: () => Promise.resolve({ value: { exists: false, rules: [], restrictsBranches: false } }) }],
  ["github-environment", "any branch", { githubEnvironment: () => Promise.resolve({ value: { exists: true, rules: ["required_reviewers"], restrictsBranches: false } }) }],
  ["github-environment", "nobody reviews", { githubEnvironment: () => Promise.resolve({ value: { exists: true, rules: ["branch_policy"], restrictsBranches: true } }) }],
  ["github-numbers", "no number", unset("githubOwnerId")],
  ["vercel-plan", "no team", unset("vercelTeamId")],
  ["sms-verified", "an unverified number", withResources((all) => [...all.filter(({ outputs }) => outputs?.["type"] !== "sms"), sms("UNVERIFIED")])],
  ["sms-verified", "a number of which Google tells nothing", withResources((all) => [...all.filter(({ outputs }) => outputs?.["type"] !== "sms"), sms()])],
  ["sms-verified", "one of two unverified", withResources((all) => [...all, sms("UNVERIFIED")])],
  ["sms-verified", "no channel", without(/notificationChannel/)],
  ["slack-connected", "no token", unset("slackToken")],
  ["sentry-organization", "no organization", unset("sentryOrganization")],
  ["sentry-slack", "no workspace", unset("sentrySlackWorkspace")],
  ["checkly-account", "no account", unset("checklyAccountId")],
  ["checkly-account", "no key", unset("checklyApiKey")],
  ["operations-image", "no image", unset("operationsImage")],
  ["recovery-kit", "no kit", withKit({ state: "missing" })],
  ["recovery-kit", "a damaged one", withKit({ state: "refused", because: "CHI-H024 it is damaged" })],
  ["recovery-kit", "one that nobody else has", withKit({ state: "opened", uncommitted: true, content: kit })],
  ["recovery-kit", "one that nobody else has and this shell cannot open", withKit({ state: "closed", uncommitted: true })],
  ["recovery-kit", "an earlier version's", opened({ hasEncryptionKey: false })],
  ["recovery-kit", "other keys", opened({ recipients: ["age1prods", "age1former"] })],
  ["recovery-kit", "a key too few", opened({ recipients: ["age1prods"] })],
  ["recovery-kit", "another account", opened({ cloudflareAccountId: "former" })],
  ["recovery-kit", "another database", opened({ supabaseProject: "former" })],
  ["recovery-key", "prod's keys unset", unset("backupRecipients")],
  ["recovery-key", "a private key that opens nothing", { backupKey: "age1another" }],
  ["recovery-key", "no key in common", { backupKey: undefined, substituteRecipients: { value: ["age1offline"] } }],
  ["recovery-key", "chisan-dr's keys unset", { backupKey: undefined, substituteRecipients: { value: undefined } }],
  ["drill-credentials", "no token of Vercel", unset("drillVercelToken")],
  ["report-signer", "the key of before alone", { reportSigners: { value: ["of before"] } }],
  ["report-signer", "no key", { reportSigners: { value: [] } }],
])("%s is open with %s", async (id, _what, changes) => {
  expect((await states(changes))[id]).toBe("open");
});

test.each(["google-billing-linked", "google-domain-restriction", "r2-enabled", "vercel-github-app", "sentry-organization", "sentry-slack", "checkly-account"])(
  "%s: an empty state is no proof that it is open",
  async (id) => {
    expect((await states({ resources: { value: [] } }))[id]).toBe("cannot be read");
  },
);

test("what cannot be asked is not said to be done or open", async () => {
  const nobody = { unreadable: "nobody answers" };
  const silent = () => Promise.resolve(nobody);
  const found = await states({
    missingBackend: nobody, resources: nobody, recoveryKit: silent, nameServers: silent, delegationSigners: silent, supabasePlan: silent, supabaseAddons: silent, githubEnvironment: silent, secretsProvider: undefined,
  });
  // Told by the configuration alone.
  const told = ["incident-contacts", "google-oauth-client", "github-numbers", "operations-image", "restore-test-role", "recovery-key", "drill-credentials"];
  expect(Object.keys(found).filter((id) => found[id] !== "cannot be read").sort()).toEqual(told.sort());
});

test("without a private key in the shell, the kit and the key are not said to open anything", async () => {
  const found = await states({ backupKey: undefined, ...withKit({ state: "closed", uncommitted: false }) });
  expect([found["recovery-kit"], found["recovery-key"]]).toEqual(["cannot be read", "cannot be read"]);
});

test("a check that throws hides none of the others and shows no message", async () => {
  const judged = await judgeAll(prerequisites, facts({ supabasePlan: () => Promise.reject(new TypeError("canary-token")) }));
  expect(judged.find(({ id }) => id === "supabase-plan")).toMatchObject({ state: "cannot be read", because: "the check failed (TypeError)" });
  expect(JSON.stringify(judged)).not.toContain("canary-token");
});

test("staging needs no reviewers; only the zone's owner needs the DS record", async () => {
  const branchOnly = { githubEnvironment: () => Promise.resolve({ value: { exists: true, rules: ["branch_policy"], restrictsBranches: true } }) };
  expect((await states(branchOnly, "staging"))["github-environment"]).toBe("done");
  for (const stack of cloudStacks) expect("dnssec-ds-record" in (await states({}, stack))).toBe(specifications[stack].ownsZoneSettings);
});

test("each has an id of its own, says what to do, names a stack nowhere by itself, and those with people behind them are urgent", () => {
  const ids = prerequisites.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, how, why, title } of prerequisites) {
    expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
    expect([how, why, title].every((text) => text.length > 10 && !text.includes("\n"))).toBe(true);
  }
  expect(ids.filter((id) => prerequisites.find((each) => each.id === id)?.urgent)).toEqual(["incident-contacts", "security-mailbox", "operations-image", "recovery-kit", "recovery-key", "sms-verified"]);
});

test("every configuration key that a text names exists", () => {
  const named = prerequisites.flatMap(({ how, read, why }) => [...`${how} ${read} ${why}`.matchAll(/chisan:([A-Za-z]+)/g)].map(([, key]) => key ?? ""));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((key) => !Object.hasOwn(configurationKeys, key))).toEqual([]);
});

test("docs/prerequisites.md is current: when this fails, run npm run docs", () => {
  expect(readFileSync(join(repositoryRoot, "docs", "prerequisites.md"), "utf8")).toBe(renderPrerequisites());
});
