import { closedIngress } from "./closed-ingress";
import { policyCases } from "./testing/mutations";

policyCases(closedIngress, {
  compliant: [{ type: "gcp:cloudrunv2/service:Service", name: "api", inputs: { ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" } }],
  refused: [
    ["api", "ingress", "INGRESS_TRAFFIC_ALL", 'ingress is "INGRESS_TRAFFIC_ALL"'],
    ["api", "ingress", undefined, "ingress is nothing"],
  ],
  allowed: [["api", "ingress", "INGRESS_TRAFFIC_INTERNAL_ONLY"]],
  undecided: [["api", "ingress"]],
});
