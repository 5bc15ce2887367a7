/**
 * Facts about the Sentry provider's types, read from the source of terraform-provider-sentry 0.11.2, which is in @pulumiverse/sentry 0.0.9.
 * What its API alone refuses (slugs, frequencies, what an alert consists of) is in `../models/sentry.ts`.
 */
import { conflicts, length, match, oneOf, words, type PackageFacts, type ResourceFacts } from "./facts";

const issueAlert: ResourceFacts = {
  autonamed: ["name"],
  computed: ["environment"],
  rules: {
    actionMatch: oneOf("all", "any"),
    filterMatch: oneOf("all", "any", "none"),
    name: length(1, 64),
  },
};

/**
 * The platforms whose page the plugin finds when it checks the name: it asks docs.sentry.io for `_platforms/<name>.json` and for the same with the first
 * "-" as "/". Those files are no longer made anew (their README in getsentry/sentry-docs), so that newer names, `node-nestjs` among them, are refused.
 * Only the ones that a project like this may want.
 */
const PLATFORMS = /^(other|javascript(-(angular|astro|ember|gatsby|nextjs|react|remix|svelte|sveltekit|vue))?|node(-(awslambda|azurefunctions|connect|express|gcpfunctions|koa|serverlesscloud))?)$/;

export const sentryFacts: PackageFacts = {
  "sentry:index/sentryIssueAlert:SentryIssueAlert": issueAlert,
  "sentry:index/sentryKey:SentryKey": {
    autonamed: ["name"],
    computed: words("rateLimitCount rateLimitWindow"),
  },
  "sentry:index/sentryMetricAlert:SentryMetricAlert": {
    autonamed: ["name"],
    computed: words("environment owner triggers.id triggers.resolveThreshold triggers.actions.id"),
  },
  "sentry:index/sentryProject:SentryProject": {
    autonamed: ["name"],
    computed: words("digestsMaxDelay digestsMinDelay platform resolveAge slug"),
    sets: ["teams"],
    rules: { platform: match(PLATFORMS, 'a platform that has a page at docs.sentry.io/_platforms, such as "other" or "node"') },
    groups: [conflicts("", "team", "teams"), conflicts("", "teams", "team")],
  },
  "sentry:index/sentryRule:SentryRule": issueAlert,
  "sentry:index/sentryTeam:SentryTeam": {
    autonamed: ["name"],
    computed: ["slug"],
  },
};
