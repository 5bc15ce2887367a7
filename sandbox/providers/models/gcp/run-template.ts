import { googleError } from "./common";

export interface Probe {
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  failureThreshold?: number;
  httpGet?: { path?: string };
  tcpSocket?: object;
  grpc?: object;
}
export interface Container {
  name?: string;
  image?: string;
  ports?: { containerPort?: number; name?: string };
  envs?: Array<{ name?: string; value?: string; valueSource?: { secretKeyRef?: { secret?: string; version?: string } } }>;
  resources?: { limits?: { [name: string]: string }; cpuIdle?: boolean };
  startupProbe?: Probe;
  livenessProbe?: Probe;
  volumeMounts?: Array<{ name?: string; mountPath?: string }>;
}
export interface Template {
  revision?: string;
  serviceAccount?: string;
  scaling?: { minInstanceCount?: number; maxInstanceCount?: number };
  maxInstanceRequestConcurrency?: number;
  executionEnvironment?: string;
  timeout?: string;
  maxRetries?: number;
  labels?: { [name: string]: string };
  containers?: Container[];
  volumes?: Array<{ name?: string; secret?: { secret?: string } }>;
}

const refuse = (message: string): never => {
  throw googleError(400, message, "badRequest");
};

function within(where: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    refuse(`${where}: must be a whole number from ${least} to ${most}, got ${value}`);
}

const component = "[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*";
/** Host (with a dot or a port, as Docker tells it from a path), path, tag and digest: the reference grammar of OCI registries. */
const imageForm = new RegExp(
  `^(?:((?:[a-zA-Z0-9-]+\\.)+[a-zA-Z0-9-]+(?::\\d+)?|[a-zA-Z0-9-]+:\\d+(?=/)|localhost)/)?(${component}(?:/${component})*)(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** Cloud Run pulls from Google's registries and Docker Hub only: https://cloud.google.com/run/docs/deploying#images */
export function validateImage(where: string, image: string): void {
  const match = imageForm.exec(image);
  const host = match?.[1];
  const parts = match?.[2]?.split("/").length ?? 0;
  const known = host === undefined || /^((us|eu|asia)\.)?gcr\.io$|^docker\.io$|^[a-z0-9-]+-docker\.pkg\.dev$/.test(host);
  if (!match || !known || (host?.endsWith("pkg.dev") && parts < 3))
    refuse(
      `${where}: Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}`,
    );
}

const units: { [unit: string]: number } = { "": 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
const mebibyte = units.Mi!;
const gibibyte = units.Gi!;

/** Bytes of a Kubernetes quantity such as `512Mi`; undefined when it is none. */
function bytesOf(quantity: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(quantity);
  return match ? Number(match[1]) * units[match[2] ?? ""]! : undefined;
}

/** CPUs of a quantity such as `2`, `0.5` or `500m`; undefined when it is none. */
function cpusOf(quantity: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m)?$/.exec(quantity);
  return match ? Number(match[1]) / (match[2] ? 1000 : 1) : undefined;
}

/** What a CPU count needs of memory, and memory of CPUs: https://cloud.google.com/run/docs/configuring/services/memory-limits and …/cpu */
const leastMemory: Array<[cpus: number, gibibytes: number]> = [
  [8, 4],
  [6, 4],
  [4, 2],
];
const leastCpus: Array<[aboveGibibytes: number, cpus: number]> = [
  [24, 8],
  [16, 6],
  [8, 4],
  [4, 2],
];

/** Bytes of memory of one container, after its limits have been checked. Cloud Run's defaults are one CPU and 512Mi. */
function validateLimits(where: string, container: Container, template: Template): number {
  const limits = container.resources?.limits ?? {};
  const { cpu = "1", memory = "512Mi" } = limits;
  const unknown = Object.keys(limits).find((name) => !["cpu", "memory", "nvidia.com/gpu"].includes(name));
  if (unknown !== undefined) refuse(`${where}.resources.limits: ${unknown} is not one of cpu, memory, nvidia.com/gpu`);
  const cpus = cpusOf(cpu);
  if (cpus === undefined || (cpus >= 1 ? ![1, 2, 4, 6, 8].includes(cpus) : cpus < 0.08))
    throw googleError(
      400,
      `${where}.resources.limits.cpu: Invalid value specified for cpu. Must be 1, 2, 4, 6, 8 or from 0.08 to less than 1, got "${cpu}"`,
      "badRequest",
    );
  const bytes = bytesOf(memory);
  if (bytes === undefined || bytes < 128 * mebibyte || bytes > 32 * gibibyte)
    throw googleError(
      400,
      `${where}.resources.limits.memory: Invalid value specified for memory. Must be a quantity from 128Mi to 32Gi, got "${memory}"`,
      "badRequest",
    );
  for (const [at, gibibytes] of leastMemory)
    if (cpus === at && bytes < gibibytes * gibibyte)
      refuse(`${where}.resources.limits: cpu ${cpu} needs at least ${gibibytes}Gi of memory, got ${memory}`);
  for (const [above, least] of leastCpus)
    if (bytes > above * gibibyte && cpus < least)
      refuse(`${where}.resources.limits: memory ${memory} needs at least ${least} cpu, got ${cpu}`);
  if (cpus < 1) validateFraction(where, cpu, cpus, bytes, container, template);
  return bytes;
}

/** Less than one CPU: one request at a time, of the first generation, CPU during requests only, and little memory. */
function validateFraction(where: string, cpu: string, cpus: number, bytes: number, container: Container, template: Template): void {
  if ((template.maxInstanceRequestConcurrency ?? 1) > 1)
    refuse(`${where}: Total cpu < 1 is not supported with concurrency > 1, got cpu ${cpu} and ${template.maxInstanceRequestConcurrency}`);
  if (template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2")
    refuse(`${where}: Total cpu < 1 is not supported in the second generation execution environment, got cpu ${cpu}`);
  if (container.resources?.cpuIdle === false) refuse(`${where}: Total cpu < 1 is not supported with cpuIdle false, got cpu ${cpu}`);
  if (bytes > (cpus < 0.5 ? 512 * mebibyte : gibibyte))
    refuse(`${where}: cpu ${cpu} allows at most ${cpus < 0.5 ? "512Mi" : "1Gi"} of memory`);
}

/** Figures of run.googleapis.com's description of a probe; defaults: period 10 s, timeout 1 s, three failures. */
function validateProbe(where: string, probe: Probe, kind: "startup" | "liveness"): void {
  const { initialDelaySeconds, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3, httpGet, tcpSocket, grpc } = probe;
  const longest = kind === "startup" ? 240 : 3600;
  within(`${where}.initialDelaySeconds`, initialDelaySeconds, 0, longest);
  within(`${where}.periodSeconds`, periodSeconds, 1, longest);
  within(`${where}.timeoutSeconds`, timeoutSeconds, 1, longest);
  within(`${where}.failureThreshold`, failureThreshold, 1, Number.MAX_SAFE_INTEGER);
  if (timeoutSeconds > periodSeconds)
    refuse(`${where}: timeoutSeconds (${timeoutSeconds}) must be less than or equal to periodSeconds (${periodSeconds})`);
  if (kind === "startup" && failureThreshold * periodSeconds > 240)
    refuse(`${where}: failureThreshold * periodSeconds must be at most 240 seconds, got ${failureThreshold * periodSeconds}`);
  if ([httpGet, tcpSocket, grpc].filter((each) => each !== undefined).length > 1)
    refuse(`${where}: only one of httpGet, tcpSocket and grpc may be set`);
  if (httpGet?.path !== undefined && !httpGet.path.startsWith("/"))
    refuse(`${where}.httpGet.path: must begin with "/", got "${httpGet.path}"`);
}

function validateEnvironmentNames(where: string, container: Container): void {
  const names = new Set<string>();
  for (const { name = "" } of container.envs ?? []) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      refuse(`${where}.envs: the name "${name}" must be a valid C identifier (letters, digits and underscores, no digit first)`);
    // https://cloud.google.com/run/docs/container-contract#env-vars and …/configuring/services/environment-variables
    const reserved = /^(PORT|K_(SERVICE|REVISION|CONFIGURATION)|CLOUD_RUN_(JOB|EXECUTION|TASK_INDEX|TASK_COUNT|TASK_ATTEMPT)|X_GOOGLE_.*)$/;
    if (reserved.test(name))
      refuse(
        `${where}.envs ${name}: the following reserved env names were provided: ${name}. These values are automatically set by the system.`,
      );
    if (names.has(name)) refuse(`${where}.envs ${name}: the name is given twice`);
    names.add(name);
  }
}

function validateMounts(where: string, container: Container, template: Template): void {
  for (const { name, mountPath = "" } of container.volumeMounts ?? []) {
    if (!template.volumes?.some((volume) => volume.name === name))
      refuse(`${where}.volumeMounts: no volume of the template is named "${name}"`);
    if (!mountPath.startsWith("/")) refuse(`${where}.volumeMounts ${name}: the mount path must be absolute, got "${mountPath}"`);
  }
}

function seconds(where: string, duration: string, most: number): void {
  const value = /^(\d+(?:\.\d{1,9})?)s$/.exec(duration)?.[1];
  if (value === undefined || Number(value) > most)
    refuse(`${where}: must be a duration in seconds of at most ${most}s, such as "60s", got "${duration}"`);
}

/**
 * Refuses what Cloud Run refuses of a template by itself, before it looks at anything else.
 *
 * @param kind a job always runs in the second generation, may run for a week, and listens on no port
 */
export function validateTemplate(subject: string, template: Template, kind: "service" | "job"): void {
  const containers = template.containers ?? [];
  if (containers.length === 0) refuse("template.containers: at least one container is required");
  let memory = 0;
  containers.forEach((container, at) => {
    const where = `${subject}: template.containers[${at}]`;
    if (container.image) validateImage(`${where}.image`, container.image);
    else refuse(`${where}.image: an image is required`);
    within(`${where}.ports.containerPort`, container.ports?.containerPort, 1, 65_535);
    if (container.ports?.name !== undefined && !["", "http1", "h2c"].includes(container.ports.name))
      refuse(`${where}.ports.name: must be "http1" or "h2c", got "${container.ports.name}"`);
    memory += validateLimits(where, container, template);
    validateEnvironmentNames(where, container);
    validateMounts(where, container, template);
    if (container.startupProbe) validateProbe(`${where}.startupProbe`, container.startupProbe, "startup");
    if (container.livenessProbe) validateProbe(`${where}.livenessProbe`, container.livenessProbe, "liveness");
  });
  const listening = containers.filter(({ ports }) => ports !== undefined).length;
  if (listening > 1 || (kind === "service" && containers.length > 1 && listening === 0))
    refuse(`${subject}: Revision template should contain exactly one container with an exposed port, got ${listening}`);
  if ((kind === "job" || template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2") && memory < 512 * mebibyte)
    refuse(`${subject}: Total memory < 512 Mi is not supported in the second generation execution environment`);
  // https://cloud.google.com/run/docs/configuring/request-timeout and …/task-timeout: an hour, and 168 hours
  if (template.timeout !== undefined) seconds(`${subject}: template.timeout`, template.timeout, kind === "service" ? 3600 : 604_800);
  within(`${subject}: template.maxInstanceRequestConcurrency`, template.maxInstanceRequestConcurrency, 0, 1000);
  within(`${subject}: template.maxRetries`, template.maxRetries, 0, 10);
  const { minInstanceCount: least = 0, maxInstanceCount: most = 0 } = template.scaling ?? {};
  within(`${subject}: template.scaling.minInstanceCount`, least, 0, Number.MAX_SAFE_INTEGER);
  within(`${subject}: template.scaling.maxInstanceCount`, most, 0, Number.MAX_SAFE_INTEGER);
  if (most !== 0 && most < least) refuse(`template.scaling: maxInstanceCount (${most}) must be at least minInstanceCount (${least})`);
}
