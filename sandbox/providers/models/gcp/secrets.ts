import type { Json, JsonObject } from "../../../world/world";
import { kept, text, type Reference, type ResourceModel, type Situation } from "../model";
import { createdAt, deletionDefaults, googleError, labelOutputs, lastPart, projectOf, requireRegion, requireService } from "./common";
import { grant } from "./iam";
import { validateLabels } from "./labels";

const secretType = "gcp:secretmanager/secret:Secret";
const versionType = "gcp:secretmanager/secretVersion:SecretVersion";
/** Auxiliary: how many versions a secret has had, since a destroyed version's number is never given again. */
const counterType = "gcp:secretmanager/counter";

/** `projects/<project>/secrets/<id>` from an ID or a full name, whose project may be a number. */
export function secretName(value: string, project: string): string {
  const full = /^projects\/([^/]+)\/secrets\/([^/]+)/.exec(value);
  if (!full) return `projects/${project}/secrets/${value}`;
  // A name with a number means the same project as far as one program goes: the provider itself compares such names.
  return `projects/${/^\d+$/.test(full[1]!) ? project : full[1]!}/secrets/${full[2]!}`;
}

const projectFrom = (inputs: JsonObject, value: string): string =>
  /^projects\/([a-z][^/]*)\//.exec(value)?.[1] ?? (typeof inputs.project === "string" ? inputs.project : "");

const toSecret = (property: string): Reference => ({
  property,
  type: secretType,
  identity: (value, inputs) => secretName(value, projectFrom(inputs, value)),
  missing: (value, inputs) => `googleapi: Error 404: Secret [${secretName(value, projectFrom(inputs, value))}] not found., notFound`,
  onDelete: "cascade",
});

function validateSecret(situation: Situation): void {
  requireService(situation, "secretmanager.googleapis.com", "Secret Manager API");
  const id = text(situation.inputs, "secretId");
  // secretmanager.discovery.json, projects.secrets.create: up to 255 characters, letters, numerals, hyphen and underscore
  if (!/^[\w-]{1,255}$/.test(id))
    throw googleError(400, `The provided Secret ID [${id}] does not match the expected format [[a-zA-Z_0-9-]{1,255}]`, "badRequest");
  const replication = (situation.inputs.replication ?? {}) as { auto?: unknown; userManaged?: { replicas?: Array<{ location?: string }> } };
  if (!replication.auto && !replication.userManaged) throw googleError(400, "Secret.replication must be provided.", "badRequest");
  const locations = (replication.userManaged?.replicas ?? []).flatMap(({ location }) => (location ? [location] : []));
  locations.forEach(requireRegion);
  const twice = locations.find((location, at) => locations.indexOf(location) !== at);
  if (twice !== undefined) throw googleError(400, `Secret.replication: the replica location ${twice} is given twice`, "badRequest");
  if (replication.userManaged && locations.length === 0)
    throw googleError(400, "Secret.replication.userManaged.replicas must have at least one location", "badRequest");
  validateLabels(situation.inputs.labels);
  validateTimes(situation.inputs);
}

/** https://cloud.google.com/secret-manager/docs/delay-secret-version-destruction: 24 hours to 1000 days. */
function validateTimes({ versionDestroyTtl, ttl, expireTime, rotation, topics }: JsonObject): void {
  const delay = versionDestroyTtl === undefined ? undefined : secondsOf("versionDestroyTtl", versionDestroyTtl);
  if (delay !== undefined && (delay < 86_400 || delay > 86_400_000))
    throw googleError(
      400,
      `Secret.version_destroy_ttl must be from 86400s (24 hours) to 86400000s, got ${String(versionDestroyTtl)}`,
      "badRequest",
    );
  if (ttl !== undefined && secondsOf("ttl", ttl) <= 0)
    throw googleError(400, `Secret.ttl must be positive, got ${String(ttl)}`, "badRequest");
  if (ttl !== undefined && expireTime !== undefined)
    throw googleError(400, "Secret.ttl and Secret.expire_time exclude each other", "badRequest");
  if (rotation !== undefined && !(Array.isArray(topics) && topics.length > 0))
    throw googleError(400, "Secret.topics must be set when Secret.rotation is", "badRequest");
}

function secondsOf(property: string, duration: Json): number {
  const value = /^(\d+(?:\.\d{1,9})?)s$/.exec(String(duration))?.[1];
  if (value === undefined)
    throw googleError(
      400,
      `Secret.${property} must be a duration in seconds such as "86400s", got ${JSON.stringify(duration)}`,
      "badRequest",
    );
  return Number(value);
}

export const secrets: { [token: string]: ResourceModel } = {
  [secretType]: {
    identity: (properties) => `projects/${text(properties, "project")}/secrets/${text(properties, "secretId")}`,
    duplicate: (inputs) =>
      `googleapi: Error 409: Secret [projects/${text(inputs, "project")}/secrets/${text(inputs, "secretId")}] already exists., alreadyExists`,
    validate: validateSecret,
    id: (situation) => `projects/${projectOf(situation)}/secrets/${text(situation.inputs, "secretId")}`,
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...createdAt(situation),
      ...labelOutputs(situation),
      effectiveAnnotations: (situation.inputs.annotations ?? {}) as JsonObject,
      expireTime: situation.inputs.expireTime ?? "",
      name: `projects/${situation.existing.gcpProjectNumber(projectOf(situation))}/secrets/${text(situation.inputs, "secretId")}`,
    }),
    changesOnUpdate: ["effectiveAnnotations", "effectiveLabels", "pulumiLabels"],
    importIds: (outputs) => [text(outputs, "name"), `${text(outputs, "project")}/${text(outputs, "secretId")}`, text(outputs, "secretId")],
    remove: (record, world) => (world.get(counterType, record.id) ? [{ delete: { type: counterType, id: record.id } }] : []),
  },
  [versionType]: {
    references: [toSecret("secret")],
    validate: (situation) => {
      const data = situation.inputs.secretData ?? situation.inputs.secretDataWo;
      if (typeof data !== "string" || data === "")
        throw googleError(400, "The secret payload must be provided and not empty", "badRequest");
      // secretmanager.discovery.json, SecretPayload.data: at most 64 KiB
      if (Buffer.byteLength(data, situation.inputs.isSecretDataBase64 === true ? "base64" : "utf8") > 65_536)
        throw googleError(400, "The secret payload is larger than 65536 bytes", "badRequest");
    },
    id: (_situation, outputs) => text(outputs, "name"),
    computed: (situation) => {
      const value = text(situation.inputs, "secret");
      const project = projectFrom(situation.inputs, value);
      const secret = situation.world.find(secretType, secretName(value, project));
      const version = kept(situation, "version", () => String(versionsSoFar(situation, value, project) + 1)) as string;
      return {
        ...createdAt(situation),
        deletionPolicy: situation.inputs.deletionPolicy ?? "DELETE",
        destroyTime: "",
        project: situation.inputs.project ?? project,
        name: kept(situation, "name", () => `${text(secret!.outputs, "name")}/versions/${version}`),
        version,
      };
    },
    writeOnly: ["secretDataWo"],
    alongside: (situation, outputs) => {
      if (situation.previous) return [];
      const id = secretName(text(situation.inputs, "secret"), projectFrom(situation.inputs, text(situation.inputs, "secret")));
      return [
        {
          put: {
            type: counterType,
            id,
            urns: [],
            inputs: { versions: Number(outputs.version) },
            outputs: {},
            secretPaths: [],
            createdAt: situation.now,
          },
        },
      ];
    },
    importIds: (outputs) => [
      `${secretName(text(outputs, "secret"), projectFrom(outputs, text(outputs, "secret")))}/versions/${text(outputs, "version")}`,
    ],
    // ABANDON leaves the version at the vendor; DISABLE does too, disabled, but then nothing of ours names it any more.
    staysAfterDelete: (record) => record.outputs.deletionPolicy === "ABANDON",
  },
  "gcp:secretmanager/secretIamMember:SecretIamMember": grant({
    services: ["secretmanager"],
    on: (properties) => secretName(text(properties, "secretId"), projectFrom(properties, text(properties, "secretId"))),
    references: [toSecret("secretId")],
  }),
};

function versionsSoFar(situation: Situation, secret: string, project: string): number {
  const versions = situation.world.get(counterType, secretName(secret, project))?.inputs.versions;
  return typeof versions === "number" ? versions : 0;
}

/** Whether a version (a number or `latest`) of a secret exists and is enabled. */
export function versionExists(situation: Situation, secret: string, version: string): boolean {
  const project = projectOf(situation);
  const wanted = lastPart(version);
  return situation.world
    .list(versionType)
    .filter(
      (record) =>
        secretName(text(record.outputs, "secret"), projectFrom(record.outputs, text(record.outputs, "secret")) || project) ===
        secretName(secret, project),
    )
    .some((record) => record.outputs.enabled !== false && (wanted === "latest" || record.outputs.version === wanted));
}

/** Whether a service account may read a secret: by a grant on it or on the project. */
export function mayAccess(situation: Situation, secret: string, email: string): boolean {
  const project = projectOf(situation);
  const member = `serviceAccount:${email}`;
  const reading = (role: unknown): boolean =>
    role === "roles/secretmanager.secretAccessor" || role === "roles/secretmanager.admin" || role === "roles/owner";
  const onSecret = situation.world
    .list("gcp:secretmanager/secretIamMember:SecretIamMember")
    .some(
      ({ outputs }) =>
        outputs.member === member &&
        reading(outputs.role) &&
        secretName(text(outputs, "secretId"), projectFrom(outputs, text(outputs, "secretId")) || project) === secretName(secret, project),
    );
  const onProject = situation.world
    .list("gcp:projects/iAMMember:IAMMember")
    .some(({ outputs }) => outputs.member === member && reading(outputs.role) && outputs.project === project);
  return onSecret || onProject;
}
