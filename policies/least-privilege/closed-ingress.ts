import { resourcePolicy } from "../framework/policy";
import { service } from "./reading/containers";
import { shown } from "./reading/properties";

const closed = ["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", "INGRESS_TRAFFIC_INTERNAL_ONLY"];

export const closedIngress = resourcePolicy({
  id: "closed-ingress",
  title: "A Cloud Run service is not reached from the Internet except through the load balancer",
  severity: "critical",
  section: "2.5",
  why: "its own run.app address would go round Cloudflare and Cloud Armor",
  remediation: 'set ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" (components/api-service-template.ts)',
  types: [service],
  check: ({ props }, report) => {
    // Left out, the vendor admits all.
    const ingress = props["ingress"];
    if (!closed.includes(String(ingress))) report(`ingress is ${shown(ingress)}; allowed: ${closed.join(", ")}`);
  },
});
