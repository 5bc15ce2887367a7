import type { ResourceModel } from "../model";
import { text, type Reference } from "../model";
import { createdAt, deletionDefaults, googleError, labelOutputs, lastPart, projectOf, regions, requireService } from "./common";
import { grant } from "./iam";
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
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": grant({ on: repositoryOf, references: [toRepository] }),
};
