/**
 * Workload Identity Federation: https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools, read 2026-11.
 * No token is traded here: expressions are kept and their names checked, not evaluated.
 */
import type { JsonObject, WorldChange, WorldRecord } from "../../../world/world";
import { text, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, googleError, lastPart, projectOf, requireService } from "./common";

const poolType = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool";
const providerType = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";

/** What is left of a deleted pool or provider; `outputs.name` says of which. No resource of a provider stands for it. */
const deletedType = "gcp:iam/deletedFederation";

/** A deleted pool or provider can be brought back for 30 days, and its id be given to no other for as long. */
const daysKept = 30;

const poolName = (properties: JsonObject): string =>
  `projects/${text(properties, "project")}/locations/global/workloadIdentityPools/${lastPart(text(properties, "workloadIdentityPoolId"))}`;
const providerName = (properties: JsonObject): string =>
  `${poolName(properties)}/providers/${text(properties, "workloadIdentityPoolProviderId")}`;

/** The same with the project's number in the place of its id: the form of `name`, and of a principal. */
function numbered(situation: Situation, name: string): string {
  return name.replace(/^projects\/[^/]+/, `projects/${situation.existing.gcpProjectNumber(projectOf(situation))}`);
}

const taken = (name: string): string => `googleapi: Error 409: Requested entity already exists: ${name}, alreadyExists`;

/** The provider does not bring back what was deleted: it creates, and Google refuses. */
function refuseDeletedName(situation: Situation, name: string): void {
  if (situation.previous !== undefined) return;
  const deleted = situation.world.get(deletedType, name);
  if (deleted === undefined) return;
  const free = Date.parse(String(deleted.outputs.deletedAt)) + daysKept * 24 * 60 * 60 * 1000;
  if (Date.parse(situation.now) < free)
    throw googleError(
      409,
      `Requested entity already exists: ${name} is deleted, and its id free from ${new Date(free).toISOString().slice(0, 10)}`,
      "alreadyExists",
    );
}

function leaveName(record: WorldRecord): WorldChange[] {
  const deletedAt = new Date().toISOString();
  const outputs = { name: record.id, deletedAt };
  return [{ put: { type: deletedType, id: record.id, urns: [], inputs: {}, outputs, secretPaths: [], createdAt: deletedAt } }];
}

function refuseLong(situation: Situation, limits: readonly (readonly [string, number])[]): void {
  for (const [property, most] of limits) {
    const length = String(situation.inputs[property] ?? "").length;
    if (length > most) throw googleError(400, `The ${property} has at most ${most} characters, got ${length}`, "badRequest");
  }
}

const named = [
  ["displayName", 32],
  ["description", 256],
] as const;

/** Issuers that all their customers share: without a condition, everybody's tokens would do. Refused since 2024. */
const sharedIssuers: ReadonlySet<string> = new Set([
  "https://token.actions.githubusercontent.com",
  "https://gitlab.com",
  "https://app.terraform.io",
]);

const expressionsOf = (situation: Situation): { [attribute: string]: string } =>
  (situation.inputs.attributeMapping ?? {}) as { [attribute: string]: string };

function validateMapping(situation: Situation): void {
  const mapping = expressionsOf(situation);
  const custom = Object.keys(mapping).filter((key) => key.startsWith("attribute."));
  const unknown = Object.keys(mapping).find((key) => !/^(google\.(subject|groups)|attribute\.[a-z0-9_]{1,100})$/.test(key));
  if (unknown !== undefined) throw googleError(400, `Invalid attribute mapping key: ${unknown}`, "badRequest");
  if (custom.length > 50) throw googleError(400, `At most 50 custom attributes can be mapped, got ${custom.length}`, "badRequest");
  const long = Object.entries(mapping).find(([, expression]) => expression.length > 2048);
  if (long) throw googleError(400, `The mapping of ${long[0]} has at most 2048 characters, got ${long[1].length}`, "badRequest");
  if (situation.inputs.oidc !== undefined && mapping["google.subject"] === undefined)
    throw googleError(400, "The attribute mapping must contain google.subject for an OIDC provider", "badRequest");
}

function validateCondition(situation: Situation): void {
  const condition = String(situation.inputs.attributeCondition ?? "");
  const issuer = (situation.inputs.oidc as { issuerUri?: string } | undefined)?.issuerUri;
  if (issuer !== undefined && sharedIssuers.has(issuer.replace(/\/$/, "")) && !/\b(assertion|attribute|google)\./.test(condition))
    throw googleError(400, "The attribute condition must reference one of the provider's claims.", "badRequest");
  const mapped = expressionsOf(situation);
  const unmapped = [...condition.matchAll(/\b(?:attribute|google)\.[a-z0-9_]+/g)].map(([name]) => name).find((name) => !(name in mapped));
  if (unmapped !== undefined) throw googleError(400, `The attribute condition names ${unmapped}, which is not mapped`, "badRequest");
}

function validateOidc(situation: Situation): void {
  const oidc = situation.inputs.oidc as { issuerUri?: string; allowedAudiences?: string[] } | undefined;
  if (oidc === undefined) return;
  if (!oidc.issuerUri?.startsWith("https://"))
    throw googleError(400, `The issuer URI must be https, got "${oidc.issuerUri}"`, "badRequest");
  const audiences = oidc.allowedAudiences ?? [];
  if (audiences.length > 10 || audiences.some((audience) => audience.length > 256))
    throw googleError(400, "At most 10 allowed audiences of at most 256 characters each", "badRequest");
}

export const federation: { [token: string]: ResourceModel } = {
  [poolType]: {
    identity: poolName,
    duplicate: (inputs) => taken(poolName(inputs)),
    validate: (situation) => {
      requireService(situation, "iam.googleapis.com", "Identity and Access Management (IAM) API");
      refuseLong(situation, named);
      refuseDeletedName(situation, poolName(situation.inputs));
    },
    id: (situation) => poolName(situation.inputs),
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      mode: situation.inputs.mode ?? "FEDERATION_ONLY",
      name: numbered(situation, poolName(situation.inputs)),
      state: "ACTIVE",
    }),
    importIds: (outputs) => [`${text(outputs, "project")}/${text(outputs, "workloadIdentityPoolId")}`],
    remove: leaveName,
  },
  [providerType]: {
    identity: providerName,
    duplicate: (inputs) => taken(providerName(inputs)),
    references: [
      {
        property: "workloadIdentityPoolId",
        type: poolType,
        identity: (_value, inputs) => poolName(inputs),
        missing: (_value, inputs) => `googleapi: Error 404: Requested entity was not found: ${poolName(inputs)}, notFound`,
        onDelete: "cascade",
      },
    ],
    validate: (situation) => {
      requireService(situation, "iam.googleapis.com", "Identity and Access Management (IAM) API");
      refuseLong(situation, [...named, ["attributeCondition", 4096]]);
      validateMapping(situation);
      validateCondition(situation);
      validateOidc(situation);
      refuseDeletedName(situation, providerName(situation.inputs));
    },
    id: (situation) => providerName(situation.inputs),
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      name: numbered(situation, providerName(situation.inputs)),
      state: "ACTIVE",
    }),
    importIds: (outputs) => [
      [outputs.project, outputs.workloadIdentityPoolId, outputs.workloadIdentityPoolProviderId].map(String).join("/"),
    ],
    remove: leaveName,
  },
};
