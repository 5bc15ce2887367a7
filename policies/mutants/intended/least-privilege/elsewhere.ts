/** What leads elsewhere: to another environment, another account, or a type that nobody knows. */
import type { Program } from "../../mutant";
import type { Generators } from "../generators";
import { at, of, schedule, service, token, variable, variables, web } from "../places";

const elsewhere = "elsewhere.example.com";
const workerHost = "cloudflare:index/workersCustomDomain:WorkersCustomDomain";
const record = "cloudflare:index/dnsRecord:DnsRecord";

const references = (program: Program) =>
  program.ofType(service).flatMap((one) => variables(one).filter((path) => at(one, path, "valueSource") !== undefined).map((path) => ({ one, path })));
const plain = (program: Program) =>
  program.ofType(service).flatMap((one) => variables(one).filter((path) => at(one, path, "valueSource") === undefined).map((path) => ({ one, path })));

export const elsewhereMutants: Generators = {
  "names-own-environment": ({ prod, staging }) => [
    ...references(prod).flatMap(({ one, path }) => prod.set(one, [...path, "valueSource", "secretKeyRef", "secret"], ["chisan-staging-jwt-secret", "chisan-dr-jwt-secret"])),
    ...plain(prod).flatMap(({ one, path }) => prod.set(one, [...path, "value"], ["chisan-files-staging", "https://api-staging.chisan.app", "chisan-backups-dr"])),
    ...of(prod, [variable], ["value"], ["https://staging.chisan.app", "s3://chisan-files-staging/x"]),
    ...of(staging, [variable], ["value"], ["https://api.chisan.app", "chisan-backups"]),
    ...references(staging).flatMap(({ one, path }) => staging.set(one, [...path, "valueSource", "secretKeyRef", "secret"], ["chisan-prod-jwt-secret"])),
  ],

  "readers-do-not-write": ({ prod, staging }) =>
    [prod, staging].flatMap((program) =>
      program
        .ofType(token)
        .filter(({ name }) => name.includes("reader"))
        .flatMap((one) => program.set(one, ["policies", 0, "permissionGroups", 0, "id"], ["id of write", "2efd5506f9c8494dacb1fa10a3e7d5b6", "bf7481a1826f439697cb59a20b22293e"])),
    ),

  "schedules-call-google": ({ prod }) => [
    ...of(prod, [schedule], ["httpTarget", "uri"], [undefined, "", `https://${elsewhere}/`, "http://run.googleapis.com/", `https://run.googleapis.com.${elsewhere}/`, `https://run.googleapis.com@${elsewhere}/`]),
    ...prod
      .ofType(schedule)
      .filter(({ inputs }) => (inputs["httpTarget"] as { oidcToken?: unknown }).oidcToken !== undefined)
      .flatMap((one) => prod.set(one, ["httpTarget", "oidcToken", "audience"], ["https://another-service.a.run.app"])),
  ],

  "deployed-from-main": ({ prod, staging }) => [
    ...of(prod, [web], ["gitRepository", "repo"], ["somebody/platform", "chisan/platform-fork", undefined]),
    ...of(prod, [web], ["gitRepository", "productionBranch"], ["next", "Main", undefined]),
    ...of(staging, [web], ["gitRepository", "repo"], ["somebody/platform"]),
  ],

  "members-of-company": ({ prod }) =>
    of(
      prod,
      ["cloudflare:index/accountMember:AccountMember", "vercel:index/teamMember:TeamMember"],
      ["email"],
      [`somebody@${elsewhere}`, "somebody@chisanpaper.com.example.com", "somebody@notchisanpaper.com", "@chisanpaper.com@example.com", undefined],
    ),

  "one-vercel-project": ({ prod }) =>
    prod.where(({ type, inputs }) => type.startsWith("vercel:") && inputs["projectId"] !== undefined).flatMap((one) => prod.set(one, ["projectId"], ["prj_another"])),

  "one-worker-host": ({ prod, staging }) =>
    [prod, staging].flatMap((program) => [
      ...of(program, [workerHost], ["service"], [undefined, "chisan-prod-file-version-keeper", "another"]),
      ...of(program, [workerHost], ["hostname"], [undefined, "app.chisan.app", "api-staging.chisan.app"]),
    ]),

  "proxied-addresses": ({ prod, staging }) =>
    [prod, staging].flatMap((program) =>
      program
        .ofType(record)
        .filter(({ inputs }) => inputs["type"] === "A")
        .flatMap((one) => program.set(one, ["proxied"], [false, undefined])),
    ),

  "reviewed-types": ({ prod }) =>
    [
      "vercel:index/logDrain:LogDrain",
      "vercel:index/traceDrain:TraceDrain",
      "vercel:index/webhook:Webhook",
      "vercel:index/alias:Alias",
      "supabase:index/branch:Branch",
      "supabase:index/apikey:Apikey",
      "cloudflare:index/r2BucketSippy:R2BucketSippy",
      "cloudflare:index/ruleset:Ruleset",
      "gcp:compute/firewall:Firewall",
      "gcp:logging/projectSink:ProjectSink",
      "gcp:storage/bucket:Bucket",
      "sentry:index/sentryOrganizationMember:SentryOrganizationMember",
      "command:local:Command",
      "pulumi-nodejs:dynamic:Resource",
      "pulumi-nodejs:dynamic/chisan:Another",
    ].map((type) => prod.added(type, {})),
};
