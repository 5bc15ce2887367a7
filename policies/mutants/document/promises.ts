/**
 * Promises of the operations document, and the changes that break them, whichever policy may notice: what blind mutants showed to be noticed by
 * none. One that survives fails the run. What no policy can judge says why, is listed, and does not.
 */
import { valueAt } from "../edit";
import type { Mutant, Program } from "../mutant";
import { signed } from "../../least-privilege/testing/signed";
import { at, isSensitive, job, of, schedule, service, token, variable, variables, version, web } from "../intended/places";

export interface DocumentedPromise {
  /** Of the operations document. */
  readonly section: string;
  readonly promise: string;
  readonly mutants: (prod: Program) => Mutant[];
  /** Why no policy can judge it, and what does. */
  readonly unjudged?: string;
}

const elsewhere = "elsewhere.example.com";
const audit = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const logs = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
const zoneSetting = "cloudflare:index/zoneSetting:ZoneSetting";
const record = "cloudflare:index/dnsRecord:DnsRecord";
const notification = "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification";
const consumer = "cloudflare:index/queueConsumer:QueueConsumer";
const worker = "cloudflare:index/workersScript:WorkersScript";

const envsNamed = (prod: Program, types: string[], name: string) =>
  prod.ofType(...types).flatMap((one) =>
    variables(one)
      .filter((path) => at(one, path, "name") === name)
      .map((path) => ({ one, path })),
  );

export const promises: readonly DocumentedPromise[] = [
  {
    section: "2.5",
    promise: "prod names no bucket, secret or address of another environment",
    mutants: (prod) => [
      ...prod.ofType(service).flatMap((one) =>
        variables(one)
          .filter((path) => at(one, path, "valueSource") !== undefined)
          .flatMap((path) => prod.set(one, [...path, "valueSource", "secretKeyRef", "secret"], ["chisan-staging-jwt-secret"])),
      ),
      ...envsNamed(prod, [service], "R2_BUCKET_NAME").flatMap(({ one, path }) =>
        prod.set(one, [...path, "value"], ["chisan-files-staging"]),
      ),
      ...prod
        .where(({ inputs }) => inputs["key"] === "API_URL")
        .flatMap((one) => prod.set(one, ["value"], ["https://api-staging.chisan.app"])),
    ],
  },
  {
    section: "2.5",
    promise: "what is sent goes over TLS",
    mutants: (prod) => [
      ...of(prod, ["vercel:index/projectRoute:ProjectRoute"], ["route", "dest"], ["http://api.chisan.app/$1"]),
      ...prod.where(({ inputs }) => inputs["key"] === "API_URL").flatMap((one) => prod.set(one, ["value"], ["http://api.chisan.app"])),
    ],
  },
  {
    section: "2.3",
    promise: "browsers get the key of the role anon, and what can be read back holds no secret, whatever its variable is called",
    mutants: (prod) => {
      const shown = prod.ofType(variable).filter((one) => !isSensitive(one));
      const kept = (name: string) => prod.ofType(version).filter((one) => one.name.includes(name));
      return [
        ...shown.flatMap((one) => prod.set(one, ["value"], [signed("service_role"), signed("authenticated")], "a token of another role")),
        ...["service-role-key", "jwt-secret", "database-url"].flatMap(kept).flatMap(({ name, inputs }) => [
          ...shown.flatMap((one) => prod.set(one, ["value"], [inputs["secretData"]], `the value of ${name}`)),
          ...prod.ofType(service, job).flatMap((one) =>
            variables(one)
              .filter((path) => at(one, path, "valueSource") === undefined)
              .slice(0, 1)
              .flatMap((path) => prod.set(one, [...path, "value"], [inputs["secretData"]], `the value of ${name}`)),
          ),
        ]),
      ];
    },
  },
  {
    section: "2.2",
    promise: "no password stands in an address that can be read back",
    mutants: (prod) => {
      const addresses = ["redis://:password@10.0.0.1", "rediss://:password@cache.example.com:6380/0", "amqps://user:password@queue.example.com"];
      return [
        ...prod.ofType(service, job).flatMap((one) =>
          variables(one)
            .filter((path) => at(one, path, "valueSource") === undefined)
            .flatMap((path) => prod.set(one, [...path, "value"], addresses)),
        ),
        ...prod
          .ofType(variable)
          .filter((one) => !isSensitive(one))
          .flatMap((one) => prod.set(one, ["value"], addresses)),
      ];
    },
  },
  {
    section: "2.5",
    promise: "a secret that is kept has 32 characters or more, whatever was made",
    mutants: (prod) => [
      ...["jwt-secret", "nextauth-secret", "encryption-key", "files-gateway-secret", "files-status-key", "secret-access-key"].flatMap((name) =>
        prod
          .ofType(version)
          .filter((one) => one.name.includes(name))
          .flatMap((one) => prod.set(one, ["secretData"], [String(one.inputs["secretData"]).slice(0, 8)], "its first 8 characters")),
      ),
      ...prod
        .where(({ inputs }) => inputs["key"] === "NEXTAUTH_SECRET")
        .flatMap((one) => prod.set(one, ["value"], [String(one.inputs["value"]).slice(0, 8)], "its first 8 characters")),
    ],
  },
  {
    section: "1.3",
    promise: "PostgreSQL 15 and Node.js 20.x",
    mutants: (prod) => [
      ...of(prod, [web], ["nodeVersion"], ["18.x", "22.x", "24.x", undefined]),
      ...of(prod, ["pulumi-nodejs:dynamic/chisan:PostgresVersion"], ["expectedMajor"], [14, 16, 17, undefined]),
    ],
  },
  {
    section: "2.5",
    promise: "a token may do what its name says: a reader does not write",
    mutants: (prod) =>
      prod
        .ofType(token)
        .filter(({ name }) => name.includes("reader"))
        .flatMap((one) => prod.set(one, ["policies", 0, "permissionGroups", 0, "id"], ["id of write"])),
  },
  {
    section: "2.5",
    promise: "a schedule calls Google's or our own address with its token, over TLS",
    mutants: (prod) => of(prod, [schedule], ["httpTarget", "uri"], [`https://${elsewhere}/`, "http://run.googleapis.com/"]),
  },
  {
    section: "1.4",
    promise: "production is deployed from our repository's main",
    mutants: (prod) => [
      ...of(prod, [web], ["gitRepository", "repo"], ["somebody/platform"]),
      ...of(prod, [web], ["gitRepository", "productionBranch"], ["next", undefined]),
    ],
  },
  {
    section: "3.1",
    promise: "the keeper gets every event of the files' bucket, and writes into the locked vault",
    mutants: (prod) => [
      ...prod
        .ofType(worker)
        .filter(({ name }) => name.includes("keeper"))
        .flatMap((one) => [prod.removed(one), ...prod.set(one, ["bindings"], [[], undefined]), ...prod.set(one, ["bindings", 1, "bucketName"], ["chisan-files"])]),
      ...of(prod, [consumer], ["scriptName"], ["another"]),
      ...of(prod, [consumer, notification], ["queueId"], ["another"]),
    ],
  },
  {
    section: "2.5",
    promise: "each bucket's r2.dev address is off, and browsers neither delete nor list",
    mutants: (prod) => [
      ...of(prod, ["cloudflare:index/r2ManagedDomain:R2ManagedDomain"], ["bucketName"], ["another"]),
      ...of(
        prod,
        ["cloudflare:index/r2BucketCors:R2BucketCors"],
        ["rules", 0, "allowed", "methods"],
        [
          ["GET", "DELETE"],
          ["GET", "POST", "PUT"],
        ],
      ),
    ],
  },
  {
    section: "2.5",
    promise: "who reads a secret is logged, and the logs are the project's own",
    mutants: (prod) => [
      ...of(prod, [audit], ["service"], ["storage.googleapis.com"]),
      ...of(prod, [logs, audit], ["project"], ["another"]),
      ...of(prod, [logs], ["bucketId"], ["another"]),
    ],
  },
  {
    section: "8.3",
    promise: "members are of the company, and on this project",
    mutants: (prod) => [
      ...of(
        prod,
        ["cloudflare:index/accountMember:AccountMember", "vercel:index/teamMember:TeamMember"],
        ["email"],
        [`somebody@${elsewhere}`],
      ),
      ...of(prod, ["vercel:index/accessGroupProject:AccessGroupProject"], ["projectId"], ["another"]),
    ],
  },
  {
    section: "8.3",
    promise: "a member of the Cloudflare account has the permissions that the table names",
    unjudged:
      "a policy sees the vendor's ids alone, and only the account's own list says what each is called; the program asks for it, and CHI-C922 stops a name " +
      "that is not listed. cloudflare-members judges their number and refuses the administrators' ids",
    mutants: (prod) => of(prod, ["cloudflare:index/accountMember:AccountMember"], ["policies", 0, "permissionGroups", 0, "id"], ["id of Cloudflare R2 Admin"]),
  },
  {
    section: "2.5",
    promise: "the zone has its settings (TLS, HTTPS only, HSTS, DNSSEC, CAA), and the API stands behind the proxy",
    mutants: (prod) => [
      ...prod.ofType(zoneSetting, "cloudflare:index/zoneDnssec:ZoneDnssec").map((one) => prod.removed(one)),
      ...of(prod, ["cloudflare:index/zoneDnssec:ZoneDnssec"], ["status"], ["disabled"]),
      ...prod
        .ofType(zoneSetting)
        .filter(({ inputs }) => typeof inputs["value"] === "object")
        .flatMap((one) =>
          [
            ["enabled", false],
            ["max_age", 0],
          ].flatMap(([name, value]) => prod.set(one, ["value", "strict_transport_security", String(name)], [value])),
        ),
      ...prod.ofType(record).flatMap((one) => {
        if (valueAt(one.inputs, ["proxied"]) === true) return prod.set(one, ["proxied"], [false, undefined]);
        return one.inputs["type"] === "CAA" ? [prod.removed(one), ...prod.set(one, ["data", "value"], [elsewhere])] : [];
      }),
    ],
  },
  {
    section: "6.2",
    promise: "every alert is declared, on, and told to somebody; error tracking is not deleted by mistake",
    mutants: (prod) => [
      ...prod
        .ofType("gcp:monitoring/alertPolicy:AlertPolicy")
        .flatMap((one) => [
          prod.removed(one),
          ...prod.set(one, ["enabled"], [false]),
          ...prod.set(one, ["notificationChannels"], [[], undefined]),
        ]),
      ...of(prod, ["gcp:monitoring/notificationChannel:NotificationChannel"], ["enabled"], [false]),
      ...prod.where(({ type, protect }) => protect && type.startsWith("sentry:")).map((one) => prod.unprotected(one)),
    ],
  },
  {
    section: "4.2",
    promise: "there is something to roll back to: deployments are kept",
    mutants: (prod) => [
      ...of(prod, ["vercel:index/projectDeploymentRetention:ProjectDeploymentRetention"], ["expirationProduction"], ["1d", "1w"]),
      ...prod.ofType("vercel:index/projectDeploymentRetention:ProjectDeploymentRetention").map((one) => prod.removed(one)),
    ],
  },
  {
    section: "2.5",
    promise: "nothing of a type that nobody has reviewed: what sends logs away, copies data, or opens a way",
    mutants: (prod) =>
      [
        "vercel:index/logDrain:LogDrain",
        "vercel:index/traceDrain:TraceDrain",
        "vercel:index/webhook:Webhook",
        "vercel:index/alias:Alias",
        "vercel:index/deployment:Deployment",
        "vercel:index/blobStore:BlobStore",
        "supabase:index/branch:Branch",
        "supabase:index/edgeFunction:EdgeFunction",
        "supabase:index/apikey:Apikey",
        "supabase:index/thirdPartyAuth:ThirdPartyAuth",
        "cloudflare:index/r2BucketSippy:R2BucketSippy",
        "cloudflare:index/loadBalancer:LoadBalancer",
        "cloudflare:index/ruleset:Ruleset",
        "cloudflare:index/logpushJob:LogpushJob",
        "gcp:compute/firewall:Firewall",
        "gcp:logging/projectSink:ProjectSink",
        "gcp:organizations/project:Project",
        "gcp:orgpolicy/policy:Policy",
        "sentry:index/sentryOrganizationMember:SentryOrganizationMember",
      ].map((type) => prod.added(type, {})),
  },
];
