import { randomUUID } from "node:crypto";
import type { Json, JsonObject, WorldChange, WorldRecord } from "../../world/world";
import { randomDigits } from "./ids";
import { defaults, kept, text, VendorRefusal, type ResourceModel, type Situation, type VendorModel, type VisibleWorld } from "./model";

export const channelType = "checkly:index/alertChannel:AlertChannel";
export const groupType = "checkly:index/checkGroup:CheckGroup";
export const checkType = "checkly:index/check:Check";

/** Checkly's public locations (its documentation of locations): regions of AWS, where its checks run. */
export const checklyLocations: readonly string[] = (
  "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-central-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 me-south-1 " +
  "ap-southeast-1 ap-northeast-1 ap-east-1 ap-southeast-2 ap-southeast-3 ap-northeast-2 ap-northeast-3 ap-south-1 af-south-1"
).split(" ");

/** What an assertion may look at, and how (the provider's documentation; its plugin does not check them). */
const sources = ["STATUS_CODE", "JSON_BODY", "HEADERS", "TEXT_BODY", "RESPONSE_TIME"];
const comparisons = [
  ..."EQUALS NOT_EQUALS HAS_KEY NOT_HAS_KEY HAS_VALUE NOT_HAS_VALUE IS_EMPTY NOT_EMPTY GREATER_THAN LESS_THAN CONTAINS NOT_CONTAINS".split(" "),
  ..."IS_NULL NOT_NULL".split(" "),
];
const methods = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"];

/** In the form of Checkly's API: the status, and what is wrong with which property. */
function refusal(property: string, problem: string): VendorRefusal {
  return new VendorRefusal(`unexpected response status 400: {"statusCode":400,"error":"Bad Request","message":"\\"${property}\\" ${problem}"}`);
}

function oneOf(property: string, value: Json | undefined, allowed: readonly (string | number)[]): void {
  if (value === undefined || value === null || allowed.includes(value as string | number)) return;
  throw refusal(property, `must be one of [${allowed.join(", ")}], got ${JSON.stringify(value)}`);
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}

function part(inputs: JsonObject, property: string): JsonObject | undefined {
  const value = inputs[property];
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
}

/** What checks and groups have in common. References are numbers here, which `ResourceModel.references` does not follow. */
function validateShared({ inputs, world }: Situation): void {
  for (const location of Array.isArray(inputs.locations) ? inputs.locations : []) oneOf("locations", location, checklyLocations);
  for (const { channelId } of objects(inputs.alertChannelSubscriptions)) {
    if (!world.get(channelType, String(channelId))) throw refusal("alertChannelSubscriptions", `names the alert channel ${String(channelId)}, which does not exist`);
  }
  const settings = part(inputs, "alertSettings") ?? {};
  oneOf("alertSettings.escalationType", settings.escalationType, ["RUN_BASED", "TIME_BASED"]);
  for (const { failedRunThreshold } of objects(settings.runBasedEscalations)) {
    oneOf("alertSettings.runBasedEscalation.failedRunThreshold", failedRunThreshold, [1, 2, 3, 4, 5]);
  }
  for (const { minutesFailingThreshold } of objects(settings.timeBasedEscalations)) {
    oneOf("alertSettings.timeBasedEscalation.minutesFailingThreshold", minutesFailingThreshold, [5, 10, 15, 30]);
  }
  for (const { amount, interval } of objects(settings.reminders)) {
    oneOf("alertSettings.reminders.amount", amount, [0, 1, 2, 3, 4, 5, 100_000]);
    oneOf("alertSettings.reminders.interval", interval, [5, 10, 15, 30]);
  }
}

function validateCheck(situation: Situation): void {
  const { inputs, world } = situation;
  oneOf("checkType", inputs.type, ["API", "BROWSER"]);
  validateShared(situation);
  if (inputs.groupId !== undefined && !world.get(groupType, String(inputs.groupId))) {
    throw refusal("groupId", `names the check group ${String(inputs.groupId)}, which does not exist`);
  }
  const { degradedResponseTime, maxResponseTime } = inputs;
  if (Number(degradedResponseTime) > Number(maxResponseTime)) {
    throw refusal("degradedResponseTime", `must be at most maxResponseTime ${String(maxResponseTime)}, got ${String(degradedResponseTime)}`);
  }
  if (inputs.type !== "API") {
    if (text(inputs, "script") === "") throw refusal("script", "is not allowed to be empty");
    return;
  }
  const request = part(inputs, "request");
  if (!request) throw refusal("request", "is required");
  if (!isAddress(request.url)) throw refusal("request.url", `must be a valid uri, got ${JSON.stringify(request.url)}`);
  oneOf("request.method", request.method, methods);
  for (const { source, comparison } of objects(request.assertions)) {
    oneOf("request.assertions.source", source, sources);
    oneOf("request.assertions.comparison", comparison, comparisons);
  }
}

function validateChannel({ inputs }: Situation): void {
  const [email, sms, slack, webhook] = ["email", "sms", "slack", "webhook"].map((kind) => part(inputs, kind));
  if (email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text(email, "address"))) throw refusal("config.address", "must be a valid email");
  // E.164: a plus sign and at most 15 digits.
  if (sms && !/^\+[1-9]\d{6,14}$/.test(text(sms, "number"))) throw refusal("config.number", "must be a phone number with its country code, such as +821012345678");
  for (const each of [slack, webhook]) if (each && !isAddress(each.url)) throw refusal("config.url", "must be a valid uri");
}

function isAddress(value: Json | undefined): boolean {
  // A template of Checkly's (`{{GROUP_BASE_URL}}/health`) is an address too.
  return typeof value === "string" && (/^https?:\/\/[^\s/]+/.test(value) || value.startsWith("{{"));
}

const newNumber = (type: string, digits: number) => (situation: Situation): string =>
  kept(situation, "id", () => {
    for (;;) {
      const id = randomDigits(digits);
      if (!situation.world.get(type, id)) return id;
    }
  }) as string;

/** The vendor's settings where neither the check nor the group gives any. */
const standardAlertSettings: JsonObject = {
  escalationType: "RUN_BASED",
  runBasedEscalations: [{ failedRunThreshold: 1 }],
  timeBasedEscalations: [{ minutesFailingThreshold: 5 }],
  reminders: [{ amount: 0, interval: 5 }],
};

/** Checks and groups without what has been deleted, in their inputs too: the vendor forgets it, and a refresh shows that. */
function forget(world: VisibleWorld, types: readonly string[], isAffected: (record: WorldRecord) => boolean, without: (values: JsonObject) => JsonObject): WorldChange[] {
  return types
    .flatMap((type) => world.list(type))
    .filter(isAffected)
    .map((record) => ({ put: { ...record, inputs: without(record.inputs), outputs: without(record.outputs) } }));
}

const alertChannel: ResourceModel = {
  validate: validateChannel,
  id: newNumber(channelType, 6),
  computed: ({ inputs }) => defaults(inputs, { sendDegraded: false, sendFailure: true, sendRecovery: true, sslExpiry: false, sslExpiryThreshold: 30 }),
  remove: ({ id }, world) => {
    const subscriptions = (values: JsonObject): JsonObject[] => objects(values.alertChannelSubscriptions);
    const isIt = ({ channelId }: JsonObject): boolean => String(channelId) === id;
    return forget(
      world,
      [checkType, groupType],
      ({ outputs }) => subscriptions(outputs).some(isIt),
      (values) => ({ ...values, alertChannelSubscriptions: subscriptions(values).filter((each) => !isIt(each)) }),
    );
  },
};

const checkGroup: ResourceModel = {
  validate: validateShared,
  id: newNumber(groupType, 7),
  computed: ({ inputs }) => defaults(inputs, { alertSettings: standardAlertSettings, apiCheckDefaults: { url: "" } }),
  // "Individual checks are preserved when deleting groups" (Checkly's API reference, delete a check group).
  remove: ({ id }, world) =>
    forget(
      world,
      [checkType],
      ({ outputs }) => String(outputs.groupId) === id,
      (values) => Object.fromEntries(Object.entries(values).filter(([name]) => name !== "groupId")),
    ),
};

const check: ResourceModel = {
  validate: validateCheck,
  id: (situation) => kept(situation, "id", randomUUID) as string,
  computed: ({ inputs }) => defaults(inputs, { alertSettings: standardAlertSettings }),
};

/** Checkly. Nothing there has a unique name: an interrupted create leaves a second one behind, as in reality. */
export const checkly: VendorModel = {
  resources: { [channelType]: alertChannel, [groupType]: checkGroup, [checkType]: check },
  functions: {},
};
