import type { World, WorldRecord } from "../../world/world";
import { BrokenHop, type Trail } from "./broken-hop";

const recordType = "cloudflare:index/dnsRecord:DnsRecord";
const settingType = "cloudflare:index/zoneSetting:ZoneSetting";

/** Where a name leads. */
export interface Destination {
  readonly to: "address" | "vercel";
  /** The IPv4 address, or Vercel's name. */
  readonly content: string;
  /** Whether Cloudflare's proxy stands before it: the origin then sees Cloudflare's address, and another port where the zone says so. */
  readonly proxied: boolean;
  /** The port that the origin is asked at. */
  readonly port: 443 | 80;
}

/** A chain of CNAMEs that is longer is a loop. */
const longestChain = 8;

/** The hosts that somebody can ask for: every name with an address or a CNAME, but for those that only prove something (`_acme-…`). */
export function knownHosts(world: World): string[] {
  const names = world.list(recordType).flatMap(({ outputs }) => (isAddressed(outputs.type) ? [String(outputs.name)] : []));
  return [...new Set(names)].filter((name) => !name.startsWith("_")).sort();
}

/**
 * Follows a host's records. Of several records with one name each is taken in turn, as resolvers do: after a cut-over that forgot the old
 * record every other visitor still goes there.
 *
 * @param turn counts the requests for this host
 * @throws BrokenHop CHI-S260
 */
export function resolve(world: World, host: string, turn: number, trail: Trail): Destination {
  const records = world.list(recordType).filter(({ outputs }) => isAddressed(outputs.type));
  let name = host;
  let proxied: boolean | undefined;
  let port: Destination["port"] = 443;
  for (let links = 0; links < longestChain; links++) {
    const here = records.filter(({ outputs }) => outputs.name === name);
    const record = here[turn % here.length];
    if (record === undefined) {
      const asked =
        name === host ? `${host} has no A or CNAME record` : `${host} leads to ${name}, which no record here and no vendor answers for`;
      throw new BrokenHop(
        "CHI-S260",
        "DNS record",
        530,
        `${asked}: run npx chisan up for the stack that has the name, or npx chisan dr cutover`,
      );
    }
    const { type, content } = record.outputs;
    trail.pass("DNS record", `${name} ${String(type)} ${String(content)}${record.outputs.proxied === true ? " (proxied)" : ""}`);
    if (proxied === undefined) {
      proxied = record.outputs.proxied === true;
      if (proxied) port = originPort(world, record);
    }
    if (type !== "CNAME") return { to: "address", content: String(content), proxied, port };
    name = String(content).replace(/\.$/, "").toLowerCase();
    if (isVercels(name)) return { to: "vercel", content: name, proxied, port };
  }
  throw new BrokenHop("CHI-S260", "DNS record", 530, `${host} is a chain of more than ${longestChain} CNAMEs: end it at an address`);
}

/** Whether a record with this name and content is there, whatever letters it is written in. */
export function hasCname(world: World, name: string, content: string): boolean {
  const plain = (text: unknown): string => String(text).replace(/\.$/, "").toLowerCase();
  return world
    .list(recordType)
    .some(({ outputs }) => outputs.type === "CNAME" && plain(outputs.name) === plain(name) && plain(outputs.content) === plain(content));
}

/** AAAA is left out: nothing here has such an address. */
function isAddressed(type: unknown): boolean {
  return type === "A" || type === "CNAME";
}

/** https://vercel.com/docs/domains/working-with-domains/add-a-domain: `cname.vercel-dns.com`, or one of the project's own below it. */
function isVercels(name: string): boolean {
  return /(^|\.)vercel-dns(-\d+)?\.com$/.test(name);
}

/** Cloudflare's mode "flexible", and "off", ask the origin over plain HTTP: https://developers.cloudflare.com/ssl/origin-configuration/ssl-modes/ */
function originPort(world: World, { outputs }: WorldRecord): Destination["port"] {
  const mode = world.get(settingType, `${String(outputs.zoneId)}/ssl`)?.outputs.value;
  return mode === "flexible" || mode === "off" ? 80 : 443;
}
