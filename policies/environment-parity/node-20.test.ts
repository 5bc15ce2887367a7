import type * as Manifest from "../../config/parity-manifest";
import { judge, unknown } from "../test-support/judge";
import { node20 } from "./node-20";

// A manifest that is wrong: the policy does not follow it.
jest.mock("../../config/parity-manifest", () => {
  const real = jest.requireActual<typeof Manifest>("../../config/parity-manifest");
  return { ...real, equalEverywhere: { ...real.equalEverywhere, nodeVersion: "22.x" } };
});

const project = (inputs: object) => [{ type: "vercel:index/project:Project", name: "web", inputs: { name: "chisan-prod-web", ...inputs } }];

test("20.x passes", async () => {
  expect(await judge(node20, project({ nodeVersion: "20.x" }))).toEqual({ violations: [], undecided: [] });
});

test.each([
  [{ nodeVersion: "22.x" }, "22.x"],
  [{ nodeVersion: "20" }, "20"],
  [{}, "not set"],
])("%j is refused", async (inputs, said) => {
  expect((await judge(node20, project(inputs))).violations).toEqual([`web: nodeVersion is ${said}; allowed: 20.x; fix: ${node20.remediation} (section 1.3)`]);
});

test("one that is not known yet is not decided", async () => {
  expect(await judge(node20, project({ nodeVersion: unknown }))).toEqual({ violations: [], undecided: ["node-20 web"] });
});
