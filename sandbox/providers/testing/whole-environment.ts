import type { PluginName } from "../versions";
import { accessControlExamples } from "./examples/access-control";
import { backupScheduleExamples } from "./examples/backup-schedule";
import { secret, type EngineClient, type Managed } from "./engine-client";
import { checklyAndSentry } from "./examples/checkly-and-sentry";
import { deployIdentityExamples } from "./examples/deploy-identity";
import { filesGatewayExamples } from "./examples/files-gateway";
import { monitoringExamples } from "./examples/monitoring";

/** The made resources by name. */
export type Made = { [name: string]: Managed };
type Inputs = { [name: string]: unknown };

export interface Declared {
  token: string;
  name: string;
  inputs(made: Made): Inputs;
  /** The vendor's import form, when it is not the ID itself. */
  importId?(made: Made): string;
}

export const account = "0123456789abcdef0123456789abcdef";
export const zone = "fedcba9876543210fedcba9876543210";

const out = (made: Made, name: string, property: string): unknown => {
  const value = made[name]!.outputs[property];
  return value !== null && typeof value === "object" && "value" in value ? value.value : value;
};

/** One resource of every modelled kind that an environment of this project consists of, parents first. */
export function wholeEnvironment(slug: string): Declared[] {
  const project = `chisan-${slug}`;
  const location = "asia-northeast3";
  const region = location;
  const account_ = { accountId: account };
  const member = (made: Made): unknown => out(made, "runtime", "member");
  const bucketName = `chisan-files-${slug}`;
  const resource = (token: string, name: string, inputs: (made: Made) => Inputs, importId?: (made: Made) => string): Declared => ({
    token,
    name,
    inputs,
    importId,
  });
  const compute = (token: string, name: string, inputs: (made: Made) => Inputs): Declared =>
    resource(
      token,
      name,
      (made) => ({ project, name: `api-${name}`, ...inputs(made) }),
      (made) => made[name]!.id,
    );
  return [
    ...["run", "iam", "secretmanager", "artifactregistry", "compute", "certificatemanager"].map((api) =>
      resource("gcp:projects/service:Service", `api-${api}`, () => ({
        project,
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
      })),
    ),
    resource(
      "gcp:serviceaccount/account:Account",
      "runtime",
      () => ({ project, accountId: "api-runtime", displayName: "API" }),
      (made) => String(out(made, "runtime", "email")),
    ),
    resource("gcp:serviceaccount/iAMMember:IAMMember", "act-as", (made) => ({
      serviceAccountId: out(made, "runtime", "name"),
      role: "roles/iam.serviceAccountUser",
      member: "group:devops@chisan.app",
    })),
    resource(
      "gcp:projects/iAMMember:IAMMember",
      "log-writer",
      (made) => ({ project, role: "roles/logging.logWriter", member: member(made) }),
      (made) => `${project} roles/logging.logWriter ${String(member(made))}`,
    ),
    ...deployIdentityExamples(project),
    ...backupScheduleExamples(project, region),
    ...monitoringExamples(project),
    ...filesGatewayExamples(slug, account, zone),
    resource("gcp:projects/iAMCustomRole:IAMCustomRole", "deployer", () => ({
      project,
      roleId: "deployer",
      title: "Deployer",
      permissions: ["run.services.get"],
    })),
    resource(
      "gcp:artifactregistry/repository:Repository",
      "images",
      () => ({ project, location, repositoryId: "api", format: "DOCKER", dockerConfig: { immutableTags: true } }),
      () => `${project}/${location}/api`,
    ),
    resource("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", "pull", (made) => ({
      project,
      location,
      repository: out(made, "images", "repositoryId"),
      role: "roles/artifactregistry.reader",
      member: member(made),
    })),
    resource("random:index/randomPassword:RandomPassword", "jwt", () => ({ length: 48, special: false, minUpper: 2 })),
    resource("random:index/randomBytes:RandomBytes", "key", () => ({ length: 32 })),
    resource("random:index/randomId:RandomId", "suffix", () => ({ byteLength: 4, prefix: "p-" })),
    resource("random:index/randomString:RandomString", "word", () => ({ length: 8, special: false })),
    resource("random:index/randomUuid:RandomUuid", "uuid", () => ({ keepers: { a: "1" } })),
    resource("random:index/randomInteger:RandomInteger", "number", () => ({ min: 1, max: 10 })),
    resource("random:index/randomPet:RandomPet", "pet", () => ({})),
    resource("random:index/randomShuffle:RandomShuffle", "order", () => ({ inputs: ["a", "b", "c"] })),
    resource("random:index/randomUuid4:RandomUuid4", "uuid4", () => ({})),
    resource("random:index/randomUuid7:RandomUuid7", "uuid7", () => ({})),
    resource(
      "gcp:secretmanager/secret:Secret",
      "secret",
      () => ({ project, secretId: "jwt-secret", replication: { userManaged: { replicas: [{ location }] } } }),
      () => `${project}/jwt-secret`,
    ),
    resource("gcp:secretmanager/secretVersion:SecretVersion", "version", (made) => ({
      secret: made.secret!.id,
      secretData: secret(out(made, "jwt", "result")),
    })),
    resource("gcp:secretmanager/secretIamMember:SecretIamMember", "read-secret", (made) => ({
      project,
      secretId: out(made, "secret", "secretId"),
      role: "roles/secretmanager.secretAccessor",
      member: member(made),
    })),
    compute("gcp:compute/network:Network", "network", () => ({ autoCreateSubnetworks: false })),
    compute("gcp:compute/subnetwork:Subnetwork", "subnetwork", (made) => ({
      region,
      network: made.network!.id,
      ipCidrRange: "10.8.0.0/26",
    })),
    compute("gcp:compute/router:Router", "router", (made) => ({ region, network: out(made, "network", "selfLink") })),
    compute("gcp:compute/address:Address", "nat-address", () => ({ region, addressType: "EXTERNAL" })),
    compute("gcp:compute/routerNat:RouterNat", "nat", (made) => ({
      region,
      router: out(made, "router", "name"),
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [out(made, "nat-address", "selfLink")],
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    })),
    resource(
      "gcp:cloudrunv2/service:Service",
      "service",
      (made) => ({
        project,
        location,
        name: "api",
        ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        deletionProtection: false,
        template: {
          revision: "api-00001",
          serviceAccount: out(made, "runtime", "email"),
          scaling: { minInstanceCount: 1, maxInstanceCount: 10 },
          vpcAccess: { egress: "ALL_TRAFFIC", networkInterfaces: [{ network: made.network!.id, subnetwork: made.subnetwork!.id }] },
          containers: [
            {
              image: `${location}-docker.pkg.dev/${project}/api/api@sha256:${"a".repeat(64)}`,
              ports: { containerPort: 4000 },
              envs: [
                { name: "LOG_LEVEL", value: "info" },
                {
                  name: "JWT_SECRET",
                  valueSource: { secretKeyRef: { secret: out(made, "secret", "secretId"), version: out(made, "version", "version") } },
                },
              ],
            },
          ],
        },
        traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "api-00001", percent: 100 }],
      }),
      () => `${project}/${location}/api`,
    ),
    resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "invoker", (made) => ({
      project,
      location,
      name: out(made, "service", "name"),
      role: "roles/run.invoker",
      member: "allUsers",
    })),
    resource("gcp:cloudrunv2/job:Job", "job", (made) => ({
      project,
      location,
      name: "backup-daily",
      deletionProtection: false,
      template: {
        template: {
          serviceAccount: out(made, "runtime", "email"),
          containers: [{ image: `${location}-docker.pkg.dev/${project}/api/backup:1` }],
        },
      },
    })),
    resource("gcp:cloudrunv2/jobIamMember:JobIamMember", "job-invoker", (made) => ({
      project,
      location,
      name: out(made, "job", "name"),
      role: "roles/run.invoker",
      member: member(made),
    })),
    resource("gcp:organizations/project:Project", "ops-project", () => ({
      projectId: `chisan-ops-${slug}`,
      name: "Operations",
      deletionPolicy: "DELETE",
    })),
    compute("gcp:compute/globalAddress:GlobalAddress", "address", () => ({})),
    compute("gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup", "neg", (made) => ({
      region,
      networkEndpointType: "SERVERLESS",
      cloudRun: { service: out(made, "service", "name") },
    })),
    compute("gcp:compute/securityPolicy:SecurityPolicy", "policy", () => ({
      rules: [
        { action: "allow", priority: 1000, match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["173.245.48.0/20"] } } },
        { action: "deny(403)", priority: 2147483647, match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } } },
      ],
    })),
    compute("gcp:compute/sSLPolicy:SSLPolicy", "ssl-policy", () => ({ minTlsVersion: "TLS_1_2", profile: "MODERN" })),
    compute("gcp:compute/managedSslCertificate:ManagedSslCertificate", "certificate", () => ({ managed: { domains: ["api.chisan.app"] } })),
    compute("gcp:compute/backendService:BackendService", "backend", (made) => ({
      loadBalancingScheme: "EXTERNAL_MANAGED",
      protocol: "HTTPS",
      backends: [{ group: made.neg!.id }],
      securityPolicy: made.policy!.id,
      logConfig: { enable: true, sampleRate: 1 },
    })),
    compute("gcp:compute/uRLMap:URLMap", "url-map", (made) => ({ defaultService: made.backend!.id })),
    compute("gcp:compute/targetHttpsProxy:TargetHttpsProxy", "proxy", (made) => ({
      urlMap: made["url-map"]!.id,
      sslCertificates: [made.certificate!.id],
      sslPolicy: made["ssl-policy"]!.id,
    })),
    compute("gcp:certificatemanager/dnsAuthorization:DnsAuthorization", "dns-authorization", () => ({
      domain: `api-${slug}.chisan.app`,
      type: "PER_PROJECT_RECORD",
    })),
    compute("gcp:certificatemanager/certificate:Certificate", "dns-certificate", (made) => ({
      managed: { domains: [`api-${slug}.chisan.app`], dnsAuthorizations: [made["dns-authorization"]!.id] },
    })),
    compute("gcp:certificatemanager/certificateMap:CertificateMap", "certificate-map", () => ({})),
    compute("gcp:certificatemanager/certificateMapEntry:CertificateMapEntry", "certificate-map-entry", (made) => ({
      map: out(made, "certificate-map", "name"),
      hostname: `api-${slug}.chisan.app`,
      certificates: [made["dns-certificate"]!.id],
    })),
    compute("gcp:compute/targetHttpProxy:TargetHttpProxy", "http-proxy", (made) => ({ urlMap: made["url-map"]!.id })),
    compute("gcp:compute/globalForwardingRule:GlobalForwardingRule", "rule", (made) => ({
      target: made.proxy!.id,
      portRange: "443",
      ipAddress: out(made, "address", "address"),
      loadBalancingScheme: "EXTERNAL_MANAGED",
    })),
    resource(
      "cloudflare:index/r2Bucket:R2Bucket",
      "bucket",
      () => ({ ...account_, name: bucketName, location: "apac" }),
      () => `${account}/${bucketName}/default`,
    ),
    resource(
      "cloudflare:index/r2BucketCors:R2BucketCors",
      "cors",
      (made) => ({
        ...account_,
        bucketName: out(made, "bucket", "name"),
        rules: [
          {
            id: "web",
            allowed: { methods: ["GET", "PUT"], origins: ["https://app.chisan.app"], headers: ["content-type"] },
            maxAgeSeconds: 3600,
          },
        ],
      }),
      () => `${account}/${bucketName}/default`,
    ),
    resource(
      "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
      "lifecycle",
      (made) => ({
        ...account_,
        bucketName: out(made, "bucket", "name"),
        rules: [
          {
            id: "daily",
            enabled: true,
            conditions: { prefix: "daily/" },
            deleteObjectsTransition: { condition: { type: "Age", maxAge: 2678400 } },
          },
        ],
      }),
      () => `${account}/${bucketName}/default`,
    ),
    resource(
      "cloudflare:index/r2BucketLock:R2BucketLock",
      "lock",
      (made) => ({
        ...account_,
        bucketName: out(made, "bucket", "name"),
        rules: [{ id: "daily", enabled: true, prefix: "daily/", condition: { type: "Age", maxAgeSeconds: 2592000 } }],
      }),
      () => `${account}/${bucketName}/default`,
    ),
    resource(
      "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
      "public-off",
      (made) => ({ ...account_, bucketName: out(made, "bucket", "name"), enabled: false }),
      () => `${account}/${bucketName}/default`,
    ),
    resource("cloudflare:index/r2CustomDomain:R2CustomDomain", "files-domain", (made) => ({
      ...account_,
      bucketName: out(made, "bucket", "name"),
      domain: `files-${slug}.chisan.app`,
      zoneId: zone,
      enabled: true,
      minTls: "1.2",
    })),
    resource(
      "cloudflare:index/queue:Queue",
      "queue",
      () => ({ ...account_, queueName: `file-events-${slug}` }),
      (made) => `${account}/${made.queue!.id}`,
    ),
    resource(
      "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification",
      "events",
      (made) => ({
        ...account_,
        bucketName: out(made, "bucket", "name"),
        queueId: out(made, "queue", "queueId"),
        rules: [{ actions: ["PutObject", "DeleteObject"], prefix: "" }],
      }),
      (made) => `${account}/${bucketName}/default/${made.queue!.id}`,
    ),
    resource(
      "cloudflare:index/workersScript:WorkersScript",
      "keeper",
      (made) => ({
        ...account_,
        scriptName: `keeper-${slug}`,
        content: "export default { queue() {}, scheduled() {} }",
        mainModule: "index.js",
        compatibilityDate: "2026-01-01",
        bindings: [{ type: "r2_bucket", name: "LIVE", bucketName: out(made, "bucket", "name") }],
      }),
      () => `${account}/keeper-${slug}`,
    ),
    resource(
      "cloudflare:index/queueConsumer:QueueConsumer",
      "consumer",
      (made) => ({
        ...account_,
        queueId: out(made, "queue", "queueId"),
        scriptName: out(made, "keeper", "scriptName"),
        type: "worker",
        settings: { batchSize: 50, maxRetries: 10, maxWaitTimeMs: 2000 },
      }),
      (made) => `${account}/${String(out(made, "queue", "queueId"))}/${made.consumer!.id}`,
    ),
    resource(
      "cloudflare:index/workersCronTrigger:WorkersCronTrigger",
      "cron",
      (made) => ({ ...account_, scriptName: out(made, "keeper", "scriptName"), schedules: [{ cron: "0 * * * *" }] }),
      () => `${account}/keeper-${slug}`,
    ),
    resource("cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain", "subdomain", (made) => ({
      ...account_,
      scriptName: out(made, "keeper", "scriptName"),
      enabled: false,
    })),
    resource(
      "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
      "worker-domain",
      (made) => ({ ...account_, zoneId: zone, hostname: `keeper-${slug}.chisan.app`, service: out(made, "keeper", "scriptName") }),
      (made) => `${account}/${made["worker-domain"]!.id}`,
    ),
    resource(
      "cloudflare:index/workersRoute:WorkersRoute",
      "route",
      (made) => ({ zoneId: zone, pattern: `files-${slug}.chisan.app/*`, script: out(made, "keeper", "scriptName") }),
      (made) => `${zone}/${made.route!.id}`,
    ),
    resource("cloudflare:index/zone:Zone", "other-zone", () => ({ account: { id: account }, name: `${slug}.example.com`, type: "full" })),
    resource("cloudflare:index/universalSslSetting:UniversalSslSetting", "universal-ssl", () => ({ zoneId: zone, enabled: true })),
    resource("cloudflare:index/totalTls:TotalTls", "total-tls", () => ({ zoneId: zone, enabled: true, certificateAuthority: "google" })),
    resource(
      "cloudflare:index/dnsRecord:DnsRecord",
      "record",
      () => ({ zoneId: zone, name: `app-${slug}.chisan.app`, type: "CNAME", content: "cname.vercel-dns.com", ttl: 1, proxied: false }),
      (made) => `${zone}/${made.record!.id}`,
    ),
    resource(
      "cloudflare:index/dnsRecord:DnsRecord",
      "caa",
      () => ({
        zoneId: zone,
        name: "chisan.app",
        type: "CAA",
        ttl: 1,
        data: { flags: 0, tag: "issue", value: `${slug}.letsencrypt.org` },
      }),
      (made) => `${zone}/${made.caa!.id}`,
    ),
    resource(
      "cloudflare:index/zoneSetting:ZoneSetting",
      "strict-tls",
      () => ({ zoneId: zone, settingId: "ssl", value: "strict" }),
      () => `${zone}/ssl`,
    ),
    resource("cloudflare:index/zoneDnssec:ZoneDnssec", "dnssec", () => ({ zoneId: zone, status: "active" })),
    resource(
      "cloudflare:index/ruleset:Ruleset",
      "waf",
      () => ({
        ...account_,
        name: "waf",
        kind: "custom",
        phase: "http_request_firewall_custom",
        rules: [{ action: "block", expression: "(ip.src eq 203.0.113.9)" }],
      }),
      (made) => `accounts/${account}/${made.waf!.id}`,
    ),
    resource(
      "cloudflare:index/accountToken:AccountToken",
      "r2-token",
      (made) => ({
        ...account_,
        name: "r2-files",
        policies: [
          {
            effect: "allow",
            permissionGroups: [{ id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }],
            resources: JSON.stringify({ [`com.cloudflare.edge.r2.bucket.${account}_default_${String(out(made, "bucket", "name"))}`]: "*" }),
          },
        ],
      }),
      (made) => `${account}/${made["r2-token"]!.id}`,
    ),
    resource("cloudflare:index/apiToken:ApiToken", "dns-token", () => ({
      name: "dns",
      policies: [
        {
          effect: "allow",
          permissionGroups: [{ id: "4755a26eedb94da69e1066d98aa820be" }],
          resources: JSON.stringify({ [`com.cloudflare.api.account.zone.${zone}`]: "*" }),
        },
      ],
    })),
    resource("vercel:index/project:Project", "web", () => ({ name: `chisan-web-${slug}`, nodeVersion: "20.x", framework: "nextjs" })),
    resource(
      "vercel:index/projectDomain:ProjectDomain",
      "web-domain",
      (made) => ({ projectId: made.web!.id, domain: `app-${slug}.chisan.app` }),
      (made) => `${made.web!.id}/app-${slug}.chisan.app`,
    ),
    resource(
      "gcp:projects/iAMAuditConfig:IAMAuditConfig",
      "audit",
      () => ({ project, service: "secretmanager.googleapis.com", auditLogConfigs: [{ logType: "DATA_READ" }] }),
      () => `${project} secretmanager.googleapis.com`,
    ),
    resource(
      "vercel:index/projectRoute:ProjectRoute",
      "api-route",
      (made) => ({ projectId: made.web!.id, name: "api", srcSyntax: "regex", route: { src: "^/api/(.*)$", dest: "https://api.chisan.app/$1" } }),
      (made) => `${made.web!.id}/${made["api-route"]!.id}`,
    ),
    resource(
      "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      "variable",
      (made) => ({
        projectId: made.web!.id,
        key: "NEXTAUTH_SECRET",
        value: secret(out(made, "jwt", "result")),
        targets: ["production"],
        sensitive: true,
      }),
      (made) => `${made.web!.id}/${made.variable!.id}`,
    ),
    resource("vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables", "variables", (made) => ({
      projectId: made.web!.id,
      variables: [{ key: "API_URL", value: "https://api.chisan.app", targets: ["production", "preview"], sensitive: false }],
    })),
    resource("vercel:index/projectDeploymentRetention:ProjectDeploymentRetention", "retention", (made) => ({
      projectId: made.web!.id,
      expirationPreview: "3m",
    })),
    resource("vercel:index/projectRollingRelease:ProjectRollingRelease", "rolling", (made) => ({
      projectId: made.web!.id,
      advancementType: "manual-approval",
      stages: [{ targetPercentage: 10 }, { targetPercentage: 100 }],
    })),
    resource(
      "vercel:index/customEnvironment:CustomEnvironment",
      "environment",
      (made) => ({ projectId: made.web!.id, name: "qa", description: "d" }),
      (made) => `${made.web!.id}/qa`,
    ),
    resource("vercel:index/projectMembers:ProjectMembers", "members", (made) => ({
      projectId: made.web!.id,
      members: [{ email: "ops@chisan.app", role: "ADMIN" }],
    })),
    resource("vercel:index/projectProtectionBypass:ProjectProtectionBypass", "bypass", (made) => ({ projectId: made.web!.id })),
    resource("vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable", "shared-variable", (made) => ({
      key: "SHARED",
      value: "x",
      targets: ["production"],
      sensitive: true,
      projectIds: [made.web!.id],
    })),
    ...accessControlExamples(slug, account),
    resource("supabase:index/project:Project", "database", () => ({
      organizationId: "org",
      name: project,
      region: "ap-northeast-2",
      databasePassword: secret("0123456789abcdef0123456789abcdef"),
      instanceSize: "small",
    })),
    resource("supabase:index/settings:Settings", "settings", (made) => ({
      projectRef: made.database!.id,
      sslEnforcement: true,
      network: '{"restrictions":["203.0.113.7/32"]}',
      api: '{"db_schema":"public","max_rows":1000}',
      auth: '{"site_url":"https://app.chisan.app"}',
    })),
    resource(
      "supabase:index/apikey:Apikey",
      "apikey",
      (made) => ({ projectRef: made.database!.id, name: "backend" }),
      (made) => `${made.database!.id}/${made.apikey!.id}`,
    ),
    ...checklyAndSentry(slug),
  ];
}

/** Which plugin serves a type. */
export function pluginOf(token: string): PluginName {
  const name = token.split(":")[0]!;
  return name === "vercel" || name === "supabase" ? "terraform-provider" : (name as PluginName);
}

/** Makes everything, in order. */
export async function makeAll(engines: { [plugin: string]: EngineClient }, declared: Declared[]): Promise<Made> {
  const made: Made = {};
  for (const { token, name, inputs } of declared) {
    try {
      made[name] = await engines[pluginOf(token)]!.create(token, name, inputs(made));
    } catch (error) {
      throw new Error(`${name} (${token}): ${(error as Error).message}`);
    }
  }
  return made;
}
