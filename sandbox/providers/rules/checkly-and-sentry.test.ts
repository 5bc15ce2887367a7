/** What the plugins' sources say; there are no recordings of these two. */
import type { Value, Values } from "../contract";
import { loadRules } from "./index";

const CHANNEL = "checkly:index/alertChannel:AlertChannel";
const CHECK = "checkly:index/check:Check";
const GROUP = "checkly:index/checkGroup:CheckGroup";
const ISSUE_ALERT = "sentry:index/sentryIssueAlert:SentryIssueAlert";
const PROJECT = "sentry:index/sentryProject:SentryProject";

const rulesOf = (token: string) => loadRules(token.startsWith("checkly:") ? "checkly" : "sentry");
const right: Record<string, Values> = {
  [CHANNEL]: { email: { address: "a@chisanpaper.com" } },
  [CHECK]: { name: "n", type: "API", activated: true, frequency: 1, request: { url: "https://api.chisan.app/health" } },
  [GROUP]: { name: "g", activated: true, concurrency: 1, locations: ["ap-northeast-2"] },
  [ISSUE_ALERT]: {
    organization: "o",
    project: "p",
    name: "n",
    actionMatch: "any",
    filterMatch: "all",
    frequency: 30,
    conditions: [{ id: "c" }],
    actions: [{ id: "a" }],
  },
  [PROJECT]: { organization: "o", name: "p", teams: ["t"] },
};

test.each(Object.entries(right))("%s takes what is right", (token, inputs) => {
  expect(rulesOf(token).check(token, inputs).failures).toEqual([]);
});

test.each<[string, Values, RegExp]>([
  [CHANNEL, { email: null }, /one of email, opsgenie, pagerduty, slack, sms, webhook must be set/],
  [CHANNEL, { sms: { name: "n", number: "+1" } }, /only one of .* can be set, got 2/],
  [CHANNEL, { sslExpiryThreshold: 31 }, /sslExpiryThreshold .*1.*30/],
  [CHANNEL, { sslExpiryThreshold: 0 }, /sslExpiryThreshold/],
  [CHANNEL, { email: {} }, /missing required property "address"/],
  [CHECK, { frequency: 2 }, /frequency .*0, 1, 5, 10, 15, 30, 60, 720, 1440/],
  [CHECK, { frequency: 0 }, /must be 10, 20 or 30/],
  [CHECK, { type: "BROWSER", frequency: 0 }, /can be 0 only for API checks/],
  [CHECK, { maxResponseTime: 30_001 }, /maxResponseTime/],
  [CHECK, { degradedResponseTime: -1 }, /degradedResponseTime/],
  [CHECK, { activated: null }, /missing required property "activated"/],
  [CHECK, { request: {} }, /missing required property "url"/],
  [CHECK, { request: { url: "https://a.b/", assertions: [{ source: "STATUS_CODE" }] } }, /missing required property "comparison"/],
  [CHECK, { alertSettings: { sslCertificates: [{ alertThreshold: 5 }] } }, /3, 7, 14, 30/],
  [CHECK, { groupID: 1 }, /unknown property "groupID" .*did you mean groupId/],
  [GROUP, { locations: null }, /missing required property "locations"/],
  [ISSUE_ALERT, { actionMatch: "none" }, /actionMatch .*all.*any/],
  [ISSUE_ALERT, { filterMatch: "some" }, /filterMatch .*all.*any.*none/],
  [ISSUE_ALERT, { name: "n".repeat(65) }, /name/],
  [ISSUE_ALERT, { name: "" }, /name/],
  [ISSUE_ALERT, { frequency: null }, /missing required property "frequency"/],
  [PROJECT, { team: "t" }, /team conflicts with teams/],
  [PROJECT, { platform: "node-nestjs" }, /platform .*_platforms/],
])("%s refuses %j", (token, change, words) => {
  const inputs = Object.fromEntries(Object.entries({ ...right[token], ...change }).filter(([, value]) => value !== null));
  const { failures } = rulesOf(token).check(token, inputs);
  expect(failures.map(({ reason }) => reason).join("\n")).toMatch(words);
});

test.each(["other", "node", "javascript-nextjs", "node-express"])("the platform %s has a page", (platform) => {
  expect(rulesOf(PROJECT).check(PROJECT, { ...right[PROJECT], platform }).failures).toEqual([]);
});

test("a high-frequency check has an offset", () => {
  expect(rulesOf(CHECK).check(CHECK, { ...right[CHECK], frequency: 0, frequencyOffset: 20 }).failures).toEqual([]);
});

test("nothing replaces; what the vendor fills in, the order of locations and an absent default are no change", () => {
  const outcome = (token: string, olds: Values, news: Values): string => rulesOf(token).diff(token, { ...right[token], ...olds }, { ...right[token], ...news }).outcome;
  for (const [token, inputs] of Object.entries(right)) {
    for (const name of Object.keys(inputs)) {
      const other: Value = typeof inputs[name] === "string" ? "other" : null;
      expect([token, name, outcome(token, {}, { [name]: other })]).toEqual([token, name, "update"]);
    }
  }
  expect(outcome(GROUP, { locations: ["ap-northeast-2", "ap-northeast-1"] }, { locations: ["ap-northeast-1", "ap-northeast-2"] })).toBe("none");
  expect(outcome(GROUP, { locations: ["ap-northeast-2"] }, { locations: ["ap-northeast-1"] })).toBe("update");
  expect(outcome(CHECK, { maxResponseTime: 30_000 }, {})).toBe("none");
  expect(outcome(CHECK, { muted: true }, { muted: false })).toBe("update");
  expect(outcome(PROJECT, { slug: "p", platform: "node" }, {})).toBe("none");
  expect(outcome(ISSUE_ALERT, { environment: "prod" }, {})).toBe("none");
});
