/** A procedure as a real process, killed with -9 and typed again; and two of them at once. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { journalFile, openJournal, readJournal } from "./journal";
import type { PhaseRecord } from "./phase";
import { startProcedure, type StartedProcedure } from "./test-support/start-procedure";

const phases = ["assess", "provision", "restore", "switch"];
const inputs = { backup: "20261123T030000Z" };
let directory: string;
const started: StartedProcedure[] = [];

// Each of its processes takes seconds to start on a busy machine.
jest.setTimeout(240_000);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chisan-phases-"));
});

afterEach(async () => {
  for (const { child } of started) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  await Promise.all(started.splice(0).map(({ ended }) => ended));
  rmSync(directory, { recursive: true, force: true });
});

function start(pause: number): StartedProcedure {
  const procedure = startProcedure({ directory, inputs, phases, pause });
  started.push(procedure);
  return procedure;
}

/** How often each phase began its work. */
function begun(): Record<string, number> {
  const names = readFileSync(join(directory, "effects"), "utf8").trim().split("\n").map((line) => line.split(" ")[0] ?? "");
  return Object.fromEntries(phases.map((name) => [name, names.filter((other) => other === name).length]));
}

async function killedAt(line: string): Promise<string> {
  const procedure = start(30);
  const opened = await procedure.seen(/^opened /);
  await procedure.seen(line);
  procedure.child.kill("SIGKILL");
  await procedure.ended;
  return opened;
}

test("killed at random moments, each time carried on: every phase is done, in order, and what was done stays done", async () => {
  const [moments] = fc.sample(fc.array(fc.tuple(fc.constantFrom(...phases), fc.constantFrom("begins", "halfway", "worked")), { minLength: 4, maxLength: 4 }), 1);
  // A moment in a phase that an earlier kill left behind would never come.
  const ordered = (moments ?? []).sort(([one], [other]) => phases.indexOf(one) - phases.indexOf(other));
  const openings: string[] = [];
  /** Phases that the journal had as done after a kill, with how often they had begun by then. */
  const settled = new Map<string, number>();
  for (const [phase, moment] of ordered) {
    if (settled.has(phase)) continue;
    openings.push(await killedAt(`${phase} ${moment}`));
    for (const { name, state } of readJournal(journalFile(directory, "test"))?.phases ?? []) {
      if (state === "done" && name !== phases[0]) settled.set(name, settled.get(name) ?? begun()[name] ?? 0);
    }
  }
  const last = start(5);
  const { code, stdout, stderr } = await last.ended;
  expect([code, stderr.includes("CHI-")]).toEqual([0, false]);
  const records = JSON.parse(stdout.split("records ")[1] ?? "[]") as PhaseRecord[];
  expect(records.map(({ name, state }) => [name, state])).toEqual(phases.map((name) => [name, "done"]));
  // One run throughout, under one name.
  expect(new Set([...openings, (await last.seen(/^opened /))]).size).toBe(1);
  const times = begun();
  for (const [name, count] of settled) expect([name, times[name]]).toEqual([name, count]);
  // An attempt is noted before its work, so one that was killed in between counts.
  for (const { name, attempts } of records) {
    expect(attempts).toBeGreaterThanOrEqual(times[name] ?? 0);
    expect(attempts).toBeLessThanOrEqual(openings.length + 1);
  }
  expect(times[phases[0] ?? ""]).toBe(openings.length + 1);
  // Each was given the results of all before it, of whichever process.
  const effects = readFileSync(join(directory, "effects"), "utf8").trim().split("\n");
  for (const effect of effects) {
    const [name = "", , given = ""] = effect.split(" ");
    expect(given.split(",").filter((pair) => pair !== "").map((pair) => pair.split("=")[0])).toEqual(phases.slice(0, phases.indexOf(name)));
  }
  expect(effects.at(-1)).toMatch(/^switch after assess=\d+,provision=\d+,restore=\d+$/);
});

test("a finished procedure begins anew, under another name", async () => {
  const first = start(1);
  await first.ended;
  const second = start(1);
  await second.ended;
  expect(await second.seen(/^opened /)).not.toBe(await first.seen(/^opened /));
  expect(begun()).toEqual({ assess: 2, provision: 2, restore: 2, switch: 2 });
});

test("while one is at work another is refused, also when that one is stopped; after a kill -9 the next one may at once", async () => {
  const first = start(60_000);
  await first.seen("assess begins");
  const refusal = new RegExp(`^CHI-H003 test is at work already, in process ${first.pid}, nothing was begun: `);
  await expect(openJournal(directory, "test", inputs)).rejects.toThrow(refusal);
  await expect(openJournal(directory, "test", inputs, { startOver: true })).rejects.toThrow(refusal);
  const second = start(1);
  expect(await second.ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(refusal) as string });
  first.child.kill("SIGSTOP");
  await expect(openJournal(directory, "test", inputs)).rejects.toThrow(refusal);
  first.child.kill("SIGKILL");
  await first.ended;
  const journal = await openJournal(directory, "test", inputs);
  expect([journal.resumed, journal.record("assess")?.state]).toEqual([true, "running"]);
  journal.close();
});

test("of several that start at the same moment one does the work", async () => {
  const racers = [start(200), start(200), start(200)];
  const ends = await Promise.all(racers.map(({ ended }) => ended));
  const winners = ends.filter(({ code }) => code === 0);
  // The machine may be so slow that one begins when another is through: then that is a run of its own.
  expect(winners.length).toBeGreaterThanOrEqual(1);
  for (const { stderr } of ends.filter(({ code }) => code !== 0)) expect(stderr).toMatch(/^CHI-H003 /);
  expect(begun()["switch"]).toBe(winners.length);
});

test("Ctrl-C ends the phase, is noted, and the same command carries on", async () => {
  const first = start(60_000);
  await first.seen("assess begins");
  first.child.kill("SIGINT");
  const { code, stderr } = await first.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/CHI-H005 test was interrupted at "Phase assess", what was done before is kept: the same command carries on\n$/);
  expect(readJournal(journalFile(directory, "test"))?.phases[0]).toMatchObject({ state: "failed", failure: expect.stringMatching(/^CHI-H005 /) as string });
  expect((await start(1).ended).code).toBe(0);
  expect(begun()).toEqual({ assess: 2, provision: 1, restore: 1, switch: 1 });
});
