import type { JsonObject } from "../../../world/world";
import { canonical } from "../canonical";
import { derivedHex } from "../existing-things";
import { kept, VendorRefusal, type Situation } from "../model";
import { knownRoles } from "./known-roles";
import { isMember } from "./members";

/** Regions of Google Cloud, https://cloud.google.com/compute/docs/regions-zones, read 2026-11. */
export const regions = new Set(
  (
    "africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2 " +
    "australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-north2 europe-southwest1 europe-west1 europe-west10 europe-west12 " +
    "europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 me-central1 me-central2 me-west1 northamerica-northeast1 " +
    "northamerica-northeast2 northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 " +
    "us-west3 us-west4"
  ).split(" "),
);

/** A refusal in the form the Google provider passes on. */
export function googleError(code: number, message: string, reason?: string): VendorRefusal {
  return new VendorRefusal(`googleapi: Error ${code}: ${message}${reason ? `, ${reason}` : ""}`);
}

/** Throws unless the project exists and the service is enabled in it. */
export function requireService(situation: Situation, service: string, title: string): void {
  const project = projectOf(situation);
  requireProject(situation);
  if (!situation.world.find("gcp:projects/service:Service", `${project}/${service}`)) {
    const number = situation.existing.gcpProjectNumber(project);
    throw googleError(
      403,
      `${title} has not been used in project ${number} before or it is disabled. Enable it (a gcp.projects.Service "${service}" in ${project}, on which this resource depends), then retry`,
      "accessNotConfigured",
    );
  }
}

export function requireProject(situation: Situation): void {
  const project = projectOf(situation);
  if (!situation.existing.hasGcpProject(project) && !situation.world.find("gcp:organizations/project:Project", project)) {
    throw googleError(403, `Permission denied on resource project ${project} (or it may not exist)`, "forbidden");
  }
}

export function requireRegion(region: string): void {
  if (!regions.has(region)) throw googleError(400, `Invalid value for field 'region': '${region}'. Unknown region`, "invalid");
}

export function projectOf(situation: Situation): string {
  const { project } = situation.inputs;
  if (typeof project !== "string" || project === "") {
    throw new VendorRefusal(
      "project: required field is not set: set `project` on the resource or `pulumi config set gcp:project <project>`",
    );
  }
  return project;
}

/** `labels` with what the provider adds; the engine's own label is the one the Pulumi provider has set since its version 8. */
export function labelOutputs(situation: Situation): JsonObject {
  const own = (situation.inputs.labels ?? {}) as JsonObject;
  const fallback = (situation.configuration.defaultLabels ?? {}) as JsonObject;
  const pulumiLabels = { ...fallback, ...own };
  return { pulumiLabels, effectiveLabels: { "goog-pulumi-provisioned": "true", ...pulumiLabels } };
}

/** Every resource of the provider's version 9 has it. */
export const deletionDefaults = (inputs: JsonObject): JsonObject =>
  inputs.deletionPolicy === undefined ? { deletionPolicy: "DELETE" } : {};

/** An entity tag: changes when the content does. */
export function etagOf(content: unknown): string {
  return Buffer.from(derivedHex(canonical(content), 16), "hex").toString("base64");
}

export const createdAt = (situation: Situation): JsonObject => ({ createTime: kept(situation, "createTime", () => situation.now) });

/** The last part of a resource name: `projects/p/secrets/x` and `x` both give `x`. */
export const lastPart = (value: string): string => value.slice(value.lastIndexOf("/") + 1);

/** Throws unless member and role are well formed, and the service account or the custom role of the sandbox exists. */
export function validateGrant(situation: Situation): void {
  const { member, role } = situation.inputs as { member: string; role: string };
  if (!isMember(member)) throw googleError(400, `Invalid argument: member "${member}" is of an unknown type or malformed`, "badRequest");
  const custom = /^(projects|organizations)\/[\w.:-]+\/roles\/[\w.]{3,64}$/.exec(role);
  if (!custom && !knownRoles.has(role)) throw googleError(400, `Role ${role} is not supported for this resource`, "badRequest");
  if (custom?.[1] === "projects" && !situation.world.find("gcp:projects/iAMCustomRole:IAMCustomRole", role))
    throw googleError(400, `Role (${role}) does not exist in the resource's hierarchy`, "badRequest");
  const account = /^serviceAccount:(\S+@([a-z0-9-]+)\.iam\.gserviceaccount\.com)$/.exec(member);
  // Agents of Google's own services (`service-<number>@gcp-sa-…`) exist without anybody having created them.
  if (
    account &&
    !account[2]!.startsWith("gcp-sa-") &&
    !account[1]!.startsWith("service-") &&
    !serviceAccountExists(situation, account[1]!)
  ) {
    throw googleError(400, `Service account ${account[1]} does not exist.`, "badRequest");
  }
}

export function serviceAccountExists(situation: Pick<Situation, "world">, email: string): boolean {
  const project = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  // `<number>-compute@developer.gserviceaccount.com` and the like come with the project.
  return (
    project === undefined ||
    situation.world.find("gcp:serviceaccount/account:Account", `projects/${project}/serviceAccounts/${email}`) !== undefined
  );
}
