import type { ResourceModel } from "../model";
import { text, type Reference } from "../model";
import { createdAt, deletionDefaults, googleError, labelOutputs, lastPart, projectOf, regions, requireService } from "./common";
import { grant } from "./iam";
import { validateLabels } from "./labels";
import type { JsonObject } from "../../../world/world";

const repositoryType = "gcp:artifactregistry/repository:Repository";
const identity = (properties: JsonObject): string =>
  `projects/${text(properties, "project")}/locations/${text(properties, "location")}/repositories/${text(properties, "repositoryId")}`;

/** A grant names its repository by ID (with project and location beside it) or in full. */
function repositoryOf(properties: JsonObject): string {
  const value = text(properties, "repository");
  return value.startsWith("projects/")
    ? value
    : `projects/${text(properties, "project")}/locations/${text(properties, "location")}/repositories/${value}`;
}

const toRepository: Reference = {
  property: "repository",
  type: repositoryType,
  identity: (_value, inputs) => repositoryOf(inputs),
  missing: (_value, inputs) =>
    `googleapi: Error 404: Repository "${lastPart(repositoryOf(inputs))}" not found: ${repositoryOf(inputs)}, notFound`,
  onDelete: "cascade",
};

/** https://cloud.google.com/artifact-registry/docs/supported-formats */
const formats = ["DOCKER", "MAVEN", "NPM", "APT", "YUM", "PYTHON", "KFP", "GO", "GENERIC", "GOOGET", "RUBY"];

interface CleanupPolicy {
  id?: string;
  action?: string;
  condition?: { tagState?: string; olderThan?: string; newerThan?: string };
  mostRecentVersions?: { keepCount?: number };
}

/** https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy */
function validateCleanup(policies: CleanupPolicy[]): void {
  policies.forEach(({ id = "", action = "", condition, mostRecentVersions }, at) => {
    const refuse = (problem: string): never => {
      throw googleError(400, `cleanup policy "${id}": ${problem}`, "badRequest");
    };
    if (policies.findIndex((other) => other.id === id) !== at) refuse("the ID is given twice");
    if (action !== "" && !["DELETE", "KEEP"].includes(action)) refuse(`action must be DELETE or KEEP, got "${action}"`);
    if (condition && mostRecentVersions) refuse("condition and mostRecentVersions exclude each other");
    if (mostRecentVersions && action === "DELETE") refuse("mostRecentVersions can be given with the action KEEP only");
    const { keepCount } = mostRecentVersions ?? {};
    if (keepCount !== undefined && !(Number.isInteger(keepCount) && keepCount > 0))
      refuse(`keepCount must be a positive number, got ${keepCount}`);
    const { tagState, olderThan, newerThan } = condition ?? {};
    if (tagState !== undefined && !["TAGGED", "UNTAGGED", "ANY"].includes(tagState))
      refuse(`tagState "${tagState}" is not one of TAGGED, UNTAGGED, ANY`);
    // The provider turns days, hours and minutes into the API's seconds.
    for (const duration of [olderThan, newerThan])
      if (duration !== undefined && !/^\d+(\.\d{1,9})?[smhd]$/.test(duration))
        refuse(`"${duration}" is not a duration such as "2592000s" or "30d"`);
  });
}

export const artifacts: { [token: string]: ResourceModel } = {
  [repositoryType]: {
    identity,
    duplicate: () => "googleapi: Error 409: the repository already exists, alreadyExists",
    validate: (situation) => {
      requireService(situation, "artifactregistry.googleapis.com", "Artifact Registry API");
      const { repositoryId, location } = situation.inputs as { repositoryId: string; location: string };
      if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(repositoryId))
        throw googleError(
          400,
          `Invalid repository ID "${repositoryId}": lowercase letters, digits and hyphens, a letter first, at most 63`,
          "badRequest",
        );
      if (!regions.has(location) && !["asia", "europe", "us"].includes(location))
        throw googleError(400, `Invalid location "${location}"`, "badRequest");
      const format = text(situation.inputs, "format").toUpperCase();
      if (!formats.includes(format))
        throw googleError(400, `Invalid repository format "${format}": one of ${formats.join(", ")}`, "badRequest");
      if (situation.inputs.dockerConfig !== undefined && format !== "DOCKER")
        throw googleError(400, `docker_config is for repositories of the format DOCKER, got ${format}`, "badRequest");
      validateLabels(situation.inputs.labels);
      validateCleanup((situation.inputs.cleanupPolicies ?? []) as CleanupPolicy[]);
    },
    id: (situation) => identity(situation.inputs),
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...createdAt(situation),
      ...labelOutputs(situation),
      name: text(situation.inputs, "repositoryId"),
      registryUri: `${text(situation.inputs, "location")}-docker.pkg.dev/${projectOf(situation)}/${text(situation.inputs, "repositoryId")}`,
      updateTime: situation.now,
      vulnerabilityScanningConfig: situation.inputs.vulnerabilityScanningConfig ?? { enablementState: "SCANNING_DISABLED" },
    }),
    changesOnUpdate: ["effectiveLabels", "pulumiLabels", "updateTime"],
    importIds: (outputs) => [
      `${text(outputs, "project")}/${text(outputs, "location")}/${text(outputs, "repositoryId")}`,
      `${text(outputs, "location")}/${text(outputs, "repositoryId")}`,
    ],
  },
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": grant({
    on: repositoryOf,
    references: [toRepository],
    services: ["artifactregistry"],
  }),
};
