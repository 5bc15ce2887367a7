import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const run = (...args: string[]) => spawnSync(process.execPath, ["-r", "tsx/cjs", path.join(__dirname, "run.ts"), ...args], { encoding: "utf8", cwd: path.join(__dirname, "..", "..") });

it("prints the table and ends with 0 when the package agrees", () => {
  const { stdout, status } = run("random");
  expect(stdout).toMatch(/^package +cases +refused\/accepted/);
  expect(stdout).toMatch(/random +48 .* agrees/);
  expect(status).toBe(0);
});

it("ends with 1 and names the disagreement when recordings say otherwise", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "oracle-"));
  const token = "random:index/randomUuid:RandomUuid";
  const cases = [{ change: "drop keepers", inputs: {}, outcome: "refused", kind: "so it says" }];
  fs.writeFileSync(path.join(folder, "random.json"), JSON.stringify({ [token]: { base: {}, cases } }));
  const { stdout, status } = run("--recordings", folder, "random");
  fs.rmSync(folder, { recursive: true });
  expect(stdout).toContain(`${token}, drop keepers: accepted: the plugin said refused: so it says; the sandbox said accepted`);
  expect(status).toBe(1);
});

it("prints JSON on request", () => expect(JSON.parse(run("--json", "random").stdout)).toMatchObject([{ packageName: "random", cases: 48 }]));

it("refuses a package that it does not know", () => {
  const { stderr, status } = run("azure");
  expect(stderr).toMatch(/^CHI-O001 unknown package azure/);
  expect(status).toBe(2);
});
