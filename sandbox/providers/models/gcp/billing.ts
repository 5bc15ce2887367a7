/** Cloud Billing budgets: https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets, read 2026-11. */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../world/world";
import { kept, text, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, googleError, requireService } from "./common";
import { channelReference, channelType } from "./monitoring";

const channels = "allUpdatesRule.monitoringNotificationChannels[]";

function validateBudget(situation: Situation): void {
  const { inputs, configuration, world, existing } = situation;
  // A budget is of no project; the API must be enabled in the one that asks, which is the provider's.
  if (typeof configuration.project === "string")
    requireService(
      { ...situation, inputs: { project: configuration.project } },
      "billingbudgets.googleapis.com",
      "Cloud Billing Budget API",
    );
  const account = text(inputs, "billingAccount");
  if (!/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/.test(account))
    throw googleError(400, `Request contains an invalid argument: billing account "${account}"`, "badRequest");
  if ([...String(inputs.displayName ?? "")].length > 60)
    throw googleError(400, "budget.display_name has at most 60 characters", "badRequest");
  const amount = (inputs.amount ?? {}) as { specifiedAmount?: { units?: string; currencyCode?: string } };
  const { units, currencyCode } = amount.specifiedAmount ?? {};
  if (units !== undefined && !/^\d{1,18}$/.test(units))
    throw googleError(400, `budget.amount.specified_amount.units "${units}" is no whole number`, "badRequest");
  if (currencyCode !== undefined && !/^[A-Z]{3}$/.test(currencyCode))
    throw googleError(400, `budget.amount.specified_amount.currency_code "${currencyCode}" is no currency`, "badRequest");
  for (const { thresholdPercent } of (inputs.thresholdRules ?? []) as Array<{ thresholdPercent: number }>)
    if (thresholdPercent < 0)
      throw googleError(400, `budget.threshold_rules.threshold_percent must not be negative, got ${thresholdPercent}`, "badRequest");
  for (const project of ((inputs.budgetFilter ?? {}) as { projects?: string[] }).projects ?? []) {
    const id = /^projects\/([a-z0-9-]+)$/.exec(project)?.[1];
    if (id === undefined || (!/^\d+$/.test(id) && !existing.hasGcpProject(id)))
      throw googleError(
        400,
        `budget.budget_filter.projects "${project}" must be projects/<number or id> of the billing account`,
        "badRequest",
      );
  }
  const named = ((inputs.allUpdatesRule ?? {}) as { monitoringNotificationChannels?: string[] }).monitoringNotificationChannels ?? [];
  for (const name of named) {
    const type = world.find(channelType, name)?.outputs.type;
    if (type !== undefined && type !== "email")
      throw googleError(
        400,
        `budget.notifications_rule.monitoring_notification_channels: ${name} is of the type ${String(type)}; only email is supported`,
        "badRequest",
      );
  }
}

export const billingModels: { [token: string]: ResourceModel } = {
  "gcp:billing/budget:Budget": {
    references: [channelReference(channels)],
    validate: validateBudget,
    id: (situation, outputs) => `billingAccounts/${text(situation.inputs, "billingAccount")}/budgets/${text(outputs, "name")}`,
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      name: kept(situation, "name", () => randomUUID()),
      ...(situation.inputs.budgetFilter === undefined
        ? { budgetFilter: { creditTypesTreatment: "INCLUDE_ALL_CREDITS" } satisfies JsonObject }
        : {}),
    }),
    importIds: (outputs) => [`${text(outputs, "billingAccount")}/${text(outputs, "name")}`],
  },
};
