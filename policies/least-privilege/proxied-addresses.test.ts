import { proxiedAddresses } from "./proxied-addresses";
import { policyCases } from "./testing/mutations";

const record = (name: string, type: string, proxied?: boolean) => ({ type: "cloudflare:index/dnsRecord:DnsRecord", name, inputs: { type, ...(proxied === undefined ? {} : { proxied }) } });

policyCases(proxiedAddresses, {
  compliant: [record("api", "A", true), record("app", "CNAME", false), record("caa", "CAA")],
  refused: [
    ["api", "proxied", false, "proxied is false on a record of type A; allowed: true"],
    ["api", "proxied", undefined, "proxied is nothing"],
    ["app", "type", "AAAA", "proxied is false on a record of type AAAA"],
  ],
  undecided: [
    ["api", "proxied"],
    ["caa", "type"],
  ],
});
