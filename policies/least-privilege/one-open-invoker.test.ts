import { oneOpenInvoker } from "./one-open-invoker";
import { policyCases } from "./testing/mutations";

const type = "gcp:cloudrunv2/service:Service";
const api = { name: "api", ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", invokerIamDisabled: true };

policyCases(oneOpenInvoker, {
  compliant: [
    { type, name: "seoul", inputs: api },
    { type, name: "tokyo", inputs: api },
    { type, name: "exporter", inputs: { ...api, name: "exporter", invokerIamDisabled: false } },
  ],
  refused: [
    ["exporter", "invokerIamDisabled", true, 'exporter: "exporter" is one of 2 services with invokerIamDisabled: true; allowed: 1'],
    ["seoul", "ingress", "INGRESS_TRAFFIC_INTERNAL_ONLY", "invokerIamDisabled is true with ingress INGRESS_TRAFFIC_INTERNAL_ONLY"],
    ["tokyo", "name", "other", "is one of 2 services"],
  ],
  allowed: [["exporter", "invokerIamDisabled", undefined]],
  undecided: [["seoul", "invokerIamDisabled"]],
});
