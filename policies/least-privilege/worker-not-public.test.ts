import { policyCases } from "./testing/mutations";
import { workerNotPublic } from "./worker-not-public";

policyCases(workerNotPublic, {
  compliant: [
    {
      type: "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain",
      name: "worker",
      inputs: { enabled: false, previewsEnabled: false },
    },
  ],
  refused: [
    ["worker", "enabled", true, "enabled is true; allowed: false"],
    ["worker", "enabled", undefined, "enabled is nothing"],
    ["worker", "previewsEnabled", true, "previewsEnabled is true; allowed: false"],
  ],
  undecided: [["worker", "enabled"]],
});
