import type * as pulumi from "@pulumi/pulumi";
import { getSentryOrganizationIntegrationOutput } from "@pulumiverse/sentry/getSentryOrganizationIntegration";
import { SentryIssueAlert } from "@pulumiverse/sentry/sentryIssueAlert";
import { SentryKey } from "@pulumiverse/sentry/sentryKey";
import { SentryMetricAlert } from "@pulumiverse/sentry/sentryMetricAlert";
import { SentryProject } from "@pulumiverse/sentry/sentryProject";
import { SentryTeam } from "@pulumiverse/sentry/sentryTeam";
import type { Consumer } from "../config/environment-variables";
import { ChisanComponent } from "./component";
import {
  type ErrorTrackingArgs,
  type Receivers,
  checkErrorTracking,
  issueAlertInputs,
  issueRules,
  keyInputs,
  projectInputs,
  teamInputs,
  volumeAlertInputs,
} from "./error-tracking-inputs";

/**
 * Errors of the web app and the API (Sentry): where they report them, and who is told.
 *
 * Needs a `sentry.Provider` among the component's providers.
 */
export class ErrorTracking extends ChisanComponent {
  /**
   * Where the web app reports its errors. A DSN is no secret: whoever has it can add events, up to the key's limit, and read none; the browser's is in every
   * page that is delivered.
   */
  public readonly webDsn: pulumi.Output<string>;
  /** Where the API does. */
  public readonly apiDsn: pulumi.Output<string>;

  public constructor(name: string, args: ErrorTrackingArgs, options?: pulumi.ComponentResourceOptions) {
    super("ErrorTracking", name, options);
    checkErrorTracking(args);
    const { organization, slack } = args;
    const team = new SentryTeam(`${name}-team`, teamInputs(args), this.child());
    const connection = getSentryOrganizationIntegrationOutput({ organization, providerKey: "slack", name: slack.workspace }, { parent: this });
    const receivers = { team: team.internalId, workspace: connection.internalId };
    this.webDsn = this.trackedApp(args, "web", team, receivers);
    this.apiDsn = this.trackedApp(args, "api", team, receivers);
    this.registerOutputs({ webDsn: this.webDsn, apiDsn: this.apiDsn });
  }

  /** @returns the DSN */
  private trackedApp(args: ErrorTrackingArgs, app: Consumer, team: SentryTeam, receivers: Receivers): pulumi.Output<string> {
    const part = `${this.name}-${app}`;
    const project = new SentryProject(part, projectInputs(args, app, team.slug), this.child({ protect: args.protect }));
    const key = new SentryKey(`${part}-key`, keyInputs(args, app, project.slug), this.child({ protect: args.protect }));
    for (const [rule, definition] of Object.entries(issueRules)) {
      new SentryIssueAlert(`${part}-${rule}`, issueAlertInputs(args, definition, project.slug, receivers), this.child());
    }
    new SentryMetricAlert(`${part}-volume`, volumeAlertInputs(args, app, project.slug, receivers), this.child());
    return key.dsnPublic;
  }
}
