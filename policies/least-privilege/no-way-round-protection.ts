import { resourcePolicy } from "../framework/policy";

/** Types whose only use is to open what another rule closes, by what is open then. */
const ways: Readonly<Record<string, string>> = {
  "vercel:index/projectProtectionBypass:ProjectProtectionBypass": "previews, for whoever has a text that never expires",
  "vercel:index/deploymentProtectionException:DeploymentProtectionException": "a host, for everybody",
  "vercel:index/firewallBypass:FirewallBypass": "the firewall, for an address",
  "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable": "one value, to several projects and so to several environments",
  "vercel:index/sharedEnvironmentVariableProjectLink:SharedEnvironmentVariableProjectLink": "another project's value",
  "cloudflare:index/workersRoute:WorkersRoute": "a Worker, which is called by its queue alone",
  "gcp:compute/targetHttpProxy:TargetHttpProxy": "the API, without TLS",
};

export const noWayRoundProtection = resourcePolicy({
  id: "no-way-round-protection",
  title: "Nothing is declared that goes round a protection",
  severity: "high",
  section: "2.5",
  why: "each of these types opens, beside the guarded way, another one that no rule looks at",
  remediation: "remove the resource; to open something for a test, ask for an exemption with an end date (policies/exemptions.yaml)",
  types: Object.keys(ways),
  check: ({ type }, report) => report(`${type} opens ${ways[type]}; allowed: none of this type`),
});
