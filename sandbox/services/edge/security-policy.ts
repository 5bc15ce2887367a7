import { BlockList, isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { cloudflareRanges } from "../../../config/cloudflare-ranges";
import type { WorldRecord } from "../../world/world";
import { BrokenHop } from "./broken-hop";

const policies = z.object({
  rules: z.array(
    z.object({
      priority: z.number(),
      action: z.string(),
      description: z.string().optional(),
      match: z.object({
        expr: z.object({ expression: z.string() }).optional(),
        config: z.object({ srcIpRanges: z.array(z.string()).default([]) }).optional(),
      }),
    }),
  ),
});

/** A visitor of the Internet (RFC 5737: documentation). */
const visitor = "203.0.113.10";

/** The only form of expression that is declared: components/load-balancer-inputs.ts. */
const otherHost = /^!\(request\.headers\['host'\]\.lower\(\) == '([^']+)'\)$/;

/**
 * Cloud Armor's decision: the first rule that matches, by priority. Whoever comes through Cloudflare's proxy comes from one of Cloudflare's
 * published addresses; everybody else from an address of the Internet.
 *
 * @throws BrokenHop CHI-S263 when it refuses, or has a rule that the sandbox cannot judge
 */
export function admit({ id, outputs }: WorldRecord, { host, proxied }: { host: string; proxied: boolean }): void {
  const source = proxied ? firstAddress(cloudflareRanges.ipv4[0] ?? "") : visitor;
  const rules = [...policies.parse(outputs).rules].sort((a, b) => a.priority - b.priority);
  for (const { action, description, match, priority } of rules) {
    const matches = match.expr === undefined ? isWithin(source, match.config?.srcIpRanges ?? []) : judge(id, match.expr.expression, host);
    if (!matches) continue;
    if (action === "allow") return;
    const status = Number(/^deny\((\d{3})\)$/.exec(action)?.[1] ?? 403);
    const from = proxied ? "through Cloudflare's proxy" : "not through Cloudflare's proxy (its DNS record is not proxied)";
    throw new BrokenHop(
      "CHI-S263",
      "security policy",
      status,
      `${id} refuses ${host} from ${source}, ${from}, by its rule ${priority} "${description ?? ""}": compare the rule with the DNS record`,
    );
  }
}

function judge(id: string, expression: string, host: string): boolean {
  const wanted = otherHost.exec(expression)?.[1];
  if (wanted === undefined)
    throw new BrokenHop(
      "CHI-S263",
      "security policy",
      501,
      `${id} has the expression "${expression}", which the sandbox cannot judge: extend sandbox/services/edge/security-policy.ts`,
    );
  return host !== wanted;
}

/** Whether an address is in one of the ranges (`a.b.c.d/n`, a single address, or `*`). */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    if (range === "*") return true;
    const [network = "", prefix] = range.split("/");
    const version = isIPv4(network) ? "ipv4" : isIPv6(network) ? "ipv6" : undefined;
    if (version !== undefined) list.addSubnet(network, prefix === undefined ? (version === "ipv4" ? 32 : 128) : Number(prefix), version);
  }
  return list.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

function firstAddress(range: string): string {
  return range.split("/")[0] ?? "";
}
