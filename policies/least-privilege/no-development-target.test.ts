import { policyCases } from "./testing/mutations";
import { noDevelopmentTarget } from "./no-development-target";

policyCases(noDevelopmentTarget, {
  compliant: [
    {
      type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      name: "one",
      inputs: { key: "API_URL", targets: ["production", "preview"] },
    },
    {
      type: "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables",
      name: "several",
      inputs: { variables: [{ key: "A", targets: ["production"] }] },
    },
  ],
  refused: [
    ["one", "targets", ["production", "development"], 'API_URL has the target "development"; allowed: production, preview'],
    ["one", "targets", undefined, "API_URL has targets nothing"],
    ["several", "variables[0].targets[0]", "development", 'A has the target "development"'],
  ],
  undecided: [["one", "targets[0]"]],
});
