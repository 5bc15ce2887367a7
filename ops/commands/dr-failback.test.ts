import { Command } from "commander";
import { failBack } from "../dr/cut-over/fail-back";
import { addDrFailback } from "./dr-failback";

jest.mock("../dr/cut-over/fail-back", () => ({ failBack: jest.fn(() => Promise.resolve({ result: "nothing to do", id: undefined, phases: [] })) }));

async function typed(...args: string[]): Promise<void> {
  const program = new Command();
  addDrFailback(program);
  const quiet = [jest.spyOn(process.stderr, "write").mockReturnValue(true), jest.spyOn(process.stdout, "write").mockReturnValue(true)];
  try {
    await program.parseAsync(["failback", ...args], { from: "user" });
  } finally {
    for (const each of quiet) each.mockRestore();
  }
}

test("another stack's name is refused at once, also when there is nothing to do", async () => {
  await expect(typed("--yes", "--confirm", "chisan-dr")).rejects.toThrow('CHI-D010 --confirm says "chisan-dr", the stack is "prod", nothing was touched: npx chisan dr failback --yes --confirm prod');
  await expect(typed("--confirm", "chisan-dr", "--cloud")).rejects.toThrow("npx chisan dr failback --cloud --yes --confirm prod");
  expect(failBack).not.toHaveBeenCalled();
});

test("prod's, or none, goes on to the question whether there is something to do", async () => {
  await typed("--yes", "--confirm", "prod");
  await typed("--json");
  expect(failBack).toHaveBeenCalledTimes(2);
});
