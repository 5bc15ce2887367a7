import type { JsonObject } from "../../../world/world";
import { randomDigits } from "../ids";
import { kept, text, type Reference, type ResourceModel } from "../model";
import {
  deletionDefaults,
  etagOf,
  googleError,
  labelOutputs,
  lastPart,
  projectOf,
  requireProject,
  requireService,
  validateGrant,
} from "./common";
import { knownServices } from "./known-services";

/** A grant of one role to one member on something: the same grant twice is one grant, and either of its owners can take it away. */
export function grant(options: {
  on: (properties: JsonObject) => string;
  references: Reference[];
  /** The services whose predefined roles can be granted there; absent: all. Basic and custom roles can be granted everywhere. */
  services?: string[];
  outputs?: (properties: JsonObject) => JsonObject;
}): ResourceModel {
  const identity = (properties: JsonObject): string => {
    const condition = properties.condition as JsonObject | undefined;
    return `${options.on(properties)}/${text(properties, "role")}/${text(properties, "member")}${condition ? `/${String(condition.title)}` : ""}`;
  };
  return {
    identity,
    duplicate: "adopt",
    references: options.references,
    validate: (situation) => {
      validateGrant(situation);
      const role = text(situation.inputs, "role");
      const service = /^roles\/(\w+)\./.exec(role)?.[1];
      if (options.services && service !== undefined && !options.services.includes(service))
        throw googleError(400, `Role ${role} is not supported for this resource.`, "badRequest");
    },
    id: (situation) => identity(situation.inputs),
    computed: (situation) => ({
      ...options.outputs?.(situation.inputs),
      etag: kept(situation, "etag", () => etagOf([situation.inputs, situation.now])),
    }),
    importIds: (outputs) => [`${options.on(outputs)} ${text(outputs, "role")} ${text(outputs, "member")}`],
  };
}

/** `projects/p/serviceAccounts/<email>`, from that form or from the email. */
export function serviceAccountName(value: string): string {
  if (value.startsWith("projects/")) return value;
  const project = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(value)?.[1];
  return project ? `projects/${project}/serviceAccounts/${value}` : value;
}

export const iam: { [token: string]: ResourceModel } = {
  "gcp:projects/service:Service": {
    identity: (properties) => `${text(properties, "project")}/${text(properties, "service")}`,
    duplicate: "adopt",
    validate: (situation) => {
      requireProject(situation);
      const service = text(situation.inputs, "service");
      if (!knownServices.has(service)) {
        throw googleError(403, `Not found or permission denied for service(s): ${service}.`, "forbidden");
      }
    },
    id: (situation) => `${projectOf(situation)}/${text(situation.inputs, "service")}`,
    computed: (situation) => deletionDefaults(situation.inputs),
    staysAfterDelete: (record) => record.outputs.disableOnDestroy !== true,
  },
  "gcp:organizations/project:Project": {
    identity: (properties) => text(properties, "projectId"),
    duplicate: (inputs) => `googleapi: Error 409: Requested entity already exists: project ${text(inputs, "projectId")}, alreadyExists`,
    validate: (situation) => {
      const id = text(situation.inputs, "projectId");
      if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id))
        throw googleError(
          400,
          `field [project_id] has issue [project_id must be 6 to 30 lowercase letters, digits, or hyphens, got "${id}"]`,
          "badRequest",
        );
    },
    id: (situation) => `projects/${text(situation.inputs, "projectId")}`,
    computed: (situation) => ({
      ...labelOutputs(situation),
      name: situation.inputs.name ?? text(situation.inputs, "projectId"),
      deletionPolicy: situation.inputs.deletionPolicy ?? "PREVENT",
      number: situation.existing.gcpProjectNumber(text(situation.inputs, "projectId")),
    }),
    changesOnUpdate: ["effectiveLabels", "pulumiLabels"],
  },
  "gcp:serviceaccount/account:Account": {
    identity: (properties) =>
      `projects/${text(properties, "project")}/serviceAccounts/${text(properties, "accountId")}@${text(properties, "project")}.iam.gserviceaccount.com`,
    duplicate: (inputs) =>
      `googleapi: Error 409: Service account ${text(inputs, "accountId")} already exists within project projects/${text(inputs, "project")}., alreadyExists`,
    validate: (situation) => {
      requireService(situation, "iam.googleapis.com", "Identity and Access Management (IAM) API");
      const id = text(situation.inputs, "accountId");
      if (!/^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/.test(id)) {
        throw googleError(
          400,
          `Invalid service account ID "${id}": it must be between 6 and 30 characters, lowercase letters, digits and hyphens, a letter first`,
          "badRequest",
        );
      }
      // https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts: 100 and 256 UTF-8 bytes
      for (const [property, most] of [
        ["displayName", 100],
        ["description", 256],
      ] as const) {
        const length = Buffer.byteLength(String(situation.inputs[property] ?? ""));
        if (length > most)
          throw googleError(400, `The service account's ${property} has at most ${most} bytes, got ${length}`, "badRequest");
      }
    },
    id: (situation, outputs) => `projects/${projectOf(situation)}/serviceAccounts/${text(outputs, "email")}`,
    computed: (situation) => {
      const email = `${text(situation.inputs, "accountId")}@${projectOf(situation)}.iam.gserviceaccount.com`;
      return {
        ...deletionDefaults(situation.inputs),
        email,
        member: `serviceAccount:${email}`,
        name: `projects/${projectOf(situation)}/serviceAccounts/${email}`,
        uniqueId: kept(situation, "uniqueId", () => randomDigits(21)),
      };
    },
    importIds: (outputs) => [text(outputs, "email")],
  },
  "gcp:serviceaccount/iAMMember:IAMMember": grant({
    services: ["iam"],
    on: (properties) => serviceAccountName(text(properties, "serviceAccountId")),
    references: [
      {
        property: "serviceAccountId",
        type: "gcp:serviceaccount/account:Account",
        identity: (value) => (/\.iam\.gserviceaccount\.com$/.test(value) ? serviceAccountName(value) : undefined),
        missing: (value) => `googleapi: Error 404: Unknown service account: ${lastPart(value)}, notFound`,
        onDelete: "cascade",
      },
    ],
  }),
  "gcp:projects/iAMMember:IAMMember": {
    ...grant({ on: (properties) => text(properties, "project"), references: [] }),
    validate: (situation) => {
      requireProject(situation);
      if (situation.inputs.role === "roles/owner" && /^(allUsers|allAuthenticatedUsers)$/.test(text(situation.inputs, "member"))) {
        throw googleError(400, `Role roles/owner cannot be granted to ${text(situation.inputs, "member")}`, "badRequest");
      }
      validateGrant(situation);
    },
  },
  // The whole audit configuration of one service: written over, and empty after a delete.
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
    identity: (properties) => `${text(properties, "project")}/audit_config/${text(properties, "service")}`,
    duplicate: "adopt",
    validate: (situation) => {
      requireProject(situation);
      const service = text(situation.inputs, "service");
      if (service !== "allServices" && !knownServices.has(service))
        throw googleError(400, `Audit config service ${service} is not a valid service.`, "badRequest");
    },
    id: (situation) => `${projectOf(situation)}/audit_config/${text(situation.inputs, "service")}`,
    computed: (situation) => ({ etag: kept(situation, "etag", () => etagOf([situation.inputs, situation.now])) }),
    importIds: (outputs) => [`${text(outputs, "project")} ${text(outputs, "service")}`],
  },
  "gcp:projects/iAMCustomRole:IAMCustomRole": {
    identity: (properties) => `projects/${text(properties, "project")}/roles/${text(properties, "roleId")}`,
    duplicate: (inputs) =>
      `googleapi: Error 409: A role named ${text(inputs, "roleId")} in projects/${text(inputs, "project")} already exists., alreadyExists`,
    validate: (situation) => {
      requireService(situation, "iam.googleapis.com", "Identity and Access Management (IAM) API");
      const id = text(situation.inputs, "roleId");
      if (!/^[\w.]{3,64}$/.test(id))
        throw googleError(400, `The role ID "${id}" must be 3 to 64 letters, digits, underscores or periods`, "badRequest");
      const permissions = (situation.inputs.permissions ?? []) as string[];
      const malformed = permissions.find((permission) => !/^[a-z][a-z0-9-]*(\.[A-Za-z]+){2,}$/.test(permission));
      if (malformed !== undefined) throw googleError(400, `Permission ${malformed} is not valid.`, "badRequest");
    },
    id: (situation) => `projects/${projectOf(situation)}/roles/${text(situation.inputs, "roleId")}`,
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      deleted: false,
      name: `projects/${projectOf(situation)}/roles/${text(situation.inputs, "roleId")}`,
    }),
  },
};
