import { createHash } from "node:crypto";
import type { Json, JsonObject, WorldRecord } from "../../../world/world";
import { randomHex } from "../ids";
import { defaults, kept, text, type Reference, type ResourceModel, type Situation } from "../model";
import { bucketIdentity, cloudflareError, requireAccount, requireZone, toScript } from "./common";
import { isHost, isWithin } from "./dns-content";
import { validateWorkerCode } from "./worker-code";

const queueType = "cloudflare:index/queue:Queue";
const scriptType = "cloudflare:index/workersScript:WorkersScript";
const account = (properties: JsonObject): string => String(properties.accountId ?? "");

const toQueue: Reference = {
  property: "queueId",
  type: queueType,
  identity: (value, inputs) => `${account(inputs)}/${value}`,
  missing: () => cloudflareError(404, 11000, "Queue does not exist.").message,
  onDelete: "cascade",
};

interface Binding {
  type?: string;
  name?: string;
  bucketName?: string;
  queueName?: string;
  jurisdiction?: string;
  className?: string;
  scriptName?: string;
}

interface Migrations {
  newClasses?: string[];
  newSqliteClasses?: string[];
  steps?: Migrations[];
}

function queueNamed(situation: Situation, name: string): WorldRecord | undefined {
  return situation.world
    .list(queueType)
    .find(({ outputs }) => outputs.queueName === name && account(outputs) === account(situation.inputs));
}

/** A script may only bind what exists. */
function validateBindings(situation: Situation): void {
  const names = new Set<string>();
  for (const binding of (situation.inputs.bindings ?? []) as Binding[]) {
    const { type, name, bucketName, queueName, jurisdiction } = binding;
    if (name !== undefined && names.has(name)) throw cloudflareError(400, 10021, `two bindings have the name ${name}`);
    if (name !== undefined) names.add(name);
    if (
      type === "r2_bucket" &&
      bucketName !== undefined &&
      !situation.world.find(
        "cloudflare:index/r2Bucket:R2Bucket",
        bucketIdentity({ accountId: account(situation.inputs), jurisdiction: jurisdiction ?? "default", bucketName }),
      )
    ) {
      throw cloudflareError(400, 10085, `R2 bucket '${bucketName}' not found. Please use a different name and try again.`);
    }
    if (type === "queue" && queueName !== undefined && !queueNamed(situation, queueName)) {
      throw cloudflareError(400, 100122, `Queue ${queueName} does not exist.`);
    }
    if (type === "durable_object_namespace") validateDurableObject(situation, binding);
  }
}

/** https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/: the class of the own script, made by a migration; or another script's. */
function validateDurableObject({ inputs, world }: Situation, { className = "", scriptName }: Binding): void {
  if (scriptName !== undefined && scriptName !== inputs.scriptName) {
    const other = world.list(scriptType).find(({ outputs }) => outputs.scriptName === scriptName && account(outputs) === account(inputs));
    if (!other) throw cloudflareError(400, 10061, `Cannot create binding for class ${className}: the script ${scriptName} does not exist.`);
    return validateClass(other.inputs, className);
  }
  validateClass(inputs, className);
}

function validateClass({ content, migrations }: JsonObject, className: string): void {
  if (typeof content === "string" && !new RegExp(`\\b${className}\\b`).test(content))
    throw cloudflareError(400, 10070, `Cannot create binding for class '${className}' that is not exported by the script.`);
  const { newClasses = [], newSqliteClasses = [], steps = [] } = (migrations ?? {}) as Migrations;
  const made = [...newClasses, ...newSqliteClasses, ...steps.flatMap((step) => [...(step.newClasses ?? []), ...(step.newSqliteClasses ?? [])])];
  if (!made.includes(className))
    throw cloudflareError(
      400,
      10061,
      `Cannot create binding for class '${className}' because it is not currently configured to implement Durable Objects. Did you forget to apply a new_sqlite_classes migration to it?`,
    );
}

/** A queue's own view of who produces to it and consumes from it is made when it is read, so these lists stay empty here. */
const queue: ResourceModel = {
  identity: (properties) => `${account(properties)}/${text(properties, "queueName")}`,
  handles: (outputs) => [`${account(outputs)}/${text(outputs, "queueId")}`],
  duplicate: (inputs) =>
    cloudflareError(409, 11009, `Queue name '${text(inputs, "queueName")}' is already taken. Please use a different name and try again.`)
      .message,
  validate: (situation) => {
    requireAccount(situation);
    const name = text(situation.inputs, "queueName");
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
      throw cloudflareError(
        400,
        11003,
        `Invalid queue name "${name}": 1 to 63 lowercase letters, digits and hyphens, with no hyphen first or last.`,
      );
  },
  id: (_situation, outputs) => text(outputs, "queueId"),
  computed: (situation) => ({
    consumers: kept(situation, "consumers", () => []),
    consumersTotalCount: kept(situation, "consumersTotalCount", () => 0),
    createdOn: kept(situation, "createdOn", () => situation.now),
    modifiedOn: situation.now,
    producers: kept(situation, "producers", () => []),
    producersTotalCount: kept(situation, "producersTotalCount", () => 0),
    queueId: kept(situation, "queueId", () => randomHex(32)),
    ...defaults(situation.inputs, { settings: { deliveryDelay: 0, messageRetentionPeriod: 345600 } }),
  }),
  changesOnUpdate: ["modifiedOn"],
  importIds: (outputs) => [`${account(outputs)}/${text(outputs, "queueId")}`],
};

export const workers: { [token: string]: ResourceModel } = {
  [queueType]: queue,
  "cloudflare:index/queueConsumer:QueueConsumer": {
    identity: (properties) => `${account(properties)}/${text(properties, "queueId")}`,
    duplicate: () => cloudflareError(400, 11004, "Queue already has a consumer: a queue can have only one.").message,
    references: [toQueue, toScript("scriptName")],
    validate: (situation) => {
      requireAccount(situation);
      const { type, scriptName, settings, deadLetterQueue } = situation.inputs as {
        type: string;
        scriptName?: string;
        settings?: JsonObject;
        deadLetterQueue?: string;
      };
      if (type === "worker" && !scriptName) throw cloudflareError(400, 11010, "scriptName is required for a consumer of type worker.");
      if (deadLetterQueue !== undefined && !queueNamed(situation, deadLetterQueue))
        throw cloudflareError(400, 11000, `Dead letter queue '${deadLetterQueue}' does not exist.`);
      // https://developers.cloudflare.com/queues/platform/limits/
      const limits: Array<[string, number, number]> = [
        ["batchSize", 1, 100],
        ["maxRetries", 0, 100],
        ["maxWaitTimeMs", 0, 60_000],
        ["retryDelay", 0, 43_200],
      ];
      for (const [name, least, most] of limits) {
        const value = settings?.[name];
        if (typeof value === "number" && (value < least || value > most))
          throw cloudflareError(400, 11011, `settings.${name} must be between ${least} and ${most}, got ${value}`);
      }
    },
    id: (_situation, outputs) => text(outputs, "consumerId"),
    computed: (situation) => ({
      consumerId: kept(situation, "consumerId", () => randomHex(32)),
      createdOn: kept(situation, "createdOn", () => situation.now),
      queueName:
        situation.world.find(queueType, `${account(situation.inputs)}/${text(situation.inputs, "queueId")}`)?.outputs.queueName ?? "",
      ...defaults(situation.inputs, { scriptName: "", settings: { batchSize: 10, maxRetries: 3, maxWaitTimeMs: 5000 } }),
    }),
    importIds: (outputs) => [`${account(outputs)}/${text(outputs, "queueId")}/${text(outputs, "consumerId")}`],
  },
  [scriptType]: {
    identity: (properties) => `${account(properties)}/${text(properties, "scriptName")}`,
    // The API's upload is a PUT that would overwrite silently; two programs that own one script is the mistake to show.
    duplicate: (inputs) =>
      cloudflareError(409, 10000, `A Worker named ${text(inputs, "scriptName")} already exists on this account.`).message,
    validate: (situation) => {
      requireAccount(situation);
      const name = text(situation.inputs, "scriptName");
      if (!/^[a-z0-9_][a-z0-9-_]{0,62}$/.test(name))
        throw cloudflareError(400, 10016, `Invalid Worker name "${name}": lowercase letters, digits, underscores and hyphens, at most 63.`);
      const { content, contentFile, mainModule, bodyPart, assets } = situation.inputs;
      if (!content && !contentFile && !assets) throw cloudflareError(400, 10021, "A Worker needs content.");
      if (!mainModule && !bodyPart && !assets) throw cloudflareError(400, 10021, "No main module or body part was given.");
      validateWorkerCode(situation.inputs, situation.now);
      validateBindings(situation);
    },
    id: (situation) => text(situation.inputs, "scriptName"),
    scope: account,
    computed: (situation) => {
      const { inputs } = situation;
      const content =
        typeof inputs.content === "string" ? inputs.content : typeof inputs.contentFile === "string" ? inputs.contentFile : "";
      const handlers = ["fetch", "queue", "scheduled", "email", "tail"].filter((handler) =>
        new RegExp(`\\b${handler}\\s*[(:]`).test(content),
      );
      return {
        createdOn: kept(situation, "createdOn", () => situation.now),
        modifiedOn: situation.now,
        etag: createHash("sha256").update(content).digest("hex"),
        handlers,
        hasAssets: inputs.assets !== undefined,
        hasModules: inputs.mainModule !== undefined,
        lastDeployedFrom: "terraform",
        migrationTag: "",
        namedHandlers: [],
        placementMode: "",
        placementStatus: "",
        startupTimeMs: 1,
        ...defaults(inputs, {
          annotations: {},
          bindings: [],
          compatibilityDate: "",
          compatibilityFlags: [],
          logpush: false,
          placement: {},
          tailConsumers: [],
          usageModel: "standard",
        }),
      };
    },
    changesOnUpdate: ["modifiedOn", "etag", "handlers", "hasAssets", "hasModules", "startupTimeMs"],
    importIds: (outputs) => [`${account(outputs)}/${text(outputs, "scriptName")}`],
  },
  "cloudflare:index/workersCronTrigger:WorkersCronTrigger": {
    identity: (properties) => `${account(properties)}/${text(properties, "scriptName")}`,
    duplicate: "adopt",
    references: [toScript("scriptName")],
    validate: (situation) => {
      requireAccount(situation);
      const schedules = situation.inputs.schedules as Array<{ cron?: string }>;
      for (const { cron = "" } of schedules) {
        if (cron.trim().split(/\s+/).length !== 5 || !/^[\d*/,\-A-Za-z#\s]+$/.test(cron))
          throw cloudflareError(400, 10100, `invalid cron string: ${cron}`);
      }
      // https://developers.cloudflare.com/workers/platform/limits/: 250 on a paid account, 5 on a free one
      if (schedules.length > 250) throw cloudflareError(400, 10072, `too many schedules: ${schedules.length}`);
    },
    id: (situation) => text(situation.inputs, "scriptName"),
    scope: account,
    computed: () => ({}),
    importIds: (outputs) => [`${account(outputs)}/${text(outputs, "scriptName")}`],
  },
  "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain": {
    identity: (properties) => `${account(properties)}/${text(properties, "scriptName")}`,
    duplicate: "adopt",
    references: [toScript("scriptName")],
    validate: requireAccount,
    id: (situation) => `${account(situation.inputs)}/${text(situation.inputs, "scriptName")}`,
    computed: (situation) => defaults(situation.inputs, { previewsEnabled: false }),
  },
  "cloudflare:index/workersRoute:WorkersRoute": {
    identity: (properties) => `${String(properties.zoneId)}/${text(properties, "pattern")}`,
    duplicate: () => cloudflareError(409, 10020, "A route with the same pattern already exists.").message,
    validate: (situation) => {
      const zone = requireZone(situation);
      const pattern = text(situation.inputs, "pattern");
      const host = /^(?:https?:\/\/)?\*?\.?([^/]*)/.exec(pattern)?.[1] ?? "";
      if (zone !== undefined && !isWithin(host, zone))
        throw cloudflareError(400, 10022, `The route pattern "${pattern}" is not in the zone ${zone}.`);
      const script = situation.inputs.script;
      if (typeof script === "string" && !situation.world.list(scriptType).some(({ outputs }) => outputs.scriptName === script))
        throw cloudflareError(404, 10007, "workers.api.error.script_not_found");
    },
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: () => ({}),
    importIds: (outputs) => [`${String(outputs.zoneId)}/${String(outputs.id)}`],
  },
  "cloudflare:index/workersCustomDomain:WorkersCustomDomain": {
    identity: (properties) => text(properties, "hostname"),
    duplicate: (inputs) =>
      cloudflareError(409, 100117, `Hostname '${text(inputs, "hostname")}' is already in use by another Worker.`).message,
    references: [toScript("service")],
    validate: (situation) => {
      requireAccount(situation);
      const zone = situation.inputs.zoneId === undefined ? undefined : requireZone(situation);
      const hostname = text(situation.inputs, "hostname");
      if (!isHost(hostname) || (zone !== undefined && !isWithin(hostname, zone)))
        throw cloudflareError(400, 100116, `The hostname "${hostname}" is not a host of the zone${zone === undefined ? "" : ` ${zone}`}.`);
    },
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: (situation): JsonObject => ({
      certId: kept(situation, "certId", () => randomHex(32)),
      ...defaults(situation.inputs, {
        environment: "production",
        zoneId: kept(situation, "zoneId", () => randomHex(32)),
        zoneName: zoneNameOf(situation),
      }),
    }),
    importIds: (outputs) => [`${account(outputs)}/${String(outputs.id)}`],
  },
};

function zoneNameOf(situation: Situation): Json {
  return (
    (situation.inputs.zoneId === undefined ? undefined : requireZone(situation)) ??
    text(situation.inputs, "hostname").split(".").slice(-2).join(".")
  );
}
