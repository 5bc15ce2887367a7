import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { shown, text } from "./reading/properties";

/**
 * What somebody has reviewed: of each of these types the policies and their tests know how it can be misused. Of others they know nothing, and
 * a type is added here together with the rules that it needs.
 */
export const reviewed: ReadonlySet<string> = new Set([
  "checkly:index/alertChannel:AlertChannel",
  "checkly:index/check:Check",
  "checkly:index/checkGroup:CheckGroup",
  "cloudflare:index/accountMember:AccountMember",
  "cloudflare:index/accountToken:AccountToken",
  "cloudflare:index/dnsRecord:DnsRecord",
  "cloudflare:index/queue:Queue",
  "cloudflare:index/queueConsumer:QueueConsumer",
  "cloudflare:index/r2Bucket:R2Bucket",
  "cloudflare:index/r2BucketCors:R2BucketCors",
  "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification",
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle",
  "cloudflare:index/r2BucketLock:R2BucketLock",
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
  "cloudflare:index/workersCronTrigger:WorkersCronTrigger",
  "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
  "cloudflare:index/workersScript:WorkersScript",
  "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain",
  "cloudflare:index/zoneDnssec:ZoneDnssec",
  "cloudflare:index/zoneSetting:ZoneSetting",
  "gcp:artifactregistry/repository:Repository",
  "gcp:billing/budget:Budget",
  "gcp:certificatemanager/certificate:Certificate",
  "gcp:certificatemanager/certificateMap:CertificateMap",
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
  "gcp:cloudrunv2/job:Job",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
  "gcp:cloudrunv2/service:Service",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:cloudscheduler/job:Job",
  "gcp:compute/address:Address",
  "gcp:compute/backendService:BackendService",
  "gcp:compute/globalAddress:GlobalAddress",
  "gcp:compute/globalForwardingRule:GlobalForwardingRule",
  "gcp:compute/network:Network",
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
  "gcp:compute/router:Router",
  "gcp:compute/routerNat:RouterNat",
  "gcp:compute/sSLPolicy:SSLPolicy",
  "gcp:compute/securityPolicy:SecurityPolicy",
  "gcp:compute/subnetwork:Subnetwork",
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
  "gcp:compute/uRLMap:URLMap",
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
  "gcp:logging/projectBucketConfig:ProjectBucketConfig",
  "gcp:logging/projectExclusion:ProjectExclusion",
  "gcp:monitoring/alertPolicy:AlertPolicy",
  "gcp:monitoring/metricDescriptor:MetricDescriptor",
  "gcp:monitoring/notificationChannel:NotificationChannel",
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
  "gcp:projects/iAMAuditConfig:IAMAuditConfig",
  "gcp:projects/iAMCustomRole:IAMCustomRole",
  "gcp:projects/iAMMember:IAMMember",
  "gcp:projects/service:Service",
  "gcp:secretmanager/secret:Secret",
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:secretmanager/secretVersion:SecretVersion",
  "gcp:serviceaccount/account:Account",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "pulumi-nodejs:dynamic/chisan:DedicatedIpv4",
  "pulumi-nodejs:dynamic/chisan:EnvLocalFile",
  "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery",
  "pulumi-nodejs:dynamic/chisan:PostgresVersion",
  "pulumi-nodejs:dynamic/chisan:WebAnalytics",
  "random:index/randomBytes:RandomBytes",
  "random:index/randomId:RandomId",
  "random:index/randomPassword:RandomPassword",
  "sentry:index/sentryIssueAlert:SentryIssueAlert",
  "sentry:index/sentryKey:SentryKey",
  "sentry:index/sentryMetricAlert:SentryMetricAlert",
  "sentry:index/sentryProject:SentryProject",
  "sentry:index/sentryTeam:SentryTeam",
  "supabase:index/project:Project",
  "supabase:index/settings:Settings",
  "vercel:index/accessGroup:AccessGroup",
  "vercel:index/accessGroupProject:AccessGroupProject",
  "vercel:index/project:Project",
  "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention",
  "vercel:index/projectDomain:ProjectDomain",
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  "vercel:index/projectMembers:ProjectMembers",
  "vercel:index/projectRoute:ProjectRoute",
  "vercel:index/teamMember:TeamMember",
]);

/** The stack and our own components. */
const ofPulumi = /^(?:pulumi:pulumi:Stack|chisan:[a-z]+:[A-Za-z0-9]+)$/;

const provider = /^pulumi:providers:([a-z-]+)$/;
/** Of dynamic resources, whose code is in the repository. */
const dynamic = "pulumi-nodejs";
const packages: ReadonlySet<string> = new Set([...reviewed].map((type) => type.slice(0, type.indexOf(":"))));

/**
 * Credentials that a program gives a provider, from the stack's secret configuration (stacks/cloud-environment.ts, stacks/cloud-operations.ts). All
 * others come from the surroundings of a run: one in the program would stay valid when those of the run are revoked, and act in another account.
 */
const givenCredentials: ReadonlySet<string> = new Set(["checkly.apiKey", "sentry.token"]);
/** `accessToken`, `credentials`, `apiUserServiceKey`, `impersonateServiceAccountDelegates`: the inputs of every vendor's provider. */
const credential = /token|credential|secret|password|(?:^k|K)ey$|^impersonate|^email$/i;
/** `computeCustomEndpoint` and 193 like it (schema of gcp 9), `baseUrl`, `endpoint`, `apiUrl`, `universeDomain`: where a vendor's provider sends the run's credentials and every secret. */
const address = /CustomEndpoint$|^(?:baseUrl|endpoint|apiUrl|universeDomain)$/;
/** Inputs that name a Google Cloud project. */
const projects = ["project", "billingProject"] as const;
/** What every stack has, each with its project. */
const anchors = ["gcp:serviceaccount/account:Account", "gcp:secretmanager/secret:Secret"];

export const reviewedTypes = stackPolicy({
  id: "reviewed-types",
  title: "Nothing is declared of a type that nobody has reviewed, and no provider of another project, with credentials in the program, or that talks to another address than the vendor's",
  severity: "high",
  section: "2.5",
  why: "the other rules know the types that they were written for; of a log drain or a webhook none says anything, and it sends data away; and a provider decides in whose account all that is made",
  remediation: "write the rules that the type needs, then add it to policies/least-privilege/reviewed-types.ts; leave a provider's credentials to the surroundings of the run, and its addresses unset",
  check: (resources, report) => {
    independently(
      ...resources.map((resource) => () => {
        const { type, name } = resource;
        const of = provider.exec(type)?.[1];
        // The engine's own come with resources, and these are judged.
        if (of !== undefined && (of === dynamic || isDefault(resource))) return;
        if (of === undefined ? !reviewed.has(type) && !ofPulumi.test(type) : !packages.has(of)) report(`${name} is a ${type}; allowed: the types that were reviewed`, resource);
        else if (of !== undefined) checkProvider(resource, of, resources, report);
      }),
    );
  },
});

type Tell = (message: string, resource?: StackResource) => void;

/** Made by the engine (`default_9_0_0`): what it has is the stack's configuration. Only it makes resources without a parent, but for the stack. */
function isDefault({ name, parent }: StackResource): boolean {
  return parent === undefined && /^default(?:_|$)/.test(name);
}

/** Says which input it is, never its value: the engine shows it in clear. */
function checkProvider(resource: StackResource, vendor: string, resources: readonly StackResource[], report: Tell): void {
  independently(
    ...Object.keys(resource.props)
      .filter((input) => credential.test(input) && !address.test(input) && !givenCredentials.has(`${vendor}.${input}`))
      .map((input) => () => {
        const value = resource.props[input];
        if (value !== undefined && value !== null && value !== "") report(`the provider has ${input} of its own; allowed: the credentials of the run`, resource);
      }),
    ...Object.keys(resource.props)
      .filter((input) => address.test(input))
      .map((input) => () => {
        const value = resource.props[input];
        if (value !== undefined && value !== null && value !== "") report(`the provider's ${input} is set; allowed: the vendor's own addresses, which it has by itself`, resource);
      }),
    ...projects.map((input) => () => {
      const project = text(resource.props[input]);
      if (vendor !== "gcp" || project === undefined) return;
      const own = new Set(resources.filter(({ type }) => anchors.includes(type)).map(({ props }) => text(props["project"])));
      if (own.size > 0 && !(own.size === 1 && own.has(project)))
        report(`the provider's ${input} is ${shown(project)}; allowed: the stack's own project, ${[...own].map(shown).join(", ")}`, resource);
    }),
  );
}
