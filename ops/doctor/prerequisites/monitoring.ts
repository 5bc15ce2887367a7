import { done, judged, open, provenBy, unreadable, type Prerequisite } from "../prerequisite";

const channelType = "gcp:monitoring/notificationChannel:NotificationChannel";

export const monitoring: readonly Prerequisite[] = [
  {
    id: "sms-verified",
    system: "Cloud Monitoring",
    title: "Verify the SMS channel with the code that it receives",
    why: "section 6.3: critical alerts go by SMS; Google sends none to a number that nobody has verified",
    how: "console → Monitoring → Alerting → Edit notification channels → SMS → [<stack>] Primary on-call by SMS → Verify: type in the code; then npx chisan refresh <stack> --cloud",
    read: "`verificationStatus` of the SMS channel in the state, as of the last refresh",
    urgent: true,
    check: (facts) =>
      judged(facts.resources, (all) => {
        const channels = all.filter(({ type, outputs }) => type === channelType && outputs?.["type"] === "sms");
        if (channels.length === 0) return open("no SMS channel exists yet: npx chisan up");
        const waiting = channels.filter(({ outputs }) => outputs?.["verificationStatus"] !== "VERIFIED");
        // Google leaves the field out while it does not know: that is not a yes.
        return waiting.length === 0 ? done("VERIFIED at the last refresh") : open(`${waiting.length} of ${channels.length} not verified at the last refresh: critical alerts wake nobody`);
      }),
  },
  {
    id: "slack-connected",
    system: "Cloud Monitoring",
    title: "Install the Slack app and invite it to the alerts' channels",
    why: "section 6.3: every severity goes to Slack; a workspace lets an app write to the channels that people invited it to",
    how: "api.slack.com/apps → Create New App → scope chat:write → Install; pulumi config set chisan:slackToken --secret; in each channel of chisan:slackChannels: /invite @<app>; then console → Monitoring → Edit notification channels → Slack → Send test notification",
    read: "`chisan:slackToken` and `chisan:slackChannels` are set; whether the app is in the channels cannot be read",
    check(facts) {
      const missing = (["slackToken", "slackChannels"] as const).filter((key) => !facts.isSet(key));
      if (missing.length > 0) return open(`not set: ${missing.map((key) => `chisan:${key}`).join(", ")}`);
      return unreadable("token and channels are configured; whether the app was invited shows in a test notification only");
    },
  },
];

export const sentry: readonly Prerequisite[] = [
  {
    id: "sentry-organization",
    system: "Sentry",
    title: "Create the Sentry organization and a token for it",
    why: "section 6.1: error tracking; projects can be declared, the organization and its plan cannot",
    how: "sentry.io → create the organization; Settings → Custom Integrations → internal integration with Organization, Project, Team and Alerts write; pulumi config set chisan:sentryOrganization and chisan:sentryToken --secret",
    read: "`chisan:sentryOrganization` and `chisan:sentryToken` are set; a Sentry project in the state proves the organization",
    check(facts) {
      const missing = (["sentryOrganization", "sentryToken"] as const).filter((key) => !facts.isSet(key));
      if (missing.length > 0) return open(`not set: ${missing.map((key) => `chisan:${key}`).join(", ")}`);
      return provenBy(facts, /^sentry:.*:SentryProject$/, "Sentry took a project of ours");
    },
  },
  {
    id: "sentry-team",
    system: "Sentry",
    title: "Put the people who are to get the environment's errors by e-mail into its team",
    why: "section 6.3: Sentry's e-mails go to the team's members and to nobody else; `up` makes the team, empty",
    how: "after the first `up`: sentry.io → Settings → Members → Invite Member (the primary on-call and the developers); Settings → Teams → #chisan-prod, #chisan-staging or #chisan-dr → Members → Add Member",
    read: "cannot be read: the state has the team, not its members",
    check: () => unreadable("the state has the team, not its members: look at its page in Sentry"),
  },
  {
    id: "sentry-slack",
    system: "Sentry",
    title: "Connect Sentry with the Slack workspace",
    why: "section 6.3: errors reach Slack; the connection is an OAuth consent that only a person can give",
    how: "sentry.io → Settings → Integrations → Slack → Add Workspace; pulumi config set chisan:sentrySlackWorkspace '<name as Sentry shows it>'",
    read: "`chisan:sentrySlackWorkspace` is set; an alert of ours that writes to Slack, in the state, proves the connection",
    check(facts) {
      if (!facts.isSet("sentrySlackWorkspace")) return open("not set: chisan:sentrySlackWorkspace");
      return provenBy(facts, /^sentry:.*:(SentryIssueAlert|SentryMetricAlert|SentryNotificationAction)$/, "Sentry took an alert of ours that writes to Slack");
    },
  },
];

export const checkly: readonly Prerequisite[] = [
  {
    id: "checkly-account",
    system: "Checkly",
    title: "Create the Checkly account, choose its plan, make an API key",
    why: "section 6.1: availability from outside; the number of check runs a month and SMS alerts depend on the plan",
    how: "app.checklyhq.com → sign up → Billing → a plan with SMS; Account settings → General: the account id → pulumi config set chisan:checklyAccountId '<account id>' --stack <stack>; Account settings → Service users → a new one with an API key → pulumi config set chisan:checklyApiKey --secret --stack <stack>",
    read: "`chisan:checklyAccountId` and `chisan:checklyApiKey` are set; a check in the state proves the account; its plan cannot be read",
    check(facts) {
      const missing = (["checklyAccountId", "checklyApiKey"] as const).filter((key) => !facts.isSet(key));
      if (missing.length > 0) return open(`not set: ${missing.map((key) => `chisan:${key}`).join(", ")}`);
      return provenBy(facts, /^checkly:.*:Check(Group)?$/, "Checkly took a check of ours (whether its plan includes SMS, look at Billing)");
    },
  },
];
