/** Cloud Monitoring: https://cloud.google.com/monitoring/api/ref_v3/rest, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import { canonical } from "../canonical";
import { alphanumeric, lowerCase, randomDigits, randomText } from "../ids";
import { kept, text, type Reference, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, googleError, projectOf, requireService } from "./common";
import { validateLabels } from "./labels";
import { metricDescriptorType } from "./metric-kinds";
import { validateAlertPolicy } from "./monitoring-conditions";
import { validateUptimeCheck } from "./uptime-rules";

export const channelType = "gcp:monitoring/notificationChannel:NotificationChannel";
const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";

const requireMonitoring = (situation: Situation): void => requireService(situation, "monitoring.googleapis.com", "Cloud Monitoring API");

/** Names are the vendor's: `projects/p/<collection>/<number>`. */
const named = (collection: string): Pick<ResourceModel, "id" | "handles"> & { name(situation: Situation): JsonObject } => ({
  name: (situation) => ({ name: kept(situation, "name", () => `projects/${projectOf(situation)}/${collection}/${randomDigits(19)}`) }),
  id: (_situation, outputs) => text(outputs, "name"),
  handles: (outputs) => [text(outputs, "name")],
});

/** Of policies and budgets. The vendor also takes and gives names with the project's number; here ids only. */
export function channelReference(property: string): Reference {
  return {
    property,
    type: channelType,
    identity: (value) => value,
    missing: (value) => `googleapi: Error 404: Notification channel ${value} does not exist., notFound`,
    onDelete: (target, by) =>
      `googleapi: Error 400: Cannot delete channel ${target.id}: it is being used by one or more alerting policies or budgets (${by.id}). Remove it there first, failedPrecondition`,
  };
}

interface ChannelKind {
  /** Required labels with their form. */
  labels: { [label: string]: RegExp };
  optional?: string[];
  /** Required sensitive label. */
  secret?: "authToken" | "password" | "serviceKey";
  /** Whether it works only after somebody has verified it. */
  verified?: true;
}
/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannelDescriptors/list */
const channelKinds: { [type: string]: ChannelKind } = {
  email: { labels: { email_address: /^[^@\s]+@[^@\s]+\.[^@\s]+$/ } },
  sms: { labels: { number: /^\+[1-9]\d{6,14}$/ }, verified: true },
  slack: { labels: { channel_name: /^#\S{1,80}$/ }, optional: ["team"], secret: "authToken", verified: true },
  pagerduty: { labels: {}, secret: "serviceKey" },
  webhook_tokenauth: { labels: { url: /^https?:\/\/\S+$/ } },
  webhook_basicauth: { labels: { url: /^https?:\/\/\S+$/, username: /./ }, secret: "password" },
  pubsub: { labels: { topic: /^projects\/[^/]+\/topics\/[^/]+$/ } },
};

function validateChannel(situation: Situation): void {
  requireMonitoring(situation);
  const { inputs } = situation;
  const type = text(inputs, "type");
  const kind = channelKinds[type];
  const wrong = (field: string, value: unknown, why: string) =>
    googleError(400, `Field "notification_channel.${field}" had an invalid value of ${JSON.stringify(value)}: ${why}`, "badRequest");
  if (!kind) throw wrong("type", type, "it is none of the supported channel types");
  const labels = (inputs.labels ?? {}) as { [label: string]: string };
  for (const [label, form] of Object.entries(kind.labels)) {
    const value = labels[label];
    if (value === undefined) throw wrong("labels", Object.keys(labels), `the label "${label}" is required for channels of type "${type}"`);
    if (!form.test(value)) throw wrong(`labels['${label}']`, value, "it is malformed");
  }
  const unknown = Object.keys(labels).find((label) => !(label in kind.labels) && !(kind.optional ?? []).includes(label));
  if (unknown !== undefined) throw wrong("labels", unknown, `channels of type "${type}" have no such label`);
  const secrets = Object.keys((inputs.sensitiveLabels ?? {}) as JsonObject).map((name) => name.replace(/Wo(Version)?$/, ""));
  if (kind.secret !== undefined && !secrets.includes(kind.secret))
    throw wrong("sensitive_labels", secrets, `${kind.secret} is required for channels of type "${type}"`);
  const alien = secrets.find((name) => name !== kind.secret);
  if (alien !== undefined) throw wrong("sensitive_labels", alien, `channels of type "${type}" have no such label`);
  if (String(inputs.displayName ?? "").length > 512) throw wrong("display_name", "…", "it may not exceed 512 characters");
  if (String(inputs.description ?? "").length > 1024) throw wrong("description", "…", "it may not exceed 1024 characters");
  validateLabels(inputs.userLabels);
}

/** A number or a Slack channel that changes has to be verified again. What needs no verification has no status: the API leaves it out. */
function verificationStatus({ inputs, previous }: Situation): string {
  if (channelKinds[text(inputs, "type")]?.verified !== true) return "";
  const same = previous?.outputs.type === inputs.type && canonical(previous?.outputs.labels) === canonical(inputs.labels);
  return same ? String(previous?.outputs.verificationStatus) : "UNVERIFIED";
}

const channelName = named("notificationChannels");
const policyName = named("alertPolicies");
const descriptorName = (properties: JsonObject): string =>
  `projects/${text(properties, "project")}/metricDescriptors/${text(properties, "type")}`;

export const monitoringModels: { [token: string]: ResourceModel } = {
  [channelType]: {
    ...channelName,
    validate: validateChannel,
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...channelName.name(situation),
      verificationStatus: verificationStatus(situation),
    }),
    changesOnUpdate: ["verificationStatus"],
  },
  [metricDescriptorType]: {
    identity: descriptorName,
    // A descriptor that the first writer made, or another stack, is the same one.
    duplicate: "adopt",
    validate: (situation) => {
      requireMonitoring(situation);
      const { type, labels, metricKind } = situation.inputs as { type: string; labels?: Array<{ key: string }>; metricKind: string };
      if (!/^(custom|external|workload)\.googleapis\.com\/[\w/.-]{1,200}$/.test(type))
        throw googleError(
          400,
          `Field metric_descriptor.type had an invalid value of "${type}": it must begin with custom.googleapis.com/`,
          "badRequest",
        );
      if (metricKind === "DELTA")
        throw googleError(
          400,
          'Field metric_descriptor.metricKind had an invalid value of "DELTA": user-defined metrics are GAUGE or CUMULATIVE',
          "badRequest",
        );
      if ((labels ?? []).length > 30) throw googleError(400, "Field metric_descriptor.labels: at most 30 are allowed", "badRequest");
      const wrong = (labels ?? []).find(({ key }) => !/^[a-zA-Z][a-zA-Z0-9_]{0,99}$/.test(key));
      if (wrong) throw googleError(400, `Field metric_descriptor.labels.key had an invalid value of "${wrong.key}"`, "badRequest");
    },
    id: (situation) => descriptorName(situation.inputs),
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      name: descriptorName(situation.inputs),
      monitoredResourceTypes: [],
    }),
  },
  [policyType]: {
    ...policyName,
    references: [channelReference("notificationChannels[]")],
    validate: (situation) => {
      requireMonitoring(situation);
      validateAlertPolicy(situation);
    },
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...policyName.name(situation),
      creationRecords: kept(situation, "creationRecords", () => [{ mutateTime: situation.now, mutatedBy: "sandbox" }]),
    }),
  },
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": {
    validate: (situation) => {
      requireMonitoring(situation);
      validateUptimeCheck(situation);
    },
    id: (_situation, outputs) => text(outputs, "name"),
    computed: (situation) => {
      const uptimeCheckId = kept(situation, "uptimeCheckId", () => {
        const readable = text(situation.inputs, "displayName")
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
          .replace(/^-|-$/g, "")
          .slice(0, 40);
        return `${readable}-${randomText(lowerCase, 1)}${randomText(alphanumeric, 10)}`;
      });
      return {
        ...deletionDefaults(situation.inputs),
        name: `projects/${projectOf(situation)}/uptimeCheckConfigs/${String(uptimeCheckId)}`,
        uptimeCheckId,
        checkerType: situation.inputs.checkerType ?? "STATIC_IP_CHECKERS",
      };
    },
    remove: (record, world) => {
      const id = String(record.outputs.uptimeCheckId);
      const user = world.list(policyType).find(({ outputs }) => JSON.stringify(outputs.conditions).includes(`\\"${id}\\"`));
      if (user)
        throw googleError(
          400,
          `Cannot delete check ${id}. One or more alerting policies is using it (${user.id}). Delete the alerting policy before deleting the uptime check.`,
          "failedPrecondition",
        );
    },
  },
};
