import { resourcePolicy } from "../framework/policy";
import { shown } from "./reading/properties";

export const behindCloudArmor = resourcePolicy({
  id: "behind-cloud-armor",
  title: "What the load balancer leads to is guarded by Cloud Armor",
  severity: "critical",
  section: "2.5",
  why: "without a policy the load balancer's address takes requests from everybody, round Cloudflare",
  remediation: "set securityPolicy to the LoadBalancer's policy (components/load-balancer-inputs.ts)",
  types: ["gcp:compute/backendService:BackendService"],
  check: ({ props }, report) => {
    const scheme = props["loadBalancingScheme"] ?? "EXTERNAL";
    if (!String(scheme).startsWith("EXTERNAL")) return;
    const policy = props["securityPolicy"];
    if (typeof policy !== "string" || policy === "")
      report(`securityPolicy is ${shown(policy)} on a backend that is ${String(scheme)}; allowed: a policy that denies by default`);
  },
});
