/** Issue 7, item 5: every disaster that can be rehearsed, on the real engine, by the commands of its own runbook. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scenarios } from "../../ops/dr/scenarios/catalogue";
import type { ScenarioReport } from "../../ops/dr/scenarios/scenario";
import { repositoryRoot } from "../../sandbox/control/paths";
import { processesStartedWith, start, until, type Started } from "../e2e/support/processes";
import { committedConfiguration } from "../e2e/support/test-sandbox";

// A stack that comes up, and up to seven disasters after one another.
jest.setTimeout(2_700_000);

const folder = mkdtempSync(join(tmpdir(), "chisan-e2e-"));
const committed = committedConfiguration();
let printed = "";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the scenarios' own sandboxes are made, so that whatever is left can be seen. */
const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith("chisan-scenario-"));

function chisan(...args: string[]): Started {
  const environment = { PATH: process.env["PATH"], HOME: folder, LANG: "C.UTF-8", TMPDIR: folder };
  return start(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), "dr", ...args], { environment, directory: repositoryRoot });
}

/** Runs scenarios and has their reports; whatever they say, nothing may be left. */
async function rehearse(...names: string[]): Promise<ScenarioReport[]> {
  const ended = await chisan("scenario", ...names, "--json").ended;
  printed += ended.text;
  expect([ended.stderr, ended.code]).toEqual([ended.stderr, 0]);
  expect(leftBehind()).toEqual([]);
  return JSON.parse(ended.stdout) as ScenarioReport[];
}

test("`dr scenarios` lists them all", async () => {
  const listed = await chisan("scenarios", "--json").ended;
  const rows = JSON.parse(listed.stdout) as { name: string; runbook: string }[];
  expect(rows.map(({ name }) => name)).toEqual(scenarios.map(({ name }) => name));
  for (const { runbook } of rows) expect(existsSync(join(repositoryRoot, runbook))).toBe(true);
});

/** A scenario in the middle of its first `up`. */
async function startedScenario(): Promise<Started> {
  const run = chisan("scenario", "table-drop");
  await until("the scenario's sandbox to run", 120, () => leftBehind().some((name) => existsSync(join(folder, name, "sandbox", "running.json"))));
  return run;
}

test("interrupted: it removes its sandbox, and says so", async () => {
  const run = await startedScenario();
  process.kill(run.pid, "SIGTERM");
  const { code, stderr } = await run.ended;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^CHI-H168 /m)]);
  expect(leftBehind()).toEqual([]);
  await until("every process of it to end", 60, () => processesStartedWith(folder).length === 0);
});

test("killed, and then all of staging's in one sandbox: what the killed one left is removed, each ends as it must", async () => {
  const run = await startedScenario();
  process.kill(run.pid, "SIGKILL");
  await run.ended;
  const [left = ""] = leftBehind();
  const names = scenarios.filter(({ stack }) => stack === "staging").map(({ name }) => name);
  const reports = await rehearse(...names);
  expect(printed).toContain(`A scenario was killed: removing what it left in ${join(folder, left)}`);
  expect(reports.map(({ scenario, passed }) => [scenario, passed])).toEqual(names.map((name) => [name, true]));
  for (const { happened, lost, expectations, recoverySeconds } of reports) {
    expect([happened.length, lost.length].every((count) => count > 0)).toBe(true);
    expect(expectations.length).toBeGreaterThan(4);
    expect(recoverySeconds).toBeGreaterThan(0);
  }
  const proven = reports.flatMap(({ expectations }) => expectations.map(({ what }) => what)).join("\n");
  expect(proven).toMatch(/the vault refused all [1-9]\d+ attempts/);
  expect(proven).toMatch(/the backups refused all [1-9]\d+ attempts/);
  await until("every process of them to end", 60, () => processesStartedWith(folder).length === 0);
});

test("prod's project is deleted: procedure C, to the visitors who are served again", async () => {
  const [report] = await rehearse("project-deleted");
  expect(report).toMatchObject({ scenario: "project-deleted", stack: "prod", passed: true });
});

test("an unknown scenario is refused before anything is made", async () => {
  const { code, stderr } = await chisan("scenario", "flood").ended;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^CHI-H167 there is no scenario "flood", but .*npx chisan dr scenarios$/m)]);
});

test("nothing secret was printed, and the committed configuration is as it was", () => {
  expect(printed.length).toBeGreaterThan(1000);
  expect(printed).not.toMatch(/AGE-SECRET-KEY|postgres(ql)?:\/\/[^\s/]*:[^\s/]*@|secretAccessKey|BEGIN [A-Z ]*PRIVATE KEY/);
  expect(committedConfiguration()).toEqual(committed);
});

test("no process and no folder of any of them is left, of the interrupted and the killed ones neither", async () => {
  await until("every process of them to end", 60, () => processesStartedWith(folder).length === 0);
  // What the test's own programs keep in their home: npx its cache.
  expect(readdirSync(folder).filter((name) => ![".npm", ".cache", ".config"].includes(name))).toEqual([]);
});
