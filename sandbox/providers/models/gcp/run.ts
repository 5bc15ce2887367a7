import { randomUUID } from "node:crypto";
import type { Json, JsonObject, WorldChange, WorldRecord } from "../../../world/world";
import { derivedHex } from "../existing-things";
import { lowerCase, randomText } from "../ids";
import { kept, text, VendorRefusal, type Reference, type ResourceModel, type Situation } from "../model";
import { computeReference } from "./compute-names";
import { createdAt, deletionDefaults, etagOf, labelOutputs, lastPart, projectOf } from "./common";
import { grant } from "./iam";
import { identity, revisionType, templateHash, validateService, type Traffic } from "./run-rules";
import type { Template } from "./run-template";

const serviceType = "gcp:cloudrunv2/service:Service";
/** The two letters that stand for a region in a service's address, as far as known; other regions get their initials. */
const regionCodes: { [region: string]: string } = {
  "asia-northeast1": "an",
  "asia-northeast2": "dt",
  "asia-northeast3": "du",
  "asia-east1": "de",
  "us-central1": "uc",
  "us-east1": "ue",
  "europe-west1": "ew",
};

function serviceOutputs(situation: Situation): JsonObject {
  const { inputs, previous } = situation;
  const [project, location, name] = [projectOf(situation), text(inputs, "location"), text(inputs, "name")];
  const newRevision = !previous || templateHash(previous.outputs.template) !== templateHash(inputs.template);
  const generation = previous ? Number(previous.outputs.generation) + 1 : 1;
  const template = (inputs.template ?? {}) as Template;
  const revision = newRevision
    ? (template.revision ?? `${name}-${String(generation).padStart(5, "0")}-${randomText(lowerCase, 3)}`)
    : text(previous.outputs, "latestCreatedRevision");
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

export const ready = (type: string, now: string): Json => [
  {
    executionReason: "",
    lastTransitionTime: now,
    message: "",
    reason: "",
    revisionReason: "",
    severity: "",
    state: "CONDITION_SUCCEEDED",
    type,
  },
];

export function protectedFromDeletion(kind: string) {
  return (record: WorldRecord): void => {
    // The provider's default is true.
    if (record.outputs.deletionProtection !== false) {
      throw new VendorRefusal(`cannot destroy ${kind} without setting deletion_protection=false and running \`pulumi up\`: ${record.id}`);
    }
  };
}

export const references: Reference[] = [
  computeReference("template.vpcAccess.networkInterfaces[].network", "network", { onDelete: "dangle" }),
  computeReference("template.vpcAccess.networkInterfaces[].subnetwork", "subnetwork", {
    onDelete: (target) =>
      `googleapi: Error 400: The subnetwork resource '${target.id}' is already being used by a Cloud Run service, resourceInUseByAnotherResource`,
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
      ..."conditions effectiveAnnotations effectiveLabels etag generation lastModifier latestCreatedRevision latestReadyRevision observedGeneration".split(
        " ",
      ),
      ..."pulumiLabels reconciling terminalConditions trafficStatuses updateTime".split(" "),
    ],
    importIds: shortIds,
    alongside: (situation, outputs): WorldChange[] => {
      const id = text(outputs, "latestCreatedRevision");
      if (situation.world.get(revisionType, id)) return [];
      const template = situation.inputs.template ?? {};
      const inputs = {
        service: identity("services")(situation.inputs),
        revision: lastPart(id),
        template,
        templateHash: templateHash(template),
      };
      const secretPaths = situation.secretPaths.filter((path) => /^template($|[.[])/.test(path));
      return [
        {
          put: {
            type: revisionType,
            id,
            urns: [],
            inputs,
            outputs: { createTime: situation.now, generation: outputs.generation ?? null },
            secretPaths,
            createdAt: situation.now,
          },
        },
      ];
    },
    remove: (record, world) => {
      protectedFromDeletion("service")(record);
      return world
        .list(revisionType)
        .filter(({ inputs }) => inputs.service === record.outputs.id)
        .map(({ type, id }) => ({ delete: { type, id } }));
    },
  },
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": runGrant("services", serviceType),
};

export function shortIds(outputs: JsonObject): string[] {
  return [
    `${text(outputs, "project")}/${text(outputs, "location")}/${text(outputs, "name")}`,
    `${text(outputs, "location")}/${text(outputs, "name")}`,
  ];
}

/** `name` of a grant is the service's name or its full name. */
export function runGrant(kind: "services" | "jobs", type: string): ResourceModel {
  const on = (properties: JsonObject): string => {
    const name = text(properties, "name");
    return name.startsWith("projects/") ? name : identity(kind)(properties);
  };
  return grant({
    on,
    services: ["run"],
    references: [
      {
        property: "name",
        type,
        identity: (_value, inputs) => on(inputs),
        missing: (_value, inputs) =>
          `googleapi: Error 404: Resource '${lastPart(on(inputs))}' of kind '${kind === "services" ? "SERVICE" : "JOB"}' in region '${String(inputs.location)}' in project '${String(inputs.project)}' does not exist., notFound`,
        onDelete: "cascade",
      },
    ],
  });
}
