import { securityPolicyInputs } from "../../components/load-balancer-inputs";
import { cloudflareRanges } from "../../config/cloudflare-ranges";
import { armorDeniesByDefault } from "./armor-denies-by-default";
import { policyCases } from "./testing/mutations";

const { rules } = securityPolicyInputs({
  slug: "prod",
  project: "p",
  host: "api.chisan.app",
  cloudflare: cloudflareRanges,
  services: [],
  activeRegions: [],
  protect: true,
});
const last = (rules as unknown[]).length - 1;

policyCases(armorDeniesByDefault, {
  compliant: [{ type: "gcp:compute/securityPolicy:SecurityPolicy", name: "policy", inputs: { rules } }],
  refused: [
    ["policy", `rules[${last}].action`, "allow", 'the last rule (priority 2147483647) is "allow"; allowed: deny(403)'],
    ["policy", `rules[${last}]`, { priority: 5, action: "deny(403)" }, "the last rule (priority 2147483647) is nothing"],
    ["policy", "rules", undefined, "the last rule (priority 2147483647) is nothing"],
    ["policy", "rules[1].match.config.srcIpRanges[0]", "0.0.0.0/0", 'rule 1000 admits "0.0.0.0/0"'],
    ["policy", "rules[1].match.config.srcIpRanges[0]", "*", 'rule 1000 admits "*"'],
    ["policy", "rules[1].match.config.srcIpRanges[0]", "::/0", 'admits "::/0"'],
    ["policy", "rules[1].match", { expr: { expression: "true" } }, "rule 1000 admits by an expression"],
    ["policy", "rules[0].action", "allow", "rule 100 admits by an expression"],
    ["policy", "rules[0].preview", true, "rule 100 has preview true, so it enforces nothing; allowed: false"],
    ["policy", `rules[${last}].preview`, true, "rule 2147483647 has preview true"],
  ],
  allowed: [["policy", "rules[0].preview", false]],
  undecided: [
    ["policy", "rules"],
    ["policy", `rules[${last}].action`],
    ["policy", "rules[1].action"],
    ["policy", "rules[1].preview"],
    ["policy", "rules[1].match.config.srcIpRanges[0]"],
  ],
});
