import type { JsonObject } from "../../../world/world";
import { text, type Situation } from "../model";
import { googleError } from "./common";
import { computeKinds, computeName } from "./compute-names";

export function validateComputeName(name: string): void {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw googleError(
      400,
      `Invalid value for field 'resource.name': '${name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'`,
      "invalid",
    );
  }
}

function rangeOf(range: string): { first: number; last: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range);
  if (!match) return undefined;
  const [a, b, c, d, bits] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((part) => part > 255) || bits > 29 || bits < 4) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

export function validateSubnetwork(situation: Situation): void {
  const cidr = text(situation.inputs, "ipCidrRange");
  const range = rangeOf(cidr);
  if (!range)
    throw googleError(
      400,
      `Invalid value for field 'resource.ipCidrRange': '${cidr}'. Must be a valid IPv4 CIDR range of /4 to /29`,
      "invalid",
    );
  const network = computeName("network", text(situation.inputs, "network"), situation.inputs);
  for (const other of situation.world.list(computeKinds.subnetwork.type)) {
    if (other.id === situation.previous?.id || computeName("network", text(other.outputs, "network"), other.outputs) !== network) continue;
    const taken = rangeOf(text(other.outputs, "ipCidrRange"));
    if (taken && taken.first <= range.last && range.first <= taken.last) {
      throw googleError(
        400,
        `Invalid IPCidrRange: ${cidr} conflicts with existing subnetwork '${text(other.outputs, "name")}' in region '${text(other.outputs, "region")}'.`,
        "invalidResourceUsage",
      );
    }
  }
}

export function validateSecurityPolicy(situation: Situation): void {
  const rules = (situation.inputs.rules ?? []) as Array<{ priority?: number; match?: { config?: { srcIpRanges?: string[] } } }>;
  const priorities = rules.map((rule) => rule.priority);
  const twice = priorities.find((priority, at) => priorities.indexOf(priority) !== at);
  if (twice !== undefined)
    throw googleError(400, `Invalid value for field 'resource.rules': two rules have the priority ${twice}`, "invalid");
  // https://cloud.google.com/armor/quotas: ten ranges for each SRC_IPS_V1 rule
  for (const rule of rules) {
    const ranges = rule.match?.config?.srcIpRanges ?? [];
    if (ranges.length > 10)
      throw googleError(
        400,
        `Invalid value for field 'resource.rules[].match.config.srcIpRanges': at most 10 ranges per rule, got ${ranges.length}`,
        "invalid",
      );
  }
  if (rules.length > 0 && !priorities.includes(2147483647))
    throw googleError(
      400,
      "Invalid value for field 'resource.rules': a default rule with priority 2147483647 matching '*' is required",
      "invalid",
    );
}

/** One address, protocol and port can belong to one forwarding rule only. */
export function validateForwardingRule(situation: Situation): void {
  const addressText = (value: unknown, inputs: JsonObject): string => {
    if (typeof value !== "string" || value === "") return "";
    return value.includes("/addresses/")
      ? String(situation.world.find(computeKinds.globalAddress.type, computeName("globalAddress", value, inputs))?.outputs.address ?? value)
      : value;
  };
  const mine = addressText(situation.inputs.ipAddress, situation.inputs);
  if (mine === "") return;
  const clash = situation.world
    .list(computeKinds.forwardingRule.type)
    .find(
      (other) =>
        other.id !== situation.previous?.id &&
        addressText(other.outputs.ipAddress, other.outputs) === mine &&
        other.outputs.portRange === situation.inputs.portRange,
    );
  if (clash)
    throw googleError(
      400,
      `Invalid value for field 'resource.IPAddress': '${mine}'. Specified IP address is in-use and would result in a conflict with '${clash.id}'.`,
      "invalid",
    );
}

export function validateRouterNat(situation: Situation): void {
  const { natIpAllocateOption, natIps, sourceSubnetworkIpRangesToNat: which, subnetworks } = situation.inputs;
  const count = Array.isArray(natIps) ? natIps.length : 0;
  if (natIpAllocateOption === "MANUAL_ONLY" && count === 0)
    throw googleError(
      400,
      "Invalid value for field 'resource.nats[0].natIps': at least one address is required when the allocation is MANUAL_ONLY",
      "invalid",
    );
  if (natIpAllocateOption === "AUTO_ONLY" && count > 0)
    throw googleError(400, "Invalid value for field 'resource.nats[0].natIps': must be empty when the allocation is AUTO_ONLY", "invalid");
  if (which === "LIST_OF_SUBNETWORKS" && !(Array.isArray(subnetworks) && subnetworks.length > 0))
    throw googleError(
      400,
      "Invalid value for field 'resource.nats[0].subnetworks': at least one is required with LIST_OF_SUBNETWORKS",
      "invalid",
    );
}
