/** Cloud Logging: https://cloud.google.com/logging/docs/reference/v2/rest and https://cloud.google.com/logging/quotas, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import { text, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, googleError, projectOf, regions, requireService } from "./common";

const bucketType = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
const exclusionType = "gcp:logging/projectExclusion:ProjectExclusion";

const requireLogging = (situation: Situation): void => requireService(situation, "logging.googleapis.com", "Cloud Logging API");
const bucketName = (properties: JsonObject): string =>
  `projects/${text(properties, "project").replace(/^projects\//, "")}/locations/${text(properties, "location")}/buckets/${text(properties, "bucketId")}`;
const exclusionName = (properties: JsonObject): string => `projects/${text(properties, "project")}/exclusions/${text(properties, "name")}`;
/** The buckets that every project has. */
const givenBuckets = ["_Default", "_Required"];

export const loggingModels: { [token: string]: ResourceModel } = {
  [bucketType]: {
    identity: bucketName,
    // `_Default` is there from the start: declaring it sets it.
    duplicate: "adopt",
    validate: (situation) => {
      requireLogging(situation);
      const { location, bucketId, retentionDays } = situation.inputs as { location: string; bucketId: string; retentionDays?: number };
      if (location !== "global" && !regions.has(location))
        throw googleError(400, `Location ${location} is not available for log buckets`, "badRequest");
      if (!givenBuckets.includes(bucketId) && !/^[a-zA-Z0-9][\w.-]{0,99}$/.test(bucketId))
        throw googleError(400, `Bucket ID "${bucketId}" is malformed`, "badRequest");
      if (bucketId === "_Required" && retentionDays !== undefined && retentionDays !== 400)
        throw googleError(400, "The _Required bucket cannot be changed: its retention is 400 days", "badRequest");
      if (retentionDays !== undefined && (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > 3650))
        throw googleError(400, `retention_days must be from 1 to 3650, got ${retentionDays}`, "badRequest");
      const taken = givenBuckets.includes(bucketId) ? undefined : situation.previous;
      if (taken && !taken.urns.includes(situation.urn)) throw googleError(409, `Bucket ${taken.id} already exists`, "alreadyExists");
    },
    id: (situation) => bucketName(situation.inputs),
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      name: bucketName(situation.inputs),
      description: situation.inputs.description ?? "",
      lifecycleState: "ACTIVE",
    }),
    staysAfterDelete: ({ outputs }) => givenBuckets.includes(String(outputs.bucketId)),
  },
  [exclusionType]: {
    identity: exclusionName,
    duplicate: (inputs) => `googleapi: Error 409: Exclusion ${exclusionName(inputs)} already exists, alreadyExists`,
    validate: (situation) => {
      requireLogging(situation);
      const name = text(situation.inputs, "name");
      const filter = text(situation.inputs, "filter");
      if (!/^[a-zA-Z0-9][\w.-]{0,99}$/.test(name))
        throw googleError(400, `Exclusion name "${name}" must be 1 to 100 letters, digits, underscores, hyphens and periods`, "badRequest");
      // https://cloud.google.com/logging/quotas: 20,000 characters; 50 exclusion filters per sink
      if (filter.trim() === "" || filter.length > 20_000)
        throw googleError(400, "An exclusion filter has 1 to 20,000 characters", "badRequest");
      const others = situation.world
        .list(exclusionType)
        .filter(({ id, outputs }) => id !== situation.previous?.id && outputs.project === projectOf(situation));
      if (others.length >= 50) throw googleError(429, "At most 50 exclusion filters per sink", "rateLimitExceeded");
    },
    id: (situation) => exclusionName(situation.inputs),
    computed: () => ({}),
  },
};
