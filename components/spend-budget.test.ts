import { SpendBudget, type SpendBudgetArgs } from "./spend-budget";
import { names, only, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const args: SpendBudgetArgs = {
  slug: "prod",
  project: "chisan-prod",
  projectNumber: "123456789012",
  billingAccount: "012345-6789AB-CDEF01",
  monthlyBudget: { amount: 500_000, currency: "KRW" },
  emailChannels: ["projects/chisan-prod/notificationChannels/1"],
};
const recorded = (change: Partial<SpendBudgetArgs> = {}) => recordResources(() => new SpendBudget("budget", { ...args, ...change }));

test("the month's cost of this project alone, at 50, 90 and 100 %, and by forecast; billing administrators get the mail too", async () => {
  const resources = await recorded();
  expect(refusals(resources)).toEqual([]);
  expect(names(resources)).toEqual(["chisan:infrastructure:SpendBudget budget", "gcp:billing/budget:Budget budget-month", "pulumi:providers:gcp budget-google"]);
  // Providers get their settings as text.
  expect(only(resources, "pulumi:providers:gcp").inputs).toMatchObject({ project: "chisan-prod", billingProject: "chisan-prod", userProjectOverride: "true" });
  expect(only(resources, "gcp:billing/budget:Budget").inputs).toEqual({
    billingAccount: "012345-6789AB-CDEF01",
    displayName: "chisan-prod-month",
    budgetFilter: { projects: ["projects/123456789012"], calendarPeriod: "MONTH" },
    amount: { specifiedAmount: { currencyCode: "KRW", units: "500000" } },
    thresholdRules: [
      { thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" },
      { thresholdPercent: 0.9, spendBasis: "CURRENT_SPEND" },
      { thresholdPercent: 1, spendBasis: "CURRENT_SPEND" },
      { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
    ],
    allUpdatesRule: { monitoringNotificationChannels: ["projects/chisan-prod/notificationChannels/1"] },
  });
});

test.each([0, -1, 1.5, NaN])("a budget of %d is refused", async (amount) => {
  await expect(recorded({ monthlyBudget: { amount, currency: "KRW" } })).rejects.toThrow(
    /^CHI-C942 .*pulumi config set --path chisan:monthlyBudget\.amount/,
  );
});
