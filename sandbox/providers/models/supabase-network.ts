import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Ranges from which nothing comes over the Internet: the IANA registries of special-purpose addresses (RFC 6890 and its successors). */
const notPublic = new BlockList();
for (const range of "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3".split(" ")) {
  const [address, bits] = range.split("/") as [string, string];
  notPublic.addSubnet(address, Number(bits), "ipv4");
}
for (const range of "::1/128 fc00::/7 fe80::/10 ff00::/8".split(" ")) {
  const [address, bits] = range.split("/") as [string, string];
  notPublic.addSubnet(address, Number(bits), "ipv6");
}

/** What is wrong with a range that a database is to admit; undefined when nothing is. All of the Internet (`0.0.0.0/0`, `::/0`) is a range. */
export function restrictionProblem(range: unknown): string | undefined {
  const match = typeof range === "string" ? /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(range) : null;
  const [, address = "", bits = ""] = match ?? [];
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  if (!family || Number(bits) > (family === "ipv4" ? 32 : 128)) return "which is not a CIDR range";
  if (Number(bits) > 0 && notPublic.check(address, family)) return "which is a private range";
  return undefined;
}
