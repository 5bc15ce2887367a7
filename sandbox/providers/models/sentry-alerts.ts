/** What Sentry's API takes for a rule on issues and for one on a metric. */
import type { Json, JsonObject } from "../../world/world";
import { canonical } from "./canonical";
import { randomDigits } from "./ids";
import { defaults, kept, text, type ResourceModel, type Situation } from "./model";
import { hasTeamNumber, sentryRefusal, staysInItsOrganization, toProject } from "./sentry-project";

/** Below `sentry.rules.conditions.` (Sentry's API reference, create an issue alert rule), with the intervals that each counts over. */
const conditions: Readonly<Record<string, readonly string[] | undefined>> = {
  "first_seen_event.FirstSeenEventCondition": undefined,
  "regression_event.RegressionEventCondition": undefined,
  "reappeared_event.ReappearedEventCondition": undefined,
  "event_frequency.EventFrequencyCondition": ["1m", "5m", "15m", "1h", "1d", "1w", "30d"],
  "event_frequency.EventUniqueUserFrequencyCondition": ["1m", "5m", "15m", "1h", "1d", "1w", "30d"],
  "event_frequency.EventFrequencyPercentCondition": ["5m", "10m", "30m", "1h"],
};
const emailAction = "sentry.mail.actions.NotifyEmailAction";
const slackAction = "sentry.integrations.slack.notify_action.SlackNotifyServiceAction";

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

function validateCondition(condition: JsonObject): void {
  const name = String(condition.id ?? "").replace(/^sentry\.rules\.conditions\./, "");
  if (!Object.hasOwn(conditions, name) || name === condition.id) throw sentryRefusal(400, "conditions", `Invalid node. Could not find '${String(condition.id)}'`);
  const intervals = conditions[name];
  if (!intervals) return;
  const { value, interval } = condition;
  if (!/^\d+$/.test(String(value)) || (name.endsWith("PercentCondition") && Number(value) > 100)) {
    throw sentryRefusal(400, "conditions", `value: Ensure this value is a whole number${name.endsWith("PercentCondition") ? " less than or equal to 100" : ""}, got ${String(value)}`);
  }
  if (!intervals.includes(String(interval))) throw sentryRefusal(400, "conditions", `interval: ${String(interval)} is not one of ${intervals.join(", ")}`);
}

function validateAction(action: JsonObject, situation: Situation): void {
  const organization = text(situation.inputs, "organization");
  if (action.id === emailAction) {
    const { targetType, targetIdentifier } = action;
    if (!["IssueOwners", "Team", "Member"].includes(String(targetType))) throw sentryRefusal(400, "actions", `targetType: ${String(targetType)} is not one of IssueOwners, Team, Member`);
    if (targetType === "Team" && !hasTeamNumber(situation.world, organization, String(targetIdentifier))) {
      throw sentryRefusal(400, "actions", `This team does not exist: ${String(targetIdentifier)} (its number, not its slug)`);
    }
  } else if (action.id === slackAction) {
    if (!/^\d+$/.test(String(action.workspace))) throw sentryRefusal(400, "actions", "Slack: Workspace is a required field.");
    if (!/^[#@][^\s#@]+$/.test(String(action.channel))) throw sentryRefusal(400, "actions", `Slack: The slack resource "${String(action.channel)}" does not exist or has not been granted access`);
  } else {
    throw sentryRefusal(400, "actions", `Invalid node. Could not find '${String(action.id)}'`);
  }
}

const issueAlertType = "sentry:index/sentryIssueAlert:SentryIssueAlert";

function validateIssueAlert(situation: Situation): void {
  const { inputs, world, previous } = situation;
  staysInItsOrganization(situation, "project");
  const frequency = Number(inputs.frequency);
  if (!(frequency >= 5 && frequency <= 43_200)) throw sentryRefusal(400, "frequency", `Ensure this value is from 5 to 43200, got ${frequency}.`);
  const [when, actions] = [list(inputs.conditions), list(inputs.actions)];
  if (actions.length === 0) throw sentryRefusal(400, "actions", "You must add an action for this alert to fire.");
  when.forEach(validateCondition);
  actions.forEach((action) => validateAction(action, situation));
  // Everything but the name (Sentry's find_duplicate_rule).
  const content = ["organization", "project", "conditions", "filters", "actions", "actionMatch", "filterMatch", "frequency"];
  const alike = (values: JsonObject): string => canonical(content.map((name) => values[name] ?? []));
  const twin = world.list(issueAlertType).find((record) => record.id !== previous?.id && alike(record.outputs) === alike(inputs));
  if (twin) throw sentryRefusal(400, "name", `This rule is an exact duplicate of '${String(twin.outputs.name)}' in this project and may not be created.`);
}

/** Minutes (Sentry's API reference, create a metric alert rule). */
const timeWindows = [1, 5, 10, 15, 30, 60, 120, 240, 1440];
const datasets = ["events", "transactions", "generic_metrics", "metrics", "sessions"];

function validateMetricAlert(situation: Situation): void {
  const { inputs, world } = situation;
  staysInItsOrganization(situation, "project");
  const organization = text(inputs, "organization");
  const name = text(inputs, "name");
  if (name.length > 256) throw sentryRefusal(400, "name", `Ensure this field has no more than 256 characters, got ${name.length}.`);
  if (!datasets.includes(String(inputs.dataset))) throw sentryRefusal(400, "dataset", `Invalid dataset, valid values are ${datasets.join(", ")}; got "${String(inputs.dataset ?? "")}"`);
  if (!timeWindows.includes(Number(inputs.timeWindow))) throw sentryRefusal(400, "timeWindow", `"${String(inputs.timeWindow)}" is not one of ${timeWindows.join(", ")}`);
  if (![0, 1].includes(Number(inputs.thresholdType))) throw sentryRefusal(400, "thresholdType", "Invalid threshold type, valid values are 0 (above), 1 (below)");
  const triggers = list(inputs.triggers);
  const labels = triggers.map(({ label }) => label);
  if (!["critical", "critical,warning"].includes(labels.join())) {
    throw sentryRefusal(400, "triggers", `Trigger 1 must be labeled "critical", trigger 2 "warning"; got ${labels.join(", ") || "none"}`);
  }
  const [critical, warning] = triggers.map(({ alertThreshold }) => Number(alertThreshold));
  if (critical !== undefined && warning !== undefined && (inputs.thresholdType === 0 ? warning > critical : warning < critical)) {
    throw sentryRefusal(400, "triggers", `Critical threshold ${critical} must be ${inputs.thresholdType === 0 ? "above" : "below"} warning threshold ${warning}`);
  }
  for (const action of triggers.flatMap((trigger) => list(trigger.actions))) {
    const { type, targetType, targetIdentifier, integrationId } = action;
    if (!["email", "slack"].includes(String(type))) throw sentryRefusal(400, "triggers", `Invalid type ${String(type)}, the sandbox knows email and slack`);
    if (type === "email" && targetType === "team" && !hasTeamNumber(world, organization, String(targetIdentifier))) {
      throw sentryRefusal(400, "triggers", `Team does not exist: ${String(targetIdentifier)} (its number, not its slug)`);
    }
    if (type === "slack" && (targetType !== "specific" || typeof integrationId !== "number")) {
      throw sentryRefusal(400, "triggers", "Integration must be provided for slack, with the target type specific");
    }
  }
}

const number = (situation: Situation): string => kept(situation, "internalId", () => randomDigits(7)) as string;
const threePartId = (outputs: JsonObject): string => ["organization", "project", "internalId"].map((name) => text(outputs, name)).join("/");

/** Every rule has its number in its ID, and may have the name of another. */
export const alerts: { [token: string]: ResourceModel } = {
  [issueAlertType]: {
    references: [toProject],
    validate: validateIssueAlert,
    id: (_situation, outputs) => threePartId(outputs),
    computed: (situation) => ({
      ...defaults(situation.inputs, { environment: "" }),
      internalId: number(situation),
      projects: [text(situation.inputs, "project")],
    }),
  },
  "sentry:index/sentryMetricAlert:SentryMetricAlert": {
    references: [toProject],
    validate: validateMetricAlert,
    id: (_situation, outputs) => threePartId(outputs),
    computed: (situation) => {
      const internalId = number(situation);
      const triggers = list(situation.inputs.triggers).map((trigger, index) => ({
        ...trigger,
        id: `${internalId}${index + 1}`,
        ...(trigger.actions === undefined
          ? {}
          : { actions: list(trigger.actions).map((action, place) => ({ ...action, id: `${internalId}${index + 1}${place + 1}` })) }),
      }));
      return { ...defaults(situation.inputs, { environment: "", owner: "" }), internalId, triggers };
    },
  },
};
