import * as pulumi from "@pulumi/pulumi";
import * as monitoring from "@pulumi/gcp/monitoring";
import { alertChannels, severities, type ChannelKind, type Severity } from "../config/alert-thresholds";
import type { EnvironmentSlug } from "../config/naming";
import type { ChannelsBySeverity } from "./alert-policies-inputs";
import { ChisanComponent } from "./component";
import { checkSlackChannels } from "./monitoring-checks";

export interface AlertChannelsArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** The primary on-call (section 4.3). */
  readonly onCall: { readonly email: string; readonly phone: string };
  readonly slack: {
    /** Of the Slack app that may write to the channels; kept secret whatever is given. */
    readonly token: pulumi.Input<string>;
    /** With their `#`. */
    readonly channels: Readonly<Record<Severity, string>>;
  };
}

/**
 * Where alerts go. Who is on call changes without a change of code, so these are the environment's configuration.
 *
 * Google sends nothing to an SMS channel until somebody has typed in the code that it received, and nothing to Slack until its app is in the
 * channel: no API can do either. The state of an SMS channel is its `verificationStatus`.
 */
export class AlertChannels extends ChisanComponent {
  /** Section 6.3: critical SMS + Slack + e-mail, warning Slack + e-mail, info Slack. */
  public readonly bySeverity: ChannelsBySeverity;
  /** The e-mail channel: the only kind that a budget takes. */
  public readonly email: pulumi.Output<string>;

  public constructor(name: string, args: AlertChannelsArgs, options?: pulumi.ComponentResourceOptions) {
    super("AlertChannels", name, options);
    checkSlackChannels(args.slack.channels);
    const made = this.child({ dependsOn: options?.dependsOn });
    const sms = new monitoring.NotificationChannel(`${name}-sms`, smsInputs(args), made);
    const email = new monitoring.NotificationChannel(`${name}-email`, emailInputs(args), made);
    const slack = (severity: Severity) =>
      new monitoring.NotificationChannel(`${name}-slack-${severity}`, slackInputs(args, severity), made);
    const slackBySeverity = { critical: slack("critical"), warning: slack("warning"), info: slack("info") };
    const of = (severity: Severity, kind: ChannelKind) => ({ sms, email, slack: slackBySeverity[severity] })[kind].id;
    this.bySeverity = Object.fromEntries(
      severities.map((severity) => [severity, alertChannels[severity].channels.map((kind) => of(severity, kind))]),
    ) as Record<Severity, pulumi.Output<string>[]>;
    this.email = email.id;
    this.registerOutputs({});
  }
}

export function smsInputs({ slug, project, onCall }: AlertChannelsArgs): monitoring.NotificationChannelArgs {
  return {
    project,
    type: "sms",
    displayName: `[${slug}] Primary on-call by SMS`,
    description: "Critical alerts. Has to be verified once: docs/monitoring.md",
    labels: { number: onCall.phone },
    userLabels: { environment: slug },
  };
}

export function emailInputs({ slug, project, onCall }: AlertChannelsArgs): monitoring.NotificationChannelArgs {
  return {
    project,
    type: "email",
    displayName: `[${slug}] Primary on-call by e-mail`,
    description: "Critical alerts, warnings and the budget",
    labels: { email_address: onCall.email },
    userLabels: { environment: slug },
  };
}

/** A channel for each severity, also where they name the same one in Slack: to part them later is then a change of configuration. */
export function slackInputs({ slug, project, slack }: AlertChannelsArgs, severity: Severity): monitoring.NotificationChannelArgs {
  return {
    project,
    type: "slack",
    displayName: `[${slug}] Slack, ${severity}`,
    description: "The Slack app has to be invited to the channel once: docs/monitoring.md",
    labels: { channel_name: slack.channels[severity] },
    sensitiveLabels: { authToken: pulumi.secret(slack.token) },
    userLabels: { environment: slug, severity },
  };
}
