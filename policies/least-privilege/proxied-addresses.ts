import { resourcePolicy } from "../framework/policy";
import { shown } from "./reading/properties";

export const proxiedAddresses = resourcePolicy({
  id: "proxied-addresses",
  title: "A host's address is Cloudflare's: no record tells the load balancer's own",
  severity: "high",
  section: "2.5",
  why: "without the proxy the zone's firewall, its limits and its TLS settings do not stand before the API, and everybody learns its address",
  remediation: "restore proxied: true in apiRecordInputs() of components/dns-inputs.ts",
  types: ["cloudflare:index/dnsRecord:DnsRecord"],
  check: ({ props }, report) => {
    const { type, proxied } = props;
    if ((type === "A" || type === "AAAA") && proxied !== true) report(`proxied is ${shown(proxied)} on a record of type ${type}; allowed: true`);
  },
});
