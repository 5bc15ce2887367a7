import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../../../world/world";
import { canonical } from "../canonical";
import { text, type Situation } from "../model";
import { googleError, lastPart, projectOf, requireRegion, requireService, serviceAccountExists } from "./common";
import { validateLabels } from "./labels";
import { validateTemplate, type Template } from "./run-template";
import { mayAccess, versionExists } from "./secrets";

/** Auxiliary: a Cloud Run revision. `inputs` are `{ service, revision, template }`. */
export const revisionType = "gcp:run/revision";

export interface Traffic {
  type?: string;
  revision?: string;
  percent?: number;
  tag?: string;
}

/** The full name of a service or job. */
export const identity =
  (kind: string) =>
  (properties: JsonObject): string =>
    `projects/${text(properties, "project")}/locations/${text(properties, "location")}/${kind}/${text(properties, "name")}`;

export function validateName(name: string): void {
  // run.discovery.json, services.create serviceId: lowercase letters, digits and hyphens, a letter first, no hyphen last, fewer than 50 characters
  if (!/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/.test(name)) {
    throw googleError(
      400,
      `Invalid resource ID "${name}": only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters`,
      "badRequest",
    );
  }
}

/** What both a service's and a job's containers need: images, secrets, and a runtime account that may read them. */
export function validateContainers(situation: Situation, template: Template, subject: string, kind: "service" | "job"): void {
  validateTemplate(subject, template, kind);
  validateLabels(situation.inputs.labels);
  validateLabels(template.labels);
  const project = projectOf(situation);
  const account = template.serviceAccount;
  if (account !== undefined && !serviceAccountExists(situation, account)) {
    throw googleError(
      404,
      `Service account ${account} was not found: permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
      "notFound",
    );
  }
  const runtime = account ?? `${situation.existing.gcpProjectNumber(project)}-compute@developer.gserviceaccount.com`;
  template.containers?.forEach((container, at) => {
    const repository = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//.exec(container.image ?? "");
    if (repository && repository[2] === project) {
      const name = `projects/${project}/locations/${repository[1]}/repositories/${repository[3]}`;
      if (!situation.world.find("gcp:artifactregistry/repository:Repository", name))
        throw googleError(404, `${subject}: Image '${container.image}' not found: no repository ${name}.`, "notFound");
    }
    for (const { name, value, valueSource } of container.envs ?? []) {
      const where = `${subject}: template.containers[${at}].envs ${name}`;
      const reference = valueSource?.secretKeyRef;
      if (value !== undefined && value !== "" && reference)
        throw googleError(400, `${where}: value and valueSource exclude each other`, "badRequest");
      if (reference?.secret) requireSecret(situation, where, reference.secret, reference.version ?? "latest", runtime);
    }
  });
  for (const { secret } of template.volumes ?? [])
    if (secret?.secret) requireSecret(situation, `${subject}: volume`, secret.secret, "latest", runtime);
}

function requireSecret(situation: Situation, where: string, secret: string, version: string, runtime: string): void {
  const name = `projects/${projectOf(situation)}/secrets/${lastPart(secret)}/versions/${lastPart(version)}`;
  if (!versionExists(situation, secret, version)) throw googleError(404, `${where}: Secret ${name} was not found`, "notFound");
  if (!mayAccess(situation, secret, runtime)) {
    throw googleError(
      403,
      `${where}: Permission denied on secret: ${name} for Revision service account ${runtime}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
      "forbidden",
    );
  }
}

export function validateService(situation: Situation): void {
  requireService(situation, "run.googleapis.com", "Cloud Run Admin API");
  requireRegion(text(situation.inputs, "location"));
  const name = text(situation.inputs, "name");
  validateName(name);
  const template = (situation.inputs.template ?? {}) as Template;
  validateContainers(situation, template, `Service '${name}'`, "service");
  if (
    template.revision !== undefined &&
    (!template.revision.startsWith(`${name}-`) || !/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(template.revision))
  ) {
    throw googleError(
      400,
      `template.revision: Revision name "${template.revision}" must be prefixed by the service name "${name}-" and be at most 63 lowercase letters, digits and hyphens`,
      "badRequest",
    );
  }
  const made =
    template.revision === undefined
      ? undefined
      : situation.world.get(revisionType, `${identity("services")(situation.inputs)}/revisions/${template.revision}`);
  if (made && made.inputs.templateHash !== templateHash(situation.inputs.template)) {
    throw googleError(409, `Revision named '${template.revision}' with different configuration already exists.`, "alreadyExists");
  }
  validateTraffic(situation, template);
}

function validateTraffic(situation: Situation, template: Template): void {
  const traffics = (situation.inputs.traffics ?? []) as Traffic[];
  if (traffics.length === 0) return;
  const sum = traffics.reduce((total, { percent = 0 }) => total + percent, 0);
  if (sum !== 100) throw googleError(400, `traffic: The sum of the traffic percents must be 100, got ${sum}`, "badRequest");
  for (const { type, revision } of traffics) {
    if (type === "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" && revision)
      throw googleError(400, `traffic: a target of type LATEST must not name a revision, got '${revision}'`, "badRequest");
    if (type === "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" && !revision)
      throw googleError(400, "traffic: a target of type REVISION must name a revision", "badRequest");
    if (
      revision &&
      revision !== template.revision &&
      !situation.world.get(revisionType, `${identity("services")(situation.inputs)}/revisions/${revision}`)
    ) {
      throw googleError(404, `traffic: Revision '${revision}' of service '${text(situation.inputs, "name")}' was not found`, "notFound");
    }
  }
}

export function templateHash(template: Json | undefined): string {
  return createHash("sha256")
    .update(canonical(template ?? null))
    .digest("hex");
}
