import { environmentSlug, stackNames } from "../config/naming";
import { ContainerRegistry, cloudRunServiceAgent, imagePrefix, repositoryInputs } from "./container-registry";
import { names, ofType, only, recordResources } from "./test-support/mocks";

const repositoryType = "gcp:artifactregistry/repository:Repository";
const readerType = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember";
const args = {
  slug: "prod",
  project: "chisan-prod",
  region: "asia-northeast3",
  readers: { "cloud-run": cloudRunServiceAgent("123456789012") },
  protect: true,
} as const;
const build = () => new ContainerRegistry("prod-registry", args);

test("the repository's inputs, whole", async () => {
  const repository = only(await recordResources(build), repositoryType);
  expect(repository).toMatchObject({ name: "prod-registry-images", parent: "prod-registry", protect: true });
  expect(repository.inputs).toEqual({
    project: "chisan-prod",
    location: "asia-northeast3",
    repositoryId: "chisan-prod-images",
    description: "Container images of the prod environment",
    format: "DOCKER",
    dockerConfig: { immutableTags: true },
    cleanupPolicyDryRun: false,
    cleanupPolicies: [
      { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 20 } },
      { id: "delete-untagged", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "1209600s" } },
    ],
    vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
    labels: { environment: "prod" },
  });
});

test("every policy that deletes is limited to untagged images, and one keeps the recent ones", () => {
  const policies = repositoryInputs(args).cleanupPolicies as {
    action: string;
    condition?: { tagState: string };
    mostRecentVersions?: unknown;
  }[];
  expect(policies.filter(({ action }) => action === "DELETE").every(({ condition }) => condition?.tagState === "UNTAGGED")).toBe(true);
  expect(policies.filter(({ action, mostRecentVersions }) => action === "KEEP" && mostRecentVersions !== undefined)).toHaveLength(1);
});

test("readers get read access on this repository only", async () => {
  const resources = await recordResources(build);
  expect(only(resources, readerType, "prod-registry-reader-cloud-run").inputs).toEqual({
    project: "chisan-prod",
    location: "asia-northeast3",
    repository: "chisan-prod-images",
    role: "roles/artifactregistry.reader",
    member: "serviceAccount:service-123456789012@serverless-robot-prod.iam.gserviceaccount.com",
  });
  expect(names(resources)).toEqual([
    "chisan:infrastructure:ContainerRegistry prod-registry",
    `${repositoryType} prod-registry-images`,
    `${readerType} prod-registry-reader-cloud-run`,
  ]);
  expect(only(resources, readerType).dependencies).toContain("prod-registry-images");
});

test("nobody is granted anything where no reader is given, and nothing is protected where protection is off", async () => {
  const resources = await recordResources(
    () => new ContainerRegistry("staging-registry", { ...args, slug: "staging", readers: {}, protect: false }),
  );
  expect(ofType(resources, readerType)).toEqual([]);
  expect(only(resources, repositoryType).protect).toBe(false);
});

test("the preview shows every resource", async () => {
  expect(names(await recordResources(build, { preview: true }))).toEqual(names(await recordResources(build)));
});

test.each(stackNames.map(environmentSlug))("the repository's name fits in %s (63 characters, lower case)", (slug) => {
  expect(repositoryInputs({ ...args, slug }).repositoryId).toMatch(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/);
});

test("images are addressed in the repository's own region", () => {
  expect(imagePrefix(args)).toBe("asia-northeast3-docker.pkg.dev/chisan-prod/chisan-prod-images");
});
