import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "@pulumi/gcp/types/input";
import type * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";
import type * as cloudscheduler from "@pulumi/gcp/cloudscheduler";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type { GcpRegion } from "../config/allowed-values";
import type { ScheduledKind } from "../config/exported-metrics";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import type { ApiEgress, ApiSecret } from "./api-service";
import { bootstrapImage, explicitVersion, imageVersion } from "./api-service-template";
import type { MetricsExporterIdentity } from "./metrics-exporter-identity";
import { runtimeIdentityInputs } from "./runtime-identity";

/** The secrets of the exporter: the name of the variable in the container, and in the SecretStore. */
export const exporterSecrets = [
  "DATABASE_URL",
  "SUPABASE_SERVICE_ROLE_KEY",
  "BACKUPS_READER_ACCESS_KEY_ID",
  "BACKUPS_READER_SECRET_ACCESS_KEY",
  "FILES_STATUS_KEY",
] as const;
export type ExporterSecret = (typeof exporterSecrets)[number];

export interface MetricsExporterArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** The environment's first region: there is one exporter, as there is one database. */
  readonly region: GcpRegion;
  /** Configuration `operationsImage`. Undefined: everything is declared, and the schedule is paused. */
  readonly image: string | undefined;
  readonly identity: Pick<MetricsExporterIdentity, "email" | "writeGrant">;
  readonly egress: ApiEgress;
  /** `https://<ref>.supabase.co` */
  readonly supabaseUrl: pulumi.Input<string>;
  /**
   * The certificate authority of Supabase's databases, PEM (dashboard → database settings → SSL configuration). Null: the connection is
   * encrypted, but the server is not identified, as with the API's `sslmode=require`.
   */
  readonly databaseCa: string | null;
  /** The Cloudflare account that the backups are in. */
  readonly accountId: string;
  readonly bucketName: pulumi.Input<string>;
  /** `https://files.chisan.app` */
  readonly filesGatewayUrl: pulumi.Input<string>;
  /** What is scheduled in this environment: the ages of these are exported. */
  readonly kinds: readonly ScheduledKind[];
  readonly secrets: Readonly<Record<ExporterSecret, ApiSecret>>;
  readonly protect: boolean;
}

/** Cloud Run passes it to the container as PORT. */
export const exporterPort = 8080;

/** The image's entry point is the operator's tool; the exporter is another program of it. */
export const exporterCommand = {
  commands: ["node"],
  args: ["--require", "./toolchain/typescript.cjs", "workers/metrics-exporter/server.ts"],
} as const;

/** An export ends by itself within 40 s (`timeouts` in workers/metrics-exporter/exporter.ts); the scheduler waits for the answer. */
export const exportTimeout = "50s";
export const attemptDeadline = "55s";

/** Cloud Run's limit on a service's name. */
const serviceNameLength = 49;

/** @throws CHI-C990 when Cloud Run would not accept it */
export function exporterName({ slug }: Pick<MetricsExporterArgs, "slug">): string {
  const name = physicalName(slug, "metrics-exporter");
  if (name.length > serviceNameLength) {
    throw new Error(
      `CHI-C990 the service's name "${name}" has ${name.length} characters, Cloud Run accepts ${serviceNameLength}: shorten the environment's slug`,
    );
  }
  return name;
}

/** @throws CHI-C990 to CHI-C993, all problems in one error, a line each */
export function checkMetricsExporter(args: MetricsExporterArgs): void {
  const problems: string[] = [];
  if (args.image !== undefined && imageVersion(args.image) === undefined) {
    problems.push(
      `CHI-C991 the exporter's image "${args.image}" has neither a version as tag nor a digest: \`pulumi config set chisan:operationsImage <image>@sha256:<digest>\``,
    );
  }
  if (args.egress.gateways[args.region] === undefined) {
    const served = Object.keys(args.egress.gateways).join(", ");
    problems.push(
      `CHI-C992 the exporter has no way out in ${args.region}, there is one in [${served}]: give FixedEgress the same region in stacks/`,
    );
  }
  if (args.kinds.length === 0 || new Set(args.kinds).size !== args.kinds.length) {
    problems.push(
      `CHI-C993 the exporter watches the backups [${args.kinds.join(", ")}]: give what BackupSchedule is given, each once, in stacks/`,
    );
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  exporterName(args);
}

/** The container's variables by name, so that the order of their declaration makes no new revision. */
export function exporterVariables(args: MetricsExporterArgs): inputs.cloudrunv2.ServiceTemplateContainerEnv[] {
  const plain: Record<string, pulumi.Input<string>> = {
    NODE_ENV: "production",
    GCP_PROJECT: args.project,
    SUPABASE_URL: args.supabaseUrl,
    ...(args.databaseCa === null ? {} : { DATABASE_CA: args.databaseCa }),
    BACKUPS_ENDPOINT: `https://${args.accountId}.r2.cloudflarestorage.com`,
    BACKUPS_BUCKET_NAME: args.bucketName,
    FILES_GATEWAY_URL: args.filesGatewayUrl,
    SCHEDULED_KINDS: args.kinds.join(","),
  };
  const secret = exporterSecrets.map((name) => ({
    name,
    valueSource: {
      secretKeyRef: {
        secret: args.secrets[name].secretId,
        version: pulumi.output(args.secrets[name].version).apply((number) => explicitVersion(name, number)),
      },
    },
  }));
  return [...Object.entries(plain).map(([name, value]) => ({ name, value })), ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The service. A call of each minute keeps one instance warm, in whose memory the previous reading of the statements is; two would each
 * compare with their own.
 *
 * Closed twice: only Google's own services of this project reach it (`ingress`; Cloud Scheduler is one), and of them only the account with
 * the grant is let in, because the IAM check is on, as Cloud Run has it by default.
 *
 * Without an image the vendor's sample stands in, and is given neither a secret nor a call.
 */
export function exporterServiceInputs(args: MetricsExporterArgs): cloudrunv2.ServiceArgs {
  const container =
    args.image === undefined
      ? { image: bootstrapImage }
      : { image: args.image, commands: [...exporterCommand.commands], args: [...exporterCommand.args], envs: exporterVariables(args) };
  return {
    project: args.project,
    location: args.region,
    name: exporterName(args),
    description: `Writes the metrics of the database, the backups and the files' versions (${args.slug})`,
    ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    invokerIamDisabled: false,
    deletionProtection: args.protect,
    scaling: { minInstanceCount: 0, maxInstanceCount: 1 },
    labels: { environment: args.slug, workload: "metrics-exporter" },
    template: {
      serviceAccount: args.identity.email,
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
      // One export runs at a time; another call must arrive to be told so.
      maxInstanceRequestConcurrency: 4,
      timeout: exportTimeout,
      // All traffic: the database admits the NAT's addresses alone.
      vpcAccess: { networkInterfaces: [{ network: args.egress.network, subnetwork: args.egress.subnetwork }], egress: "ALL_TRAFFIC" },
      containers: [
        {
          ...container,
          ports: { containerPort: exporterPort },
          // CPU only during a call: that is what makes it cheaper than a job (docs/adr/0007-exporter-is-a-service.md).
          resources: { limits: { cpu: "1", memory: "512Mi" }, cpuIdle: true, startupCpuBoost: true },
          startupProbe: { httpGet: { path: "/health", port: exporterPort }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
        },
      ],
    },
  };
}

/** The account that calls the exporter: the scheduler's own, so that the exporter's cannot call itself. @throws CHI-C401 */
export function callerInputs({ slug, project }: MetricsExporterArgs): serviceaccount.AccountArgs {
  return {
    ...runtimeIdentityInputs({ slug, project, workload: "start-metrics" }),
    description: "Calls the metrics exporter each minute, and may do nothing else. Managed by Pulumi; has no keys.",
  };
}

/** The right to call this one service. */
export function callGrantInputs(
  args: MetricsExporterArgs,
  name: pulumi.Input<string>,
  member: pulumi.Input<string>,
): cloudrunv2.ServiceIamMemberArgs {
  return { project: args.project, location: args.region, name, role: "roles/run.invoker", member };
}

/** Each minute, without a second attempt: the next minute is one, and a lost minute is no gap that an alert sees. */
export function exporterScheduleInputs(
  args: MetricsExporterArgs,
  uri: pulumi.Input<string>,
  callerEmail: pulumi.Input<string>,
): cloudscheduler.JobArgs {
  return {
    project: args.project,
    region: args.region,
    name: exporterName(args),
    description: `Calls the metrics exporter (${args.slug}, each minute)`,
    schedule: "* * * * *",
    timeZone: "Asia/Seoul",
    paused: args.image === undefined,
    attemptDeadline,
    retryConfig: { retryCount: 0 },
    httpTarget: {
      httpMethod: "POST",
      uri: pulumi.interpolate`${uri}/export`,
      // For the service and not for one of its paths: what Cloud Run's IAM check expects.
      oidcToken: { serviceAccountEmail: callerEmail, audience: uri },
    },
  };
}

/** CHI-C994: what a secret among the public variables is refused with. */
export function publicRefusal(name: string): string {
  return `CHI-C994 ${name} is a secret, but the exporter gets it as a public variable: keep it in the SecretStore`;
}
