import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError } from "../config/stack-configuration";
import { cloudStacks, type CloudStack } from "../config/stack-configuration-keys";
import { effectiveSettings, signUpDomain } from "./effective-settings";
import { specifications } from "./specifications";
import { rehearsedConfiguration } from "./test-support/recorded-stack";

const settings = (stack: CloudStack, change: object = {}) => effectiveSettings(specifications[stack], { ...rehearsedConfiguration(stack), ...change });

test.each(cloudStacks)("%s as it is written here agrees with itself", (stack) => {
  expect(settings(stack).appHost).toBe(specifications[stack].appHost);
});

test("prod serves from Seoul, with a backup region that runs nothing until it is sent traffic", () => {
  expect(settings("prod")).toEqual({
    appHost: "app.chisan.app",
    apiHost: "api.chisan.app",
    regions: [
      { region: "asia-northeast3", minInstances: 1, maxInstances: 10 },
      { region: "asia-northeast1", minInstances: 0, maxInstances: 10 },
    ],
    activeRegions: ["asia-northeast3"],
    live: true,
  });
});

test("configuration wins over the specification", () => {
  const { appHost, apiHost, regions, activeRegions } = settings("prod", {
    appDomain: "shop.chisan.app",
    apiDomain: "shop-api.chisan.app",
    region: "asia-northeast2",
    activeRegions: ["asia-northeast1"],
  });
  expect([appHost, apiHost, regions[0].region, activeRegions]).toEqual(["shop.chisan.app", "shop-api.chisan.app", "asia-northeast2", ["asia-northeast1"]]);
});

test("the hosts lead to chisan-dr only once it has taken over", () => {
  expect([settings("prod").live, settings("staging").live, settings("chisan-dr").live]).toEqual([true, true, false]);
  expect([settings("chisan-dr", { cutOver: true }).live, settings("chisan-dr", { cutOver: false }).live]).toEqual([true, false]);
  expect(settings("prod", { cutOver: false }).live).toBe(true);
});

test("prod is not deployed while its hosts are chisan-dr's", () => {
  expect(() => settings("prod", { cutOver: true })).toThrow(/CHI-H080 chisan:cutOver: .*; mend: npx chisan dr failback/);
});

const refused: [string, CloudStack, object, string[]][] = [
  ["a drill with an account and nothing else", "prod", { drillDeployer: "drill-deployer@chisan-dr.iam.gserviceaccount.com" }, ["drillStateBackend: found nothing", "drillCloudflareToken: found nothing", "drillVercelToken: found nothing", "drillSupabaseToken: found nothing"]],
  ["hosts outside the zone, both at once", "staging", { zone: "other.app" }, ["appDomain: found staging.chisan.app", "apiDomain: found api-staging.chisan.app"]],
  ["a host two levels deep", "prod", { appDomain: "a.b.chisan.app" }, ["appDomain: found a.b.chisan.app"]],
  ["the zone itself", "prod", { appDomain: "chisan.app" }, ["appDomain: found chisan.app"]],
  ["the web app on the API's default host", "prod", { appDomain: "api.chisan.app" }, ["apiDomain: found api.chisan.app"]],
  ["the API on the web app's default host", "prod", { apiDomain: "app.chisan.app" }, ["apiDomain: found app.chisan.app"]],
  ["prod's host in staging", "staging", { appDomain: "app.chisan.app" }, ["appDomain: found app.chisan.app"]],
  ["staging's host in chisan-dr", "chisan-dr", { apiDomain: "api-staging.chisan.app" }, ["apiDomain: found api-staging.chisan.app"]],
  ["prod's files as staging's backups", "staging", { backupsBucket: "chisan-files" }, ["backupsBucket: found chisan-files"]],
  ["prod's backups as staging's files", "staging", { filesBucket: "chisan-backups" }, ["filesBucket: found chisan-backups"]],
  ["another environment's vault", "prod", { filesBucket: "chisan-files-vault-staging" }, ["filesBucket: found chisan-files-vault-staging"]],
  ["the own vault as backups", "prod", { backupsBucket: "chisan-files-vault" }, ["backupsBucket: found chisan-files-vault"]],
  ["the own backups as files", "prod", { filesBucket: "chisan-backups" }, ["backupsBucket: found chisan-backups"]],
  ["the backup region as the region", "prod", { region: "asia-northeast1" }, ["region: found asia-northeast1"]],
  ["an active region that is not one of its own", "staging", { activeRegions: ["asia-northeast2"] }, ["activeRegions: found"]],
  ["a member outside the company", "staging", { access: { devops: { googleGroup: "devops@elsewhere.kr" } } }, ["access.devops.googleGroup: found devops@elsewhere.kr"]],
  ["no active region", "prod", { activeRegions: [] }, ["activeRegions: found []"]],
  ["a company domain that the database does not admit", "prod", { companyDomain: "example.kr" }, ["companyDomain: found example.kr"]],
  ["the account's id as the zone's", "prod", { cloudflareZoneId: rehearsedConfiguration("prod").cloudflareAccountId }, ["cloudflareZoneId: found"]],
];

test.each(refused)("refuses %s", (_what, stack, change, expected) => {
  let problems: readonly string[] = [];
  try {
    settings(stack, change);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems = error.problems;
  }
  expect(problems.map((line) => line.slice("CHI-K009 chisan:".length))).toEqual(expected.map((start) => expect.stringMatching(new RegExp(`^${escaped(start)}.*; allowed: .+; mend: pulumi config (set|rm) .+ --stack ${stack}$`))));
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

test("the company domain is the one that the sign-up hook's migration admits", () => {
  const folder = join(__dirname, "..", "supabase", "migrations");
  const sql = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  expect(/insert into private\.signup_domains \(domain\) values \('([^']+)'\)/.exec(sql)?.[1]).toBe(signUpDomain);
});
