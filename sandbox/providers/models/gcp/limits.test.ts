import type { JsonObject } from "../../../world/world";
import { record, situation } from "../../testing/situation";
import { gcp } from "../gcp";
import { validateSecurityPolicy } from "./compute-rules";
import { validateLabels } from "./labels";

const project = "chisan-staging";
const records = ["iam", "secretmanager", "artifactregistry"].map((api) =>
  record("gcp:projects/service:Service", api, {}, [`${project}/${api}.googleapis.com`]),
);
records.push(record("gcp:projects/iAMCustomRole:IAMCustomRole", "own", {}, [`projects/${project}/roles/deployer`]));
const validate = (token: string, inputs: JsonObject): void =>
  gcp.resources[token]!.validate!(situation({ project, ...inputs }, { records }));

const secret = "gcp:secretmanager/secret:Secret";
const repository = "gcp:artifactregistry/repository:Repository";
const account = "gcp:serviceaccount/account:Account";
const member = "gcp:projects/iAMMember:IAMMember";
const customRole = "gcp:projects/iAMCustomRole:IAMCustomRole";
/** Of each type, inputs that are taken: what a case changes is what is refused. */
const taken: { [token: string]: JsonObject } = {
  "gcp:projects/service:Service": { service: "containerscanning.googleapis.com" },
  [member]: { role: "roles/run.invoker", member: "group:devops@chisan.app" },
  [secret]: {
    secretId: "s",
    replication: { userManaged: { replicas: [{ location: "asia-northeast1" }, { location: "asia-northeast3" }] } },
    versionDestroyTtl: "86400s",
    labels: { environment: "staging" },
  },
  "gcp:secretmanager/secretIamMember:SecretIamMember": { secretId: "s", role: "roles/secretmanager.secretAccessor", member: "allUsers" },
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": { role: "roles/artifactregistry.reader", member: "allUsers" },
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": { role: "roles/run.invoker", member: "allUsers" },
  "gcp:serviceaccount/iAMMember:IAMMember": { role: "roles/iam.serviceAccountUser", member: "user:a@chisan.app" },
  [account]: { accountId: "api-runtime", displayName: "x".repeat(100) },
  [customRole]: { roleId: "deployer", permissions: ["run.services.get", "iam.serviceAccounts.actAs"] },
  [repository]: {
    repositoryId: "images",
    location: "asia-northeast3",
    format: "DOCKER",
    dockerConfig: { immutableTags: true },
    cleanupPolicies: [
      { id: "keep", action: "KEEP", mostRecentVersions: { keepCount: 20 } },
      { id: "delete", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: "1209600s" } },
    ],
  },
};
test.each(Object.entries(taken))("%s takes what is right", (token, inputs) => {
  expect(() => validate(token, inputs)).not.toThrow();
});

const cleanup = (...cleanupPolicies: JsonObject[]): JsonObject => ({ cleanupPolicies });
const replicas = (...locations: string[]): JsonObject => ({
  replication: { userManaged: { replicas: locations.map((location) => ({ location })) } },
});
test.each<[string, JsonObject, RegExp]>([
  ["gcp:projects/service:Service", { service: "rnu.googleapis.com" }, /permission denied for service\(s\): rnu\.googleapis\.com/],
  [member, { role: "roles/run.invokre" }, /Role roles\/run\.invokre is not supported/],
  [member, { role: "run.invoker" }, /Role run\.invoker is not supported/],
  [member, { role: `projects/${project}/roles/none` }, /does not exist in the resource's hierarchy/],
  [member, { member: "group:devops" }, /group:devops/],
  [member, { member: "user:a@b" }, /user:a@b/],
  [member, { member: "domain:chisan" }, /domain:chisan/],
  [member, { member: "principal:subject" }, /principal:subject/],
  [member, { member: "devops@chisan.app" }, /of an unknown type/],
  ["gcp:secretmanager/secretIamMember:SecretIamMember", { role: "roles/run.invoker" }, /not supported for this resource/],
  ["gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", { role: "roles/run.invoker" }, /not supported for this resource/],
  ["gcp:cloudrunv2/serviceIamMember:ServiceIamMember", { role: "roles/iam.serviceAccountUser" }, /not supported for this resource/],
  ["gcp:serviceaccount/iAMMember:IAMMember", { role: "roles/run.invoker" }, /not supported for this resource/],
  [secret, { versionDestroyTtl: "86399s" }, /from 86400s \(24 hours\)/],
  [secret, { versionDestroyTtl: "1d" }, /must be a duration in seconds/],
  [secret, { ttl: "60s", expireTime: "2027-01-01T00:00:00Z" }, /exclude each other/],
  [secret, { rotation: { rotationPeriod: "86400s" } }, /Secret\.topics must be set/],
  [secret, { labels: { Environment: "staging" } }, /Label keys must match .* got "Environment"/],
  [secret, replicas("asia-northeast3", "asia-northeast3"), /replica location asia-northeast3 is given twice/],
  [secret, replicas(), /at least one location/],
  [account, { displayName: "x".repeat(101) }, /displayName has at most 100 bytes, got 101/],
  [account, { description: "x".repeat(257) }, /description has at most 256 bytes, got 257/],
  [customRole, { permissions: ["run.services"] }, /Permission run\.services is not valid/],
  [repository, { format: "OCI" }, /Invalid repository format "OCI"/],
  [repository, { format: "NPM" }, /docker_config is for repositories of the format DOCKER/],
  [repository, cleanup({ id: "a", action: "DELETE", condition: { olderThan: "two weeks" } }), /"two weeks" is not a duration/],
  [repository, cleanup({ id: "a", action: "PURGE", condition: {} }), /action must be DELETE or KEEP/],
  [repository, cleanup({ id: "a", action: "DELETE", mostRecentVersions: { keepCount: 1 } }), /with the action KEEP only/],
  [repository, cleanup({ id: "a", action: "KEEP", mostRecentVersions: { keepCount: 0 } }), /keepCount must be a positive number/],
  [repository, cleanup({ id: "a", action: "KEEP", condition: {}, mostRecentVersions: {} }), /exclude each other/],
  [repository, cleanup({ id: "a", condition: { tagState: "OLD" } }), /tagState "OLD" is not one of/],
  [repository, cleanup({ id: "a", condition: {} }, { id: "a", condition: {} }), /the ID is given twice/],
])("%s refuses %j", (token, change, words) => {
  expect(() => validate(token, { ...taken[token], ...change })).toThrow(words);
});

test("members of every kind are taken", () => {
  for (const each of [
    "allUsers",
    "allAuthenticatedUsers",
    "user:a.b+c@chisan.app",
    "domain:chisan.app",
    "serviceAccount:service-1@serverless-robot-prod.iam.gserviceaccount.com",
    "serviceAccount:123-compute@developer.gserviceaccount.com",
    "serviceAccount:chisan-prod.svc.id.goog[default/api]",
    "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*",
    "deleted:user:a@chisan.app?uid=1",
    "projectViewer:chisan-prod",
  ])
    expect(() => validate(member, { role: "roles/viewer", member: each })).not.toThrow();
});

test("labels: 64, of 63 characters", () => {
  const many = (count: number): JsonObject => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, ""]));
  expect(() => validateLabels({ ...many(63), ["a".repeat(63)]: "1".repeat(63) })).not.toThrow();
  expect(() => validateLabels(many(65))).toThrow("at most 64");
  expect(() => validateLabels({ ["a".repeat(64)]: "" })).toThrow("Label keys");
  expect(() => validateLabels({ a: "1".repeat(64) })).toThrow("Label values");
  expect(() => validateLabels({ a: "Prod" })).toThrow("Label values");
});

test("a rule of Cloud Armor has ten ranges at most", () => {
  const policy = (count: number): JsonObject => ({
    rules: [{ priority: 2147483647, match: { config: { srcIpRanges: Array.from({ length: count }, (_, at) => `10.0.${at}.0/24`) } } }],
  });
  expect(() => validateSecurityPolicy(situation(policy(10)))).not.toThrow();
  expect(() => validateSecurityPolicy(situation(policy(11)))).toThrow("at most 10 ranges per rule, got 11");
});

test.each(["gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/job:Job"])("%s without deletionProtection is protected", (token) => {
  const remove = (outputs: JsonObject): unknown => gcp.resources[token]!.remove!(record(token, "r", outputs), situation({}).world);
  expect(() => remove({})).toThrow("without setting deletion_protection=false");
  expect(() => remove({ deletionProtection: true })).toThrow("without setting deletion_protection=false");
  expect(() => remove({ deletionProtection: false })).not.toThrow();
});
