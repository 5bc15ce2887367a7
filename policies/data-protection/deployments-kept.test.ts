import { judge } from "../test-support/judge";
import { policyCases } from "../least-privilege/testing/mutations";
import { deploymentsKept } from "./deployments-kept";

policyCases(deploymentsKept, {
  compliant: [
    { type: "vercel:index/project:Project", name: "web", inputs: {} },
    { type: "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention", name: "retention", inputs: { expirationProduction: "1y" } },
  ],
  refused: [
    ["retention", "expirationProduction", "1w", 'expirationProduction is "1w"; allowed: 1m'],
    ["retention", "expirationProduction", undefined, "expirationProduction is nothing"],
  ],
  allowed: [["retention", "expirationProduction", "unlimited"]],
  undecided: [["retention", "expirationProduction"]],
});

test("a project without a rule", async () => {
  const { violations } = await judge(deploymentsKept, [{ type: "vercel:index/project:Project", name: "web", inputs: {} }]);
  expect(violations.join()).toContain("web: 1 Vercel projects have 0 rules");
});
