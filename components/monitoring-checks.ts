import { alertChannels, severities, type Severity } from "../config/alert-thresholds";
import type { ScheduledKind } from "../config/exported-metrics";

/** @throws CHI-C940 for a kind that is given twice: its policies would have the same names */
export function checkBackupKinds(kinds: readonly ScheduledKind[]): void {
  if (new Set(kinds).size !== kinds.length) {
    throw new Error(`CHI-C940 the scheduled kinds [${kinds.join(", ")}] name one twice: give each once, in stacks/`);
  }
}

/** @throws CHI-C941 for a Slack channel that is no name of one, with the severity */
export function checkSlackChannels(channels: Readonly<Record<Severity, string>>): void {
  for (const severity of severities.filter((each) => alertChannels[each].channels.includes("slack"))) {
    // Slack: lower-case letters, digits, hyphens and underscores, 80 at most. Without the # Cloud Monitoring takes it for a person.
    if (!/^#[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u.test(channels[severity])) {
      throw new Error(
        `CHI-C941 the Slack channel for ${severity} is "${channels[severity]}", not # and up to 80 lower-case letters, digits, hyphens and underscores: ` +
          `pulumi config set --path chisan:slackChannels.${severity} '#<channel>'`,
      );
    }
  }
}

/** @throws CHI-C942 for an amount that Google would refuse or that alerts at once */
export function checkBudget({ amount, currency }: { amount: number; currency: string }): void {
  if (!Number.isInteger(amount) || amount < 1) {
    throw new Error(
      `CHI-C942 the monthly budget is ${amount} ${currency}, not a whole number of 1 or more: pulumi config set --path chisan:monthlyBudget.amount <whole number>`,
    );
  }
}
