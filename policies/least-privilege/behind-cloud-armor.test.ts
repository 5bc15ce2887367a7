import { behindCloudArmor } from "./behind-cloud-armor";
import { policyCases } from "./testing/mutations";

policyCases(behindCloudArmor, {
  compliant: [
    {
      type: "gcp:compute/backendService:BackendService",
      name: "backend",
      inputs: { loadBalancingScheme: "EXTERNAL_MANAGED", securityPolicy: "policy_id" },
    },
  ],
  refused: [
    ["backend", "securityPolicy", undefined, "securityPolicy is nothing on a backend that is EXTERNAL_MANAGED"],
    ["backend", "securityPolicy", "", 'securityPolicy is ""'],
  ],
  undecided: [["backend", "securityPolicy"]],
});

describe("without a scheme, which is external", () => {
  policyCases(behindCloudArmor, {
    compliant: [{ type: "gcp:compute/backendService:BackendService", name: "backend", inputs: { securityPolicy: "policy_id" } }],
    refused: [["backend", "securityPolicy", undefined, "on a backend that is EXTERNAL;"]],
  });
});
