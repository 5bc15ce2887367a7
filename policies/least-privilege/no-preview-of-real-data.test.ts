import { policyCases } from "./testing/mutations";
import { noPreviewOfRealData } from "./no-preview-of-real-data";
import { judge } from "../test-support/judge";

const compliant = [
  { type: "vercel:index/project:Project", name: "project", inputs: { previewDeploymentsDisabled: true } },
  {
    type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    name: "variable",
    inputs: { key: "API_URL", targets: ["production"] },
  },
];
const previewed = [
  { ...compliant[0]!, inputs: { previewDeploymentsDisabled: false } },
  { ...compliant[1]!, inputs: { key: "API_URL", targets: ["production", "preview"] } },
];
const custom = { type: "vercel:index/customEnvironment:CustomEnvironment", name: "custom", inputs: {} };

for (const stack of ["prod", "chisan-dr", "prod-eu"]) {
  describe(stack, () => {
    policyCases(noPreviewOfRealData, {
      stack,
      compliant,
      refused: [
        ["project", "previewDeploymentsDisabled", false, `previewDeploymentsDisabled is false in ${stack}; allowed: true`],
        ["project", "previewDeploymentsDisabled", undefined, "previewDeploymentsDisabled is nothing"],
        ["variable", "targets[1]", "preview", `API_URL has the target "preview" in ${stack}`],
        ["variable", "customEnvironmentIds", ["env_1"], "API_URL goes to 1 custom environments"],
      ],
      undecided: [
        ["project", "previewDeploymentsDisabled"],
        ["variable", "targets"],
      ],
    });

    test("a custom environment is refused", async () => {
      expect((await judge(noPreviewOfRealData, [custom], stack)).violations).toEqual([
        expect.stringContaining(`${stack} has a custom environment`),
      ]);
    });
  });
}

test("staging is previewed", async () => {
  expect(await judge(noPreviewOfRealData, [...previewed, custom], "staging")).toEqual({ violations: [], undecided: [] });
});
