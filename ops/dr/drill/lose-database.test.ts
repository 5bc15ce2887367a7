import { sandboxPaths } from "../../../sandbox/control/paths";
import type { Running } from "../../../sandbox/control/running";
import { loseDatabase } from "./lose-database";

const projectType = "supabase:index/project:Project";
const running = { pid: 1 } as Running;
let answers: Running | undefined = running;
let world: { type: string; id: string; outputs: Record<string, unknown> }[] = [];
jest.mock("../../../sandbox/control/running", () => ({ readRunning: () => answers }));
jest.mock("../../../sandbox/world/read-world", () => ({ readWorld: () => world }));

const paths = sandboxPaths("nowhere");

test("the stack's own project is deleted at the vendor, and nothing else", async () => {
  answers = running;
  world = [
    { type: projectType, id: "a", outputs: { name: "chisan-prod" } },
    { type: projectType, id: "b", outputs: { name: "chisan-dr" } },
    { type: "vercel:index/project:Project", id: "c", outputs: { name: "chisan-prod" } },
  ];
  const remove = jest.fn(() => Promise.resolve());
  expect(await loseDatabase("prod", paths, remove)).toEqual(["a"]);
  expect(remove.mock.calls).toEqual([[running, "terraform-provider", projectType, "a"]]);
});

test("what is not there cannot be lost: it is said, and no code 0 pretends it", async () => {
  world = [];
  await expect(loseDatabase("prod", paths)).rejects.toThrow("CHI-H139 the sandbox's Supabase has no project chisan-prod, nothing was deleted");
  answers = undefined;
  await expect(loseDatabase("prod", paths)).rejects.toThrow("CHI-H139 the sandbox does not run");
});
