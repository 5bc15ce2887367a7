import { ContainerRegistry } from "./container-registry";
import { ProjectServices, projectApis, projectServiceInputs } from "./project-services";
import { RuntimeIdentity } from "./runtime-identity";
import { SecretStore } from "./secret-store";
import { names, ofType, only, recordResources } from "./test-support/mocks";

const serviceType = "gcp:projects/service:Service";

test("exactly the used APIs are enabled, and destroying the stack leaves them on", async () => {
  const resources = await recordResources(() => new ProjectServices("staging-apis", { project: "chisan-staging" }));
  expect(ofType(resources, serviceType).map(({ inputs }) => inputs)).toEqual(
    [
      "artifactregistry",
      "billingbudgets",
      "certificatemanager",
      "cloudresourcemanager",
      "cloudscheduler",
      "compute",
      "containerscanning",
      "iam",
      "iamcredentials",
      "logging",
      "monitoring",
      "run",
      "secretmanager",
      "sts",
    ].map((api) => ({
      project: "chisan-staging",
      service: `${api}.googleapis.com`,
      disableOnDestroy: false,
    })),
  );
  expect(resources).toHaveLength(1 + 14);
});

test("disableDependentServices is absent: it would switch off APIs that others use", () => {
  expect(projectApis.map((api) => Object.keys(projectServiceInputs({ project: "p" }, api)))).toEqual(
    projectApis.map(() => ["project", "service", "disableOnDestroy"]),
  );
});

test("each API is listed once, with its reason", () => {
  expect(new Set(projectApis.map(({ api }) => api)).size).toBe(projectApis.length);
  for (const { why } of projectApis) expect(why.length).toBeGreaterThan(5);
});

test("children are the component's, and the preview shows all of them", async () => {
  const build = () => new ProjectServices("staging-apis", { project: "chisan-staging" });
  const applied = await recordResources(build);
  for (const child of ofType(applied, serviceType)) {
    expect(child.parent).toBe("staging-apis");
    expect(child.name).toMatch(/^staging-apis-/);
  }
  expect(names(await recordResources(build, { preview: true }))).toEqual(names(applied));
});

test("what needs an API waits until it is on", async () => {
  const resources = await recordResources(() => {
    const dependsOn = new ProjectServices("prod-apis", { project: "chisan-prod" });
    const common = { slug: "prod", project: "chisan-prod", protect: true } as const;
    new RuntimeIdentity("prod-identity", { ...common, workload: "api" }, { dependsOn });
    new ContainerRegistry("prod-registry", { ...common, region: "asia-northeast3", readers: {} }, { dependsOn });
    const secrets = { A: { kind: "given", value: "v", generations: { current: 1 }, readers: {} } } as const;
    new SecretStore("prod-secrets", { ...common, regions: ["asia-northeast3"], secrets }, { dependsOn });
  });
  const apis = projectApis.map(({ api }) => `prod-apis-${api}`);
  for (const type of [
    "gcp:serviceaccount/account:Account",
    "gcp:artifactregistry/repository:Repository",
    "gcp:secretmanager/secret:Secret",
  ]) {
    expect(only(resources, type).dependencies).toEqual(expect.arrayContaining(apis));
  }
});
