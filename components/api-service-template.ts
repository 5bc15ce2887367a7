import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type * as inputs from "@pulumi/gcp/types/input";
import type { LogLevel } from "../config/allowed-values";
import type { EnvironmentSlug } from "../config/naming";

/** The part of a SecretStore's reference that a container needs. */
export interface MountedSecret {
  readonly secretId: pulumi.Input<string>;
  /** A number. Never "latest". */
  readonly version: pulumi.Input<string>;
}

/** What goes into a revision: a change of any of it makes a new one. */
export interface RevisionArgs {
  readonly slug: EnvironmentSlug;
  /** With a version as tag, or a digest, or both: `…/api:1.4.2@sha256:…`. */
  readonly image: string;
  /** As Cloud Run writes it: "1", "2", "4". */
  readonly cpu: string;
  /** As Cloud Run writes it: "512Mi", "1Gi". At least 512 MiB, the least of the second generation environment. */
  readonly memory: string;
  readonly logLevel: LogLevel;
  readonly serviceAccountEmail: pulumi.Input<string>;
  /** Public variables. A secret value is refused: pass it in `secrets`. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: Readonly<Record<string, MountedSecret>>;
  readonly egress: RevisionEgress;
}

/** The way out of an environment (FixedEgress): names, which are the same in every region. */
export interface RevisionEgress {
  readonly network: string;
  readonly subnetwork: string;
}

/** The port of the document's API_URL=http://localhost:4000, the same everywhere. Cloud Run passes it to the container as PORT. */
export const containerPort = 4000;

/**
 * The startup probe asks `/health/ready` every 5 s, 24 times: 120 s for Node and the first database connection, which through a NAT may take
 * 30 s to a minute after a new instance's start (Cloud Run's documentation, "Direct VPC egress"). Half of the 240 s that Cloud Run allows
 * (`failureThreshold` × `periodSeconds`), and no request arrives before it has succeeded.
 * Cloud Run looks at the status code only: the endpoint must answer 503, not 200, while it is not ready.
 */
export const startupProbe = {
  httpGet: { path: "/health/ready", port: containerPort },
  periodSeconds: 5,
  timeoutSeconds: 4,
  failureThreshold: 24,
} as const;

/**
 * The liveness probe asks `/health/live`, which does not touch the database: a database outage must not restart every instance.
 * Three failures 30 s apart restart the instance after 90 s, and with the 120 s of the startup probe the service is back within the
 * 5 minutes of the document's RTO for an application crash (section 3.3).
 */
export const livenessProbe = {
  httpGet: { path: "/health/live", port: containerPort },
  periodSeconds: 30,
  timeoutSeconds: 5,
  failureThreshold: 3,
} as const;

/** Cloud Run's default. One Node process waits for the database most of the time, so one CPU carries this many requests at once. */
export const requestsPerInstance = 80;

/** The critical threshold of the p95 is 2 s (section 6.2): what has not answered after 30 times that will not. */
export const requestTimeout = "60s";

/** Section 6.5: no debug logs in production. DR serves production's data. */
const realDataEnvironments: readonly EnvironmentSlug[] = ["prod", "dr"];

/** Names that Cloud Run sets itself and refuses in a template. */
const reservedByCloudRun = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];

/**
 * What runs before the API is first deployed: Google's sample, which listens on $PORT and answers 200 on every path, and so passes the
 * probes. The only image that needs no version: it is published without one, and nothing of ours depends on what is in it.
 */
export const bootstrapImage = "us-docker.pkg.dev/cloudrun/container/hello";

/** @throws CHI-C301 to CHI-C306, all problems in one error, a line each */
export function checkRevision(args: RevisionArgs): void {
  const problems: string[] = [];
  if (args.logLevel === "debug" && realDataEnvironments.includes(args.slug)) {
    problems.push(
      `CHI-C301 ${args.slug} has the log level "debug", allowed are error, warn, info: run \`pulumi config set logLevel info\` for that stack`,
    );
  }
  if (imageVersion(args.image) === undefined && args.image !== bootstrapImage) {
    problems.push(
      `CHI-C302 the image "${args.image}" has neither a version as tag nor a digest ("latest" is no version): name what was built, e.g. "…/api:1.4.2"`,
    );
  }
  const ownNames = Object.keys(runtimeVariables(args));
  for (const name of [...Object.keys(args.environment), ...Object.keys(args.secrets)]) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
      problems.push(`CHI-C303 "${name}" is no name of an environment variable: use capital letters, digits and "_"`);
    }
    if (reservedByCloudRun.includes(name) || ownNames.includes(name)) {
      problems.push(
        `CHI-C304 ${name} is set by ${reservedByCloudRun.includes(name) ? "Cloud Run" : "ApiService"} itself: remove it from the API's variables in stacks/`,
      );
    }
  }
  for (const name of Object.keys(args.environment).filter((variable) => variable in args.secrets)) {
    problems.push(`CHI-C305 ${name} is both a public variable and a secret: keep one, as config/environment-variables.ts says`);
  }
  const memory = mebibytes(args.memory);
  if (memory === undefined || memory < 512) {
    problems.push(`CHI-C306 the API's memory is "${args.memory}", the least is "512Mi" (a number with Mi or Gi): correct it in stacks/`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function mebibytes(quantity: string): number | undefined {
  const match = /^(\d+)(Mi|Gi)$/.exec(quantity);
  return match === null ? undefined : Number(match[1]) * (match[2] === "Gi" ? 1024 : 1);
}

/** The version that an image's name tells: its tag, or the start of its digest. Undefined for neither, and for "latest". */
export function imageVersion(image: string): string | undefined {
  const match = /^[^@]*?(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$/.exec(image);
  const { tag, digest } = match?.groups ?? {};
  return tag !== undefined && tag !== "latest" ? tag : digest?.slice(0, 12);
}

/** What the API must know about where it runs; the same names in every environment. */
function runtimeVariables(args: Pick<RevisionArgs, "slug" | "image" | "logLevel">): Record<string, string> {
  return {
    // Staging and DR run what prod runs; NODE_ENV selects a build, not an environment.
    NODE_ENV: "production",
    DEPLOYMENT_ENVIRONMENT: args.slug,
    LOG_LEVEL: args.logLevel,
    // `/health` shows it (section 6.4).
    APP_VERSION: imageVersion(args.image) ?? "bootstrap",
  };
}

/** The version of a secret, refused unless it is a number. @throws CHI-C307 */
export function explicitVersion(variable: string, version: string): string {
  if (!/^[1-9]\d*$/.test(version)) {
    throw new Error(
      `CHI-C307 ${variable} asks for the version "${version}" of its secret: a number is needed, so that a revision keeps the value it was tested with`,
    );
  }
  return version;
}

/** The container's variables, sorted by name, so that the order in which they were declared makes no new revision. */
export function containerVariables(args: RevisionArgs): inputs.cloudrunv2.ServiceTemplateContainerEnv[] {
  const plain = Object.entries({ ...runtimeVariables(args), ...args.environment }).map(([name, value]) => ({ name, value }));
  const secret = Object.entries(args.secrets).map(([name, { secretId, version }]) => ({
    name,
    valueSource: {
      secretKeyRef: { secret: secretId, version: pulumi.output(version).apply((number) => explicitVersion(name, number)) },
    },
  }));
  return [...plain, ...secret].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The template without its revision's name. It is the same in every region, so that one traffic split fits all. */
export function templateInputs(args: RevisionArgs): Omit<inputs.cloudrunv2.ServiceTemplate, "revision"> {
  return {
    serviceAccount: args.serviceAccountEmail,
    executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
    maxInstanceRequestConcurrency: requestsPerInstance,
    timeout: requestTimeout,
    // All traffic and not only that to private ranges: the database is on the Internet, and must see the NAT's addresses. By name and not by
    // full path, which would hold the region.
    vpcAccess: { networkInterfaces: [{ network: args.egress.network, subnetwork: args.egress.subnetwork }], egress: "ALL_TRAFFIC" },
    containers: [
      {
        image: args.image,
        ports: { containerPort },
        // CPU only while a request is served, and more of it at the start: nothing runs in the background.
        resources: { limits: { cpu: args.cpu, memory: args.memory }, cpuIdle: true, startupCpuBoost: true },
        envs: containerVariables(args),
        startupProbe,
        livenessProbe,
      },
    ],
  };
}

/** Cloud Run's limit on a revision's name. */
const revisionNameLength = 63;
const hashLength = 10;

/**
 * The name of the revision that a template makes: `<service>-<hash of all that is in it>`. Another content has another name, so Cloud Run
 * never sees one name with two contents (which it refuses); the same content, for instance after a roll-back of the image, finds its old revision.
 *
 * @param template resolved: no outputs in it
 * @throws CHI-C308 when the name would be longer than Cloud Run accepts
 */
export function revisionName(service: string, template: unknown): string {
  const name = `${service}-${createHash("sha256").update(canonical(template)).digest("hex").slice(0, hashLength)}`;
  if (name.length > revisionNameLength) {
    throw new Error(
      `CHI-C308 the revision's name "${name}" has ${name.length} characters, Cloud Run accepts ${revisionNameLength}: shorten the service's name`,
    );
  }
  return name;
}

/** JSON with sorted keys and without undefined values: equal for equal contents. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
