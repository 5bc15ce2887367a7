/**
 * Facts about the Checkly provider's types, read from the source of terraform-provider-checkly 1.5.0-rc1, which is in @checkly/pulumi 1.0.0.
 * No property of any of its types replaces a resource. What its API alone refuses (locations, types of checks) is in `../models/checkly.ts`.
 */
import { exactlyOne, items, object, oneOf, range, words, type PackageFacts, type ResourceFacts } from "./facts";

/** The blocks of one escalation. The plugin has each as a set; the engine's schema has the inner ones as lists. */
const ALERT_SETTINGS_SETS = words(`
  alertSettings.reminders alertSettings.runBasedEscalations alertSettings.sslCertificates alertSettings.timeBasedEscalations
`);

const shared: ResourceFacts = {
  autonamed: ["name"],
  // The vendor answers with the settings in force, also where none were given.
  computed: ["alertSettings"],
  sets: ["locations", "tags", ...ALERT_SETTINGS_SETS],
  defaults: {
    "alertSettings.reminders.interval": 5,
    "alertSettings.runBasedEscalations.failedRunThreshold": 1,
    "alertSettings.sslCertificates.enabled": false,
    "alertSettings.timeBasedEscalations.minutesFailingThreshold": 5,
  },
  rules: { "alertSettings.sslCertificates.alertThreshold": oneOf(3, 7, 14, 30) },
};

const CHANNEL_KINDS = words("email opsgenie pagerduty slack sms webhook");

export const checklyFacts: PackageFacts = {
  "checkly:index/alertChannel:AlertChannel": {
    defaults: { sendDegraded: false, sendFailure: true, sendRecovery: true, sslExpiry: false, sslExpiryThreshold: 30, "webhook.method": "POST" },
    rules: { sslExpiryThreshold: range(1, 30) },
    // Two are the plugin's refusal, none is the API's (a channel without a type): both before anything is made.
    groups: [exactlyOne("", ...CHANNEL_KINDS)],
  },
  "checkly:index/check:Check": {
    ...shared,
    computed: [...(shared.computed ?? []), ...words("request.basicAuth request.headers request.queryParameters")],
    sets: [...(shared.sets ?? []), "request.assertions"],
    defaults: { ...shared.defaults, degradedResponseTime: 15_000, maxResponseTime: 30_000, script: "", "request.bodyType": "NONE", "request.method": "GET" },
    rules: {
      ...shared.rules,
      degradedResponseTime: range(0, 30_000),
      frequency: oneOf(0, 1, 5, 10, 15, 30, 60, 720, 1440),
      maxResponseTime: range(0, 30_000),
    },
    groups: [
      object("", "frequencyOffset", "must be 10, 20 or 30 when the frequency of an API check is 0", ({ type, frequency, frequencyOffset }) =>
        type !== "API" || frequency !== 0 || [10, 20, 30].includes(Number(frequencyOffset)),
      ),
      object("", "frequency", "can be 0 only for API checks", ({ type, frequency }) => type !== "BROWSER" || frequency !== 0),
    ],
  },
  "checkly:index/checkGroup:CheckGroup": {
    ...shared,
    computed: [
      ...(shared.computed ?? []),
      ...words("apiCheckDefaults apiCheckDefaults.basicAuth apiCheckDefaults.headers apiCheckDefaults.queryParameters"),
    ],
    sets: [...(shared.sets ?? []), "apiCheckDefaults.assertions"],
    defaults: { ...shared.defaults, "apiCheckDefaults.url": "" },
    rules: { ...shared.rules, locations: items(1) },
  },
  "checkly:index/dashboard:Dashboard": {
    sets: ["tags"],
  },
  "checkly:index/maintenanceWindow:MaintenanceWindow": {
    autonamed: ["name"],
    sets: ["tags"],
  },
  "checkly:index/snippet:Snippet": {
    autonamed: ["name"],
  },
};
