/** What Cloud Monitoring refuses in an alert policy: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import { VendorRefusal, type Situation } from "../model";
import { googleError, projectOf } from "./common";
import { validateLabels } from "./labels";
import { aligned, customResources, findMetric, reduced, resourceLabels, type Metric } from "./metric-kinds";

interface Aggregation {
  alignmentPeriod?: string;
  perSeriesAligner?: string;
  crossSeriesReducer?: string;
  groupByFields?: string[];
}
interface Measured {
  filter?: string;
  aggregations?: Aggregation[];
  duration: string;
}
interface Threshold extends Measured {
  comparison: string;
  denominatorFilter?: string;
  denominatorAggregations?: Aggregation[];
}
interface Condition {
  displayName: string;
  conditionThreshold?: Threshold;
  conditionAbsent?: Measured;
  conditionMatchedLog?: JsonObject;
}

const invalid = (field: string, value: unknown, why: string) =>
  googleError(400, `Field ${field} had an invalid value of ${JSON.stringify(value)}: ${why}`, "badRequest");

export function validateAlertPolicy(situation: Situation): void {
  const { displayName, conditions, notificationChannels, documentation, userLabels } = situation.inputs;
  const list = conditions as unknown as Condition[];
  atMost("alert_policy.display_name", String(displayName), 512);
  // https://cloud.google.com/monitoring/quotas: 6 conditions and 16 channels
  if (list.length < 1 || list.length > 6) throw invalid("alert_policy.conditions", list.length, "1 to 6 conditions are needed.");
  const channels = (notificationChannels ?? []) as string[];
  if (channels.length > 16) throw invalid("alert_policy.notification_channels", channels.length, "At most 16 are allowed.");
  validateDocumentation((documentation ?? {}) as JsonObject);
  validateStrategy(situation.inputs, list);
  validateLabels(userLabels);
  list.forEach((condition, at) => validateCondition(situation, condition, `alert_policy.conditions[${at}]`));
}

function validateCondition(situation: Situation, condition: Condition, field: string): void {
  atMost(`${field}.display_name`, condition.displayName, 512);
  const { conditionThreshold: threshold, conditionAbsent: absent, conditionMatchedLog } = condition;
  const given = Object.entries(condition).filter(([name, value]) => name.startsWith("condition") && value !== undefined);
  if (given.length !== 1) throw invalid(field, condition.displayName, `exactly one condition type is needed, got ${given.length}.`);
  if (threshold) validateThreshold(situation, threshold, `${field}.condition_threshold`);
  else if (absent) {
    measure(situation, absent, `${field}.condition_absent`);
    if (seconds(`${field}.condition_absent.duration`, absent.duration) < 120)
      throw invalid(`${field}.condition_absent.duration`, absent.duration, "The minimum is 120 seconds.");
  } else if (!conditionMatchedLog)
    throw new VendorRefusal(`${field}: ${String(given[0]?.[0])} is not modelled in the sandbox: use conditionThreshold or conditionAbsent`);
}

function validateThreshold(situation: Situation, threshold: Threshold, field: string): void {
  const { comparison, denominatorFilter, denominatorAggregations } = threshold;
  if (comparison !== "COMPARISON_GT" && comparison !== "COMPARISON_LT")
    throw invalid(`${field}.comparison`, comparison, "Only COMPARISON_LT and COMPARISON_GT are supported currently.");
  const types = [measure(situation, threshold, field)];
  if (denominatorFilter !== undefined) {
    const denominator = { filter: denominatorFilter, aggregations: denominatorAggregations, duration: threshold.duration };
    types.push(measure(situation, denominator, `${field}.denominator`));
    const period = (aggregations?: Aggregation[]): string | undefined => aggregations?.[0]?.alignmentPeriod;
    if (period(threshold.aggregations) !== period(denominatorAggregations))
      throw invalid(
        `${field}.denominator_aggregations`,
        period(denominatorAggregations),
        "The alignment periods of a ratio must be equal.",
      );
  }
  const wrong = types.find((type) => type !== "INT64" && type !== "DOUBLE");
  if (wrong !== undefined)
    throw invalid(`${field}.aggregations`, wrong, "A threshold needs a numeric value; choose another aligner or reducer.");
}

/** @returns the value type after aggregation */
function measure(situation: Situation, { filter, aggregations = [], duration }: Measured, field: string): string {
  const length = seconds(`${field}.duration`, duration);
  // https://cloud.google.com/monitoring/alerts/concepts-indepth: at most 23 hours and 30 minutes
  if (length % 60 !== 0 || length > 84_600)
    throw invalid(`${field}.duration`, duration, "The duration must be a multiple of a minute, at most 23 hours and 30 minutes.");
  const { metric, resource } = filtered(situation, filter, `${field}.filter`);
  let type = metric.valueType;
  aggregations.forEach((aggregation, at) => {
    const of = at === 0 ? metric : { ...metric, kind: "GAUGE", valueType: type };
    type = aggregate(aggregation, of, resource, `${field}.aggregations[${at}]`);
  });
  return type;
}

function aggregate(aggregation: Aggregation, metric: Metric, resource: string, field: string): string {
  const { alignmentPeriod, perSeriesAligner = "ALIGN_NONE", crossSeriesReducer = "REDUCE_NONE", groupByFields = [] } = aggregation;
  if (perSeriesAligner !== "ALIGN_NONE" || crossSeriesReducer !== "REDUCE_NONE") {
    const period = alignmentPeriod === undefined ? undefined : seconds(`${field}.alignment_period`, alignmentPeriod);
    if (period === undefined || period < 60 || period > 90_000)
      throw invalid(
        `${field}.alignment_period`,
        alignmentPeriod ?? "",
        "The alignment period must be from 60 seconds to 90,000 seconds (25 hours).",
      );
  }
  const type = aligned(perSeriesAligner, metric);
  if (type === undefined)
    throw invalid(
      "aggregation.perSeriesAligner",
      perSeriesAligner,
      `The aligner cannot be applied to metrics with kind ${metric.kind} and value type ${metric.valueType}.`,
    );
  if (crossSeriesReducer !== "REDUCE_NONE" && perSeriesAligner === "ALIGN_NONE")
    throw invalid("aggregation.perSeriesAligner", perSeriesAligner, "A reducer needs an aligner.");
  const result = reduced(crossSeriesReducer, type);
  if (result === undefined)
    throw invalid(
      "aggregation.crossSeriesReducer",
      crossSeriesReducer,
      `The reducer cannot be applied to metrics with value type ${type}.`,
    );
  for (const group of groupByFields) {
    const [, of, label = ""] = /^(resource|metric)\.labels?\.(\w+)$/.exec(group) ?? [];
    const labels = of === "metric" ? metric.labels : of === "resource" ? (resourceLabels[resource] ?? []) : [];
    if (!labels.includes(label)) throw invalid("aggregation.groupByFields", group, "The field is unknown.");
  }
  return result;
}

/** The metric and the resource type that a filter names. */
function filtered(situation: Situation, filter: string | undefined, field: string): { metric: Metric; resource: string } {
  const text = filter ?? "";
  atMost(field, text, 2048);
  const type = single(text, "metric.type", field);
  const resource = single(text, "resource.type", field);
  const metric = findMetric(type, projectOf(situation), situation.world);
  if (!metric)
    throw googleError(
      404,
      `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
      "notFound",
    );
  const labels = resourceLabels[resource];
  if (!labels || (metric.resource === undefined ? !customResources.includes(resource) : metric.resource !== resource))
    throw invalid(field, text, `The metric ${type} is not written for the resource type "${resource}".`);
  for (const [, of, label = ""] of text.matchAll(/\b(metric|resource)\.labels?\."?(\w+)"?\s*(?:!?=|:)/g))
    if (!(of === "metric" ? metric.labels : labels).includes(label))
      throw invalid(field, text, `The label ${of}.labels.${label} is unknown.`);
  return { metric, resource };
}

function single(text: string, property: string, field: string): string {
  const found = [...text.matchAll(new RegExp(`\\b${property.replace(".", "\\.")}\\s*=\\s*"([^"]*)"`, "g"))].map(([, value = ""]) => value);
  if (found.length !== 1 || found[0] === undefined)
    throw invalid(
      field,
      text,
      `must specify a restriction on "${property}" in the filter; see "https://cloud.google.com/monitoring/api/resources" for a list of available resource types.`,
    );
  return found[0];
}

function validateDocumentation({ content, subject, links }: JsonObject): void {
  const text = typeof content === "string" ? content : "";
  if ([...text].length > 8192 || Buffer.byteLength(text) > 10_240)
    throw invalid("alert_policy.documentation.content", `${text.slice(0, 20)}…`, "It may not exceed 8,192 characters and 10,240 bytes.");
  atMost("alert_policy.documentation.subject", typeof subject === "string" ? subject : "", 255);
  const given = (links ?? []) as Array<{ url?: string }>;
  if (given.length > 3) throw invalid("alert_policy.documentation.links", given.length, "At most 3 links are allowed.");
  const wrong = given.find(({ url }) => !/^https?:\/\/\S+$/.test(url ?? ""));
  if (wrong) throw invalid("alert_policy.documentation.links.url", wrong.url ?? "", "It is no URL.");
}

function validateStrategy(inputs: JsonObject, conditions: Condition[]): void {
  const strategy = (inputs.alertStrategy ?? {}) as { autoClose?: string; notificationRateLimit?: { period?: string } };
  if (strategy.autoClose !== undefined) {
    const length = seconds("alert_policy.alert_strategy.auto_close", strategy.autoClose);
    if (length < 1800 || length > 604_800)
      throw invalid("alert_policy.alert_strategy.auto_close", strategy.autoClose, "It must be from 30 minutes to 7 days.");
  }
  const ofLogs = conditions.some(({ conditionMatchedLog }) => conditionMatchedLog);
  if (strategy.notificationRateLimit && !ofLogs)
    throw invalid(
      "alert_policy.alert_strategy.notification_rate_limit",
      strategy.notificationRateLimit,
      "Only log-based alert policies may have one.",
    );
  if (ofLogs && !strategy.notificationRateLimit)
    throw invalid("alert_policy.alert_strategy.notification_rate_limit", "", "Log-based alert policies must have one.");
}

function seconds(field: string, value: string): number {
  if (!/^\d+s$/.test(value)) throw invalid(field, value, "It must be a number of seconds followed by s.");
  return Number(value.slice(0, -1));
}

function atMost(field: string, value: string, length: number): void {
  if ([...value].length > length) throw invalid(field, `${value.slice(0, 20)}…`, `It may not exceed ${length} characters.`);
}
