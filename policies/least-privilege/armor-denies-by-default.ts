import { parseCidr } from "../../config/cidr";
import { independently, resourcePolicy } from "../framework/policy";
import { eachKnown, list, record, shown, text } from "./reading/properties";

/** The priority of the rule that matches what no other does. */
const last = 2_147_483_647;
/** The widest ranges that Cloudflare publishes are /12 and /29 (config/cloudflare-published-ranges.json). */
const widest = { 4: 12, 6: 29 } as const;

export const armorDeniesByDefault = resourcePolicy({
  id: "armor-denies-by-default",
  title: "Cloud Armor denies whom no rule admits, admits no more than Cloudflare's ranges, and enforces every rule",
  severity: "critical",
  section: "2.5",
  why: "a rule that admits everybody makes all the others void, and one in preview is only logged",
  remediation: "restore securityPolicyInputs() of components/load-balancer-inputs.ts",
  types: ["gcp:compute/securityPolicy:SecurityPolicy"],
  check: ({ props }, report) => {
    independently(
      () => eachKnown(props["rules"], (value) => checkEnforced(record(value), report)),
      () => checkAction(props["rules"], report),
    );
  },
});

function checkEnforced(rule: Readonly<Record<string, unknown>>, report: (message: string) => void): void {
  const preview = rule["preview"];
  if (preview !== undefined && preview !== false)
    report(`rule ${shown(rule["priority"])} has preview ${shown(preview)}, so it enforces nothing; allowed: false`);
}

function checkAction(rules: unknown, report: (message: string) => void): void {
  let action: string | undefined;
  eachKnown(rules, (value) => {
    const rule = record(value);
    if (rule["priority"] === last) action = text(rule["action"]) ?? "";
    else if (/^(?:allow|rate|throttle)/.test(text(rule["action"]) ?? "")) checkAdmitted(rule, report);
  });
  // Only when all are known: the last one could be the one that is not.
  if (action === undefined || !action.startsWith("deny")) {
    report(`the last rule (priority ${last}) is ${shown(action)}; allowed: deny(403), deny(404), deny(502)`);
  }
}

function checkAdmitted(rule: Readonly<Record<string, unknown>>, report: (message: string) => void): void {
  const match = record(rule["match"]);
  const ranges = list(record(match["config"])["srcIpRanges"]);
  if (ranges.length === 0) report(`rule ${shown(rule["priority"])} admits by an expression; allowed: by address ranges`);
  eachKnown(ranges, (value) => {
    const range = parseCidr(text(value) ?? "");
    if (range === undefined || range.prefix < widest[range.version]) {
      report(
        `rule ${shown(rule["priority"])} admits ${shown(value)}; allowed: ranges no wider than /${widest[4]} (IPv4) and /${widest[6]} (IPv6)`,
      );
    }
  });
}
