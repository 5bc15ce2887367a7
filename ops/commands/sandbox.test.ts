/** `sandbox reset` says what else goes, and what stays. Its sandbox is empty: nothing is started. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { addSandbox } from "./sandbox";

let folder: string;
let sandbox: string;
const before = process.env["CHISAN_SANDBOX_DIRECTORY"];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chisan-reset-"));
  sandbox = join(folder, "sandbox");
  mkdirSync(sandbox);
  process.env["CHISAN_SANDBOX_DIRECTORY"] = sandbox;
});
afterEach(() => {
  if (before === undefined) delete process.env["CHISAN_SANDBOX_DIRECTORY"];
  else process.env["CHISAN_SANDBOX_DIRECTORY"] = before;
  rmSync(folder, { recursive: true, force: true });
});

async function reset(...words: string[]): Promise<{ said: string; error: string }> {
  const result = { said: "", error: "" };
  const spy = jest.spyOn(process.stderr, "write").mockImplementation((text) => ((result.said += String(text)), true));
  const program = new Command().exitOverride();
  addSandbox(program);
  await program.parseAsync(["sandbox", "reset", ...words], { from: "user" }).catch((error: Error) => (result.error = error.message));
  spy.mockRestore();
  return result;
}

test("the reports of drills are counted before and after they go, and the drill's own sandbox is named", async () => {
  const reports = join(sandbox, "dr", "reports");
  for (const id of ["one", "two"]) mkdirSync(join(reports, id), { recursive: true });
  const ofDrill = join(`${sandbox}-drill`, "sandbox");
  mkdirSync(ofDrill, { recursive: true });
  expect((await reset()).error).toBe(
    `CHI-O013 this forgets every rehearsed environment in ${sandbox}, and 2 drill reports and the key that signed them (to keep one: copy its folder of ${reports}, or npx chisan dr drill --report-to docs/drills): npx chisan sandbox reset --yes`,
  );
  expect(existsSync(reports)).toBe(true);
  const { said } = await reset("--yes");
  expect(said).toContain("The sandbox is empty; deleted with it: 2 drill reports and the key that signed them.\n");
  expect(said).toContain(`CHISAN_SANDBOX_DIRECTORY=${ofDrill} npx chisan sandbox reset --yes`);
  expect([existsSync(reports), existsSync(ofDrill)]).toEqual([false, true]);
});

test("where there is neither, neither is spoken of", async () => {
  expect((await reset()).error).toBe(`CHI-O013 this forgets every rehearsed environment in ${sandbox}: npx chisan sandbox reset --yes`);
  expect((await reset("--yes")).said).toBe("The sandbox is empty.\n");
});
