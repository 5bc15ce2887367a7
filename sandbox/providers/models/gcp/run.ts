import { createHash, randomUUID } from "node:crypto";
import type { Json, JsonObject, WorldChange, WorldRecord } from "../../../world/world";
import { valuesAt } from "../../property-path";
import { canonical } from "../canonical";
import { derivedHex } from "../existing-things";
import { lowerCase, randomText } from "../ids";
import { kept, text, VendorRefusal, type Reference, type ResourceModel, type Situation } from "../model";
import { computeReference } from "./compute-names";
import { createdAt, deletionDefaults, etagOf, googleError, labelOutputs, lastPart, projectOf, requireRegion, requireService, serviceAccountExists } from "./common";
import { grant } from "./iam";
import { mayAccess, versionExists } from "./secrets";

const serviceType = "gcp:cloudrunv2/service:Service";
const jobType = "gcp:cloudrunv2/job:Job";
/** Auxiliary: a Cloud Run revision. `inputs` are `{ service, revision, template }`. */
export const revisionType = "gcp:run/revision";

/** The two letters that stand for a region in a service's address, as far as known; other regions get their initials. */
const regionCodes: { [region: string]: string } = { "asia-northeast1": "an", "asia-northeast2": "dt", "asia-northeast3": "du", "asia-east1": "de", "us-central1": "uc", "us-east1": "ue", "europe-west1": "ew" };

interface Traffic {
  type?: string;
  revision?: string;
  percent?: number;
  tag?: string;
}
interface Container {
  image?: string;
  envs?: Array<{ name?: string; value?: string; valueSource?: { secretKeyRef?: { secret?: string; version?: string } } }>;
  resources?: { limits?: { [name: string]: string } };
}
interface Template {
  revision?: string;
  serviceAccount?: string;
  scaling?: { minInstanceCount?: number; maxInstanceCount?: number };
  containers?: Container[];
  volumes?: Array<{ secret?: { secret?: string } }>;
}

const identity = (kind: string) => (properties: JsonObject): string =>
  `projects/${text(properties, "project")}/locations/${text(properties, "location")}/${kind}/${text(properties, "name")}`;

function validateName(name: string): void {
  // run.discovery.json, services.create serviceId: lowercase letters, digits and hyphens, a letter first, no hyphen last, fewer than 50 characters
  if (!/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/.test(name)) {
    throw googleError(400, `Invalid resource ID "${name}": only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters`, "badRequest");
  }
}

/** What both a service's and a job's containers need: images, secrets, and a runtime account that may read them. */
function validateContainers(situation: Situation, template: Template, subject: string): void {
  const project = projectOf(situation);
  const account = template.serviceAccount;
  if (account !== undefined && !serviceAccountExists(situation, account)) {
    throw googleError(404, `Service account ${account} was not found: permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`, "notFound");
  }
  const runtime = account ?? `${situation.existing.gcpProjectNumber(project)}-compute@developer.gserviceaccount.com`;
  if (!template.containers?.length) throw googleError(400, "template.containers: at least one container is required", "badRequest");
  template.containers.forEach((container, at) => {
    if (!container.image) throw googleError(400, `template.containers[${at}].image: an image is required`, "badRequest");
    const repository = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//.exec(container.image);
    if (repository && repository[2] === project) {
      const name = `projects/${project}/locations/${repository[1]}/repositories/${repository[3]}`;
      if (!situation.world.find("gcp:artifactregistry/repository:Repository", name)) throw googleError(404, `${subject}: Image '${container.image}' not found: no repository ${name}.`, "notFound");
    }
    const names = new Set<string>();
    for (const { name, value, valueSource } of container.envs ?? []) {
      const where = `${subject}: template.containers[${at}].envs ${name}`;
      if (name !== undefined && names.has(name)) throw googleError(400, `${where}: the name is given twice`, "badRequest");
      if (name !== undefined) names.add(name);
      if (name !== undefined && /^(PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|CLOUD_RUN_JOB|CLOUD_RUN_EXECUTION|CLOUD_RUN_TASK_INDEX|CLOUD_RUN_TASK_COUNT|CLOUD_RUN_TASK_ATTEMPT)$/.test(name)) {
        throw googleError(400, `${where}: the following reserved env names were provided: ${name}. These values are automatically set by the system.`, "badRequest");
      }
      const reference = valueSource?.secretKeyRef;
      if (value !== undefined && value !== "" && reference) throw googleError(400, `${where}: value and valueSource exclude each other`, "badRequest");
      if (reference?.secret) requireSecret(situation, where, reference.secret, reference.version ?? "latest", runtime);
    }
  });
  for (const { secret } of template.volumes ?? []) if (secret?.secret) requireSecret(situation, `${subject}: volume`, secret.secret, "latest", runtime);
}

function requireSecret(situation: Situation, where: string, secret: string, version: string, runtime: string): void {
  const name = `projects/${projectOf(situation)}/secrets/${lastPart(secret)}/versions/${lastPart(version)}`;
  if (!versionExists(situation, secret, version)) throw googleError(404, `${where}: Secret ${name} was not found`, "notFound");
  if (!mayAccess(situation, secret, runtime)) {
    throw googleError(403, `${where}: Permission denied on secret: ${name} for Revision service account ${runtime}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`, "forbidden");
  }
}

function validateService(situation: Situation): void {
  requireService(situation, "run.googleapis.com", "Cloud Run Admin API");
  requireRegion(text(situation.inputs, "location"));
  const name = text(situation.inputs, "name");
  validateName(name);
  const template = (situation.inputs.template ?? {}) as Template;
  validateContainers(situation, template, `Service '${name}'`);
  const { minInstanceCount: least = 0, maxInstanceCount: most } = template.scaling ?? {};
  if (most !== undefined && most !== 0 && most < least) throw googleError(400, `template.scaling: maxInstanceCount (${most}) must be at least minInstanceCount (${least})`, "badRequest");
  if (template.revision !== undefined && (!template.revision.startsWith(`${name}-`) || !/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(template.revision))) {
    throw googleError(400, `template.revision: Revision name "${template.revision}" must be prefixed by the service name "${name}-" and be at most 63 lowercase letters, digits and hyphens`, "badRequest");
  }
  const made = template.revision === undefined ? undefined : situation.world.get(revisionType, `${identity("services")(situation.inputs)}/revisions/${template.revision}`);
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
    if (type === "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" && revision) throw googleError(400, `traffic: a target of type LATEST must not name a revision, got '${revision}'`, "badRequest");
    if (type === "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" && !revision) throw googleError(400, "traffic: a target of type REVISION must name a revision", "badRequest");
    if (revision && revision !== template.revision && !situation.world.get(revisionType, `${identity("services")(situation.inputs)}/revisions/${revision}`)) {
      throw googleError(404, `traffic: Revision '${revision}' of service '${text(situation.inputs, "name")}' was not found`, "notFound");
    }
  }
}

function templateHash(template: Json | undefined): string {
  return createHash("sha256").update(canonical(template ?? null)).digest("hex");
}

function serviceOutputs(situation: Situation): JsonObject {
  const { inputs, previous } = situation;
  const [project, location, name] = [projectOf(situation), text(inputs, "location"), text(inputs, "name")];
  const newRevision = !previous || templateHash(previous.outputs.template) !== templateHash(inputs.template);
  const generation = previous ? Number(previous.outputs.generation) + 1 : 1;
  const template = (inputs.template ?? {}) as Template;
  const revision = newRevision ? (template.revision ?? `${name}-${String(generation).padStart(5, "0")}-${randomText(lowerCase, 3)}`) : text(previous.outputs, "latestCreatedRevision");
  const uri = `https://${name}-${derivedHex(`run ${project}`, 10)}-${regionCodes[location] ?? location.slice(0, 2)}.a.run.app`;
  const traffics = (inputs.traffics ?? [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }]) as Traffic[];
  const fullRevision = `projects/${project}/locations/${location}/services/${name}/revisions/${revision}`;
  return {
    ...deletionDefaults(inputs),
    ...createdAt(situation),
    ...labelOutputs(situation),
    conditions: ready("RoutesReady", situation.now),
    creator: "sandbox@chisan.invalid",
    deleteTime: "",
    effectiveAnnotations: (inputs.annotations ?? {}) as JsonObject,
    etag: etagOf([inputs, generation]),
    expireTime: "",
    generation: String(generation),
    ingress: inputs.ingress ?? "INGRESS_TRAFFIC_ALL",
    lastModifier: "sandbox@chisan.invalid",
    latestCreatedRevision: newRevision ? fullRevision : revision,
    latestReadyRevision: newRevision ? fullRevision : revision,
    launchStage: inputs.launchStage ?? "GA",
    observedGeneration: String(generation),
    reconciling: false,
    scaling: inputs.scaling ?? {},
    terminalConditions: ready("Ready", situation.now),
    trafficStatuses: traffics.map(({ type, revision: named, percent = 0, tag }) => ({
      type: type ?? (named ? "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" : "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"),
      revision: named ?? "",
      percent,
      tag: tag ?? "",
      uri: tag ? uri.replace("https://", `https://${tag}---`) : "",
    })),
    traffics: traffics as unknown as Json,
    uid: kept(situation, "uid", randomUUID),
    updateTime: situation.now,
    uri,
    urls: [`https://${name}-${situation.existing.gcpProjectNumber(project)}.${location}.run.app`, uri],
  };
}

const ready = (type: string, now: string): Json => [{ executionReason: "", lastTransitionTime: now, message: "", reason: "", revisionReason: "", severity: "", state: "CONDITION_SUCCEEDED", type }];

function protectedFromDeletion(kind: string) {
  return (record: WorldRecord): void => {
    // The provider's default is true.
    if (record.outputs.deletionProtection !== false) {
      throw new VendorRefusal(`cannot destroy ${kind} without setting deletion_protection=false and running \`pulumi up\`: ${record.id}`);
    }
  };
}

const references: Reference[] = [
  computeReference("template.vpcAccess.networkInterfaces[].network", "network", { onDelete: "dangle" }),
  computeReference("template.vpcAccess.networkInterfaces[].subnetwork", "subnetwork", {
    onDelete: (target) => `googleapi: Error 400: The subnetwork resource '${target.id}' is already being used by a Cloud Run service, resourceInUseByAnotherResource`,
  }),
];

export const run: { [token: string]: ResourceModel } = {
  [serviceType]: {
    identity: identity("services"),
    duplicate: (inputs) => `googleapi: Error 409: Resource '${text(inputs, "name")}' already exists., alreadyExists`,
    references,
    validate: validateService,
    id: (situation) => identity("services")(situation.inputs),
    computed: serviceOutputs,
    changesOnUpdate: [
      ..."conditions effectiveAnnotations effectiveLabels etag generation lastModifier latestCreatedRevision latestReadyRevision observedGeneration".split(" "),
      ..."pulumiLabels reconciling terminalConditions trafficStatuses updateTime".split(" "),
    ],
    importIds: shortIds,
    alongside: (situation, outputs): WorldChange[] => {
      const id = text(outputs, "latestCreatedRevision");
      if (situation.world.get(revisionType, id)) return [];
      const template = situation.inputs.template ?? {};
      const inputs = { service: identity("services")(situation.inputs), revision: lastPart(id), template, templateHash: templateHash(template) };
      const secretPaths = situation.secretPaths.filter((path) => /^template($|[.[])/.test(path));
      return [{ put: { type: revisionType, id, urns: [], inputs, outputs: { createTime: situation.now, generation: outputs.generation ?? null }, secretPaths, createdAt: situation.now } }];
    },
    remove: (record, world) => {
      protectedFromDeletion("service")(record);
      return world.list(revisionType).filter(({ inputs }) => inputs.service === record.outputs.id).map(({ type, id }) => ({ delete: { type, id } }));
    },
  },
  [jobType]: {
    identity: identity("jobs"),
    duplicate: (inputs) => `googleapi: Error 409: Resource '${text(inputs, "name")}' already exists., alreadyExists`,
    references: references.map((reference) => ({ ...reference, property: reference.property.replace("template.", "template.template.") })),
    validate: (situation) => {
      requireService(situation, "run.googleapis.com", "Cloud Run Admin API");
      requireRegion(text(situation.inputs, "location"));
      validateName(text(situation.inputs, "name"));
      const template = (valuesAt(situation.inputs, "template.template")[0] ?? {}) as Template;
      validateContainers(situation, template, `Job '${text(situation.inputs, "name")}'`);
    },
    id: (situation) => identity("jobs")(situation.inputs),
    computed: (situation) => {
      const generation = situation.previous ? Number(situation.previous.outputs.generation) + 1 : 1;
      return {
        ...deletionDefaults(situation.inputs),
        ...createdAt(situation),
        ...labelOutputs(situation),
        conditions: ready("Ready", situation.now),
        creator: "sandbox@chisan.invalid",
        deleteTime: "",
        effectiveAnnotations: (situation.inputs.annotations ?? {}) as JsonObject,
        etag: etagOf([situation.inputs, generation]),
        executionCount: kept(situation, "executionCount", () => 0),
        expireTime: "",
        generation: String(generation),
        lastModifier: "sandbox@chisan.invalid",
        latestCreatedExecutions: kept(situation, "latestCreatedExecutions", () => []),
        launchStage: situation.inputs.launchStage ?? "GA",
        observedGeneration: String(generation),
        reconciling: false,
        terminalConditions: ready("Ready", situation.now),
        uid: kept(situation, "uid", randomUUID),
        updateTime: situation.now,
      };
    },
    changesOnUpdate: "conditions effectiveAnnotations effectiveLabels etag generation lastModifier observedGeneration pulumiLabels reconciling terminalConditions updateTime".split(" "),
    importIds: shortIds,
    remove: protectedFromDeletion("job"),
  },
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": runGrant("services", serviceType),
  "gcp:cloudrunv2/jobIamMember:JobIamMember": runGrant("jobs", jobType),
};

function shortIds(outputs: JsonObject): string[] {
  return [`${text(outputs, "project")}/${text(outputs, "location")}/${text(outputs, "name")}`, `${text(outputs, "location")}/${text(outputs, "name")}`];
}

/** `name` of a grant is the service's name or its full name. */
function runGrant(kind: "services" | "jobs", type: string): ResourceModel {
  const on = (properties: JsonObject): string => {
    const name = text(properties, "name");
    return name.startsWith("projects/") ? name : identity(kind)(properties);
  };
  return grant({
    on,
    references: [
      {
        property: "name",
        type,
        identity: (_value, inputs) => on(inputs),
        missing: (_value, inputs) => `googleapi: Error 404: Resource '${lastPart(on(inputs))}' of kind '${kind === "services" ? "SERVICE" : "JOB"}' in region '${String(inputs.location)}' in project '${String(inputs.project)}' does not exist., notFound`,
        onDelete: "cascade",
      },
    ],
  });
}
