import * as pulumi from "@pulumi/pulumi";
import * as billing from "@pulumi/gcp/billing";
import { Provider as GoogleProvider, type ProviderArgs } from "@pulumi/gcp/provider";
import { type EnvironmentSlug, physicalName } from "../config/naming";
import { ChisanComponent } from "./component";
import { checkBudget } from "./monitoring-checks";

export interface SpendBudgetArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** The project's number, not its id: Google answers with the number, and an id would be a difference at every `up`. */
  readonly projectNumber: pulumi.Input<string>;
  readonly billingAccount: string;
  /** A whole amount per month, in the billing account's currency: Google refuses any other. */
  readonly monthlyBudget: { readonly amount: number; readonly currency: string };
  /** E-mail channels, 5 at most: a budget takes no SMS and no Slack. */
  readonly emailChannels: readonly pulumi.Input<string>[];
}

/** Parts of the amount at which mail is sent. */
const spent = [0.5, 0.9, 1] as const;

/** Tells of the month's cost at Google; it stops nothing. Supabase, Vercel and Cloudflare have spending limits of their own. */
export class SpendBudget extends ChisanComponent {
  public constructor(name: string, args: SpendBudgetArgs, options?: pulumi.ComponentResourceOptions) {
    super("SpendBudget", name, options);
    checkBudget(args.monthlyBudget);
    const google = new GoogleProvider(`${name}-google`, askingProjectInputs(args), this.child());
    new billing.Budget(`${name}-month`, budgetInputs(args), this.child({ provider: google, dependsOn: options?.dependsOn }));
    this.registerOutputs({});
  }
}

/**
 * A budget lies on the billing account, in no project. A person's own credentials, with which an environment's first `up` is done, must then name
 * the project that asks, or Google answers 403 (the provider's page of `Budget`).
 */
export function askingProjectInputs({ project }: Pick<SpendBudgetArgs, "project">): ProviderArgs {
  return { project, billingProject: project, userProjectOverride: true };
}

export function budgetInputs({ slug, projectNumber, billingAccount, monthlyBudget, emailChannels }: SpendBudgetArgs): billing.BudgetArgs {
  return {
    billingAccount,
    displayName: physicalName(slug, "month"),
    budgetFilter: { projects: [pulumi.interpolate`projects/${projectNumber}`], calendarPeriod: "MONTH" },
    amount: { specifiedAmount: { currencyCode: monthlyBudget.currency, units: String(monthlyBudget.amount) } },
    thresholdRules: [
      ...spent.map((thresholdPercent) => ({ thresholdPercent, spendBasis: "CURRENT_SPEND" })),
      { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
    ],
    allUpdatesRule: { monitoringNotificationChannels: [...emailChannels] },
  };
}
