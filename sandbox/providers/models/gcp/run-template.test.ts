import { validateTemplate, type Container, type Template } from "./run-template";

const container: Container = {
  image: "asia-northeast3-docker.pkg.dev/chisan-prod/images/api:v1.2.3",
  ports: { containerPort: 4000 },
  resources: { limits: { cpu: "1", memory: "512Mi" } },
};
const gen2 = "EXECUTION_ENVIRONMENT_GEN2";
const limits = (cpu: string, memory: string): Template => ({ containers: [{ ...container, resources: { limits: { cpu, memory } } }] });
const withContainer = (changes: Container): Template => ({ containers: [{ ...container, ...changes }] });

test.each<[string, Template]>([
  ["a digest", withContainer({ image: `us-docker.pkg.dev/p/r/i@sha256:${"0".repeat(64)}` })],
  ["a tag and a digest", withContainer({ image: `gcr.io/p/i:tag@sha256:${"0".repeat(64)}` })],
  ["Docker Hub's short form", withContainer({ image: "library/nginx" })],
  ["8 CPU with 4Gi", limits("8", "4Gi")],
  ["2000m with 8Gi", limits("2000m", "8Gi")],
  ["half a CPU with 1Gi", limits("0.5", "1Gi")],
  ["first generation with 128Mi", limits("1", "128Mi")],
  ["the longest start", withContainer({ startupProbe: { periodSeconds: 240, timeoutSeconds: 240, failureThreshold: 1 } })],
  ["a slow liveness probe", withContainer({ livenessProbe: { periodSeconds: 3600 } })],
  ["a side container", { containers: [container, { ...container, ports: undefined }] }],
  ["the highest figures", { containers: [container], maxInstanceRequestConcurrency: 1000, timeout: "3600s" }],
  ["no maximum", { containers: [container], scaling: { minInstanceCount: 3 } }],
])("takes %s", (_what, template) => {
  expect(() => validateTemplate("Service 'api'", template, "service")).not.toThrow();
});

test.each<[string, Template, RegExp]>([
  ["no container", {}, /at least one container/],
  ["no image", withContainer({ image: undefined }), /an image is required/],
  ["an image with a capital", withContainer({ image: "gcr.io/p/Api" }), /Expected an image path/],
  ["an image with a space", withContainer({ image: "gcr.io/p/a b" }), /Expected an image path/],
  ["a short digest", withContainer({ image: "gcr.io/p/api@sha256:aa" }), /Expected an image path/],
  ["another registry", withContainer({ image: "ghcr.io/p/api:1" }), /Expected an image path/],
  ["a registry's path without image", withContainer({ image: "us-docker.pkg.dev/p/r" }), /Expected an image path/],
  ["an address as image", withContainer({ image: "https://gcr.io/p/api" }), /Expected an image path/],
  ["3 CPU", limits("3", "4Gi"), /Invalid value specified for cpu/],
  ["too little CPU", limits("0.05", "128Mi"), /Invalid value specified for cpu/],
  ["no CPU quantity", limits("one", "1Gi"), /Invalid value specified for cpu/],
  ["no memory quantity", limits("1", "512MB"), /Invalid value specified for memory/],
  ["too much memory", limits("8", "64Gi"), /Invalid value specified for memory/],
  ["too little memory", limits("1", "64Mi"), /Invalid value specified for memory/],
  ["4 CPU with 1Gi", limits("4", "1Gi"), /needs at least 2Gi of memory/],
  ["8 CPU with 2Gi", limits("8", "2Gi"), /needs at least 4Gi of memory/],
  ["1 CPU with 8Gi", limits("1", "8Gi"), /needs at least 2 cpu/],
  ["4 CPU with 32Gi", limits("4", "32Gi"), /needs at least 8 cpu/],
  ["an unknown limit", withContainer({ resources: { limits: { disk: "1Gi" } } }), /disk is not one of/],
  ["half a CPU with 80 requests", { ...limits("0.5", "512Mi"), maxInstanceRequestConcurrency: 80 }, /concurrency > 1/],
  ["half a CPU in generation 2", { ...limits("0.5", "512Mi"), executionEnvironment: gen2 }, /second generation/],
  ["half a CPU always", withContainer({ resources: { limits: { cpu: "0.5", memory: "512Mi" }, cpuIdle: false } }), /cpuIdle false/],
  ["a fifth of a CPU with 1Gi", limits("0.2", "1Gi"), /at most 512Mi/],
  ["generation 2 with 256Mi", { ...limits("1", "256Mi"), executionEnvironment: gen2 }, /Total memory < 512 Mi/],
  ["1001 requests at once", { containers: [container], maxInstanceRequestConcurrency: 1001 }, /maxInstanceRequestConcurrency: .*got 1001/],
  ["more than an hour", { containers: [container], timeout: "3601s" }, /template\.timeout: .*at most 3600s/],
  ["minutes", { containers: [container], timeout: "5m" }, /template\.timeout: must be a duration/],
  ["port 0", withContainer({ ports: { containerPort: 0 } }), /containerPort: .*got 0/],
  ["port 65536", withContainer({ ports: { containerPort: 65_536 } }), /containerPort: .*got 65536/],
  ["a port of another protocol", withContainer({ ports: { containerPort: 1, name: "grpc" } }), /"http1" or "h2c"/],
  ["two listening containers", { containers: [container, container] }, /exactly one container with an exposed port, got 2/],
  ["two of which none listens", { containers: [{ image: "gcr.io/p/a" }, { image: "gcr.io/p/b" }] }, /exactly one container .* got 0/],
  [
    "fewer at most than at least",
    { containers: [container], scaling: { minInstanceCount: 3, maxInstanceCount: 2 } },
    /maxInstanceCount \(2\)/,
  ],
  ["a negative least", { containers: [container], scaling: { minInstanceCount: -1 } }, /minInstanceCount: .*got -1/],
  [
    "a probe longer than its period",
    withContainer({ livenessProbe: { periodSeconds: 5, timeoutSeconds: 6 } }),
    /timeoutSeconds \(6\) must be less/,
  ],
  ["a startup period over 240 s", withContainer({ startupProbe: { periodSeconds: 241, failureThreshold: 1 } }), /periodSeconds: .*got 241/],
  ["a start over 240 s", withContainer({ startupProbe: { periodSeconds: 10, failureThreshold: 25 } }), /at most 240 seconds, got 250/],
  ["no failure allowed", withContainer({ startupProbe: { failureThreshold: 0 } }), /failureThreshold: .*got 0/],
  ["two ways to probe", withContainer({ startupProbe: { httpGet: { path: "/" }, tcpSocket: {} } }), /only one of/],
  ["a relative path", withContainer({ startupProbe: { httpGet: { path: "health" } } }), /must begin with "\/"/],
  ["a name with a hyphen", withContainer({ envs: [{ name: "LOG-LEVEL" }] }), /must be a valid C identifier/],
  ["a name with a digit first", withContainer({ envs: [{ name: "1A" }] }), /must be a valid C identifier/],
  ["a name twice", withContainer({ envs: [{ name: "A" }, { name: "A" }] }), /given twice/],
  ["PORT", withContainer({ envs: [{ name: "PORT" }] }), /reserved env names were provided: PORT/],
  ["K_SERVICE", withContainer({ envs: [{ name: "K_SERVICE" }] }), /reserved env names were provided: K_SERVICE/],
  ["a mount of no volume", withContainer({ volumeMounts: [{ name: "v", mountPath: "/v" }] }), /no volume of the template is named "v"/],
])("refuses %s", (_what, template, words) => {
  expect(() => validateTemplate("Service 'api'", template, "service")).toThrow(words);
});

test("a job may run for a week, listens on no port, and is always of the second generation", () => {
  const job = (changes: Template = {}): Template => ({ containers: [{ image: "gcr.io/p/a" }, { image: "gcr.io/p/b" }], ...changes });
  expect(() => validateTemplate("Job 'backup'", job({ timeout: "604800s" }), "job")).not.toThrow();
  expect(() => validateTemplate("Job 'backup'", job({ timeout: "604801s" }), "job")).toThrow("at most 604800s");
  expect(() => validateTemplate("Job 'backup'", job({ maxRetries: 11 }), "job")).toThrow("maxRetries");
  expect(() => validateTemplate("Job 'backup'", limits("1", "256Mi"), "job")).toThrow("Total memory < 512 Mi");
});
