/** Address ranges in CIDR notation: parsing and the checks that an allow-list needs. */
import { isIPv4, isIPv6 } from "node:net";

export interface Cidr {
  version: 4 | 6;
  /** The first address as a number. */
  first: bigint;
  prefix: number;
  /** The one spelling of the range: `2001:DB8:0::/32` and `2001:db8::/32` give the same. */
  canonical: string;
}

/** Reads `a.b.c.d/n` or `x::/n`; undefined for anything else. Host bits may be set: see `hasHostBits`. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1];
  if (match === null || address === undefined) return undefined;
  const version = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  const prefix = Number(match[2]);
  if (version === undefined || prefix > bitsOf(version)) return undefined;
  const first = version === 4 ? numberOfIPv4(address) : numberOfIPv6(address);
  return { version, first, prefix, canonical: `${version}:${first.toString(16)}/${prefix}` };
}

/** Whether the address has bits after the prefix (`203.0.113.7/24`): the vendor would store another text and show a change for ever. */
export function hasHostBits({ version, first, prefix }: Cidr): boolean {
  return (first & ((1n << BigInt(bitsOf(version) - prefix)) - 1n)) !== 0n;
}

/** Ranges that never come from the Internet: private, loopback, link-local, shared (RFC 1918, 1122, 3927, 6598, 4193, 4291). */
const notPublic = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "100.64.0.0/10",
  "0.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
  "::/127",
];

/** Whether the range lies in one that never comes from the Internet, so that admitting it has no effect. */
export function isNotPublic(range: Cidr): boolean {
  return notPublic.some((text) => {
    const outer = parseCidr(text);
    return outer !== undefined && contains(outer, range);
  });
}

function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.version !== inner.version || inner.prefix < outer.prefix) return false;
  const rest = BigInt(bitsOf(outer.version) - outer.prefix);
  return outer.first >> rest === inner.first >> rest;
}

function bitsOf(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

function numberOfIPv4(address: string): bigint {
  return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function numberOfIPv6(address: string): bigint {
  // An IPv4 tail (`::ffff:203.0.113.1`) is two groups.
  const groupsOnly = address.replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const value = numberOfIPv4(tail);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = "", tail] = groupsOnly.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}
