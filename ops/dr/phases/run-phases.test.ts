import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Display } from "./display";
import type { Heading } from "./display-lines";
import { type Journal, journalFile, openJournal, readJournal } from "./journal";
import type { Phase, PhaseRecord } from "./phase";
import { runPhases } from "./run-phases";

/** The process is killed at the write with this number, before or after it is on disk; nothing is written from then on. */
let crash: { at: number; after: boolean } | undefined;
let writes = 0;
let dead = false;

class Killed extends Error {}

jest.mock("./atomic-file", () => {
  const real = jest.requireActual<typeof import("./atomic-file")>("./atomic-file");
  return {
    writeAtomically: (path: string, content: string) => {
      if (dead) throw new Killed();
      if (crash !== undefined && path.endsWith(".json") && writes++ === crash.at) {
        if (crash.after) real.writeAtomically(path, content);
        dead = true;
        throw new Killed();
      }
      real.writeAtomically(path, content);
    },
  };
});

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "chisan-run-"));
  [crash, writes, dead] = [undefined, 0, false];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const silent: Display = { begin: () => undefined, show: () => undefined, say: () => undefined, end: () => undefined };

async function run(phases: readonly Phase[], { display = silent, signal = new AbortController().signal, keep = (_: Journal) => undefined as void } = {}): Promise<readonly PhaseRecord[]> {
  const journal = await openJournal(directory, "test", {});
  keep(journal);
  try {
    return await runPhases({ operation: "test", id: journal.id, journal, phases, display, signal });
  } finally {
    journal.close();
  }
}

function phase(name: string, work: Phase["run"], more: Partial<Phase> = {}): Phase {
  return { name, title: `The ${name}`, estimateSeconds: 10, run: work, ...more };
}

const result = (summary: string) => ({ summary, facts: { of: summary } });

test("wherever the process dies, and however often, the next runs complete it: in order, nothing done is repeated, results are the first ones", async () => {
  const plan = fc.record({
    always: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    crashes: fc.array(fc.record({ at: fc.nat(12), after: fc.boolean() }), { maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ always, crashes }) => {
      const worked: { name: string; given: string[]; run: number }[] = [];
      let runs = 0;
      const phases = always.map((again, index) =>
        phase(`p${index}`, ({ results }) => {
          if (dead) throw new Killed();
          worked.push({ name: `p${index}`, given: [...results].map(([name, { summary }]) => `${name}:${summary}`), run: runs });
          return Promise.resolve(result(String(worked.length)));
        }, { always: again }),
      );
      let records: readonly PhaseRecord[] | undefined;
      const doneBefore: Set<string>[] = [];
      for (const next of [...crashes, undefined]) {
        [crash, writes, dead] = [next, 0, false];
        // A run whose "finished" came to the disk in the moment of its death is over: another would begin anew.
        if (readJournal(journalFile(directory, "test"))?.finishedAt !== undefined) break;
        doneBefore[runs] = new Set(readJournal(journalFile(directory, "test"))?.phases.filter(({ state }) => state === "done").map(({ name }) => name));
        try {
          records = await run(phases);
        } catch (error) {
          if (!dead) throw error;
        }
        runs += 1;
        if (records !== undefined) break;
      }
      const kept = readJournal(journalFile(directory, "test"));
      expect(kept?.finishedAt).toBeDefined();
      expect(kept?.phases.map(({ name, state }) => [name, state])).toEqual(phases.map(({ name }) => [name, "done"]));
      for (const { name, given, run: of } of worked) {
        const index = Number(name.slice(1));
        expect(given.map((pair) => pair.split(":")[0])).toEqual(phases.slice(0, index).map((other) => other.name));
        if (!always[index]) expect(doneBefore[of]?.has(name)).toBe(false);
      }
      for (const [index, again] of always.entries()) {
        const times = worked.filter(({ name }) => name === `p${index}`);
        expect(times.length).toBeGreaterThanOrEqual(1);
        expect(kept?.phases[index]?.attempts).toBeGreaterThanOrEqual(times.length);
        // What looks at the world is looked at again by the last run as well.
        if (again && records !== undefined) expect(times.at(-1)?.run).toBe(runs - 1);
      }
      rmSync(directory, { recursive: true, force: true });
    }),
    { numRuns: 60 },
  );
});

test("a failure is noted in one line and thrown as it was; the next run repeats that phase alone", async () => {
  const failure = new Error("CHI-X001 the database postgresql://postgres:canary@db.example:5432/postgres refuses AGE-SECRET-KEY-1CANARY: do this\nand more");
  let broken = true;
  const names: string[] = [];
  const phases = [
    phase("one", () => Promise.resolve(result(String(names.push("one"))))),
    phase("two", () => (names.push("two"), broken ? Promise.reject(failure) : Promise.resolve(result("mended")))),
    phase("three", ({ results }) => (names.push("three"), Promise.resolve(result([...results.values()].map(({ summary }) => summary).join())))),
  ];
  await expect(run(phases)).rejects.toBe(failure);
  const text = JSON.stringify(readJournal(journalFile(directory, "test")));
  expect(text).not.toMatch(/canary/i);
  expect(readJournal(journalFile(directory, "test"))?.phases.map(({ state, failure: line }) => [state, line])).toEqual([
    ["done", undefined],
    ["failed", "CHI-X001 the database postgresql://postgres:[masked]@db.example:5432/postgres refuses [masked]: do this"],
  ]);
  broken = false;
  const records = await run(phases);
  expect(names).toEqual(["one", "two", "two", "three"]);
  expect(records.map(({ attempts, state, failure: line, result: of }) => [attempts, state, line, of?.summary])).toEqual([[1, "done", undefined, "1"], [2, "done", undefined, "mended"], [1, "done", undefined, "1,mended"]]);
  expect(records.every(({ startedAt, endedAt, seconds }) => startedAt !== undefined && endedAt !== undefined && seconds >= 0)).toBe(true);
});

test("the seconds of all attempts are summed, and the first start is kept", async () => {
  let broken = true;
  const phases = [phase("one", () => (broken ? Promise.reject(new Error("CHI-X001 no")) : Promise.resolve(result(""))))];
  await expect(run(phases, { keep: (journal) => journal.save({ name: "one", title: "The one", state: "failed", startedAt: "2026-01-01T00:00:00.000Z", endedAt: "2026-01-01T00:01:40.000Z", seconds: 100, attempts: 1 }) })).rejects.toThrow("CHI-X001");
  broken = false;
  const [record] = await run(phases);
  expect(record).toMatchObject({ attempts: 3, startedAt: "2026-01-01T00:00:00.000Z" });
  expect(record?.seconds).toBeGreaterThan(100);
});

test("the time of a phase that is killed is written down while it runs", async () => {
  jest.useFakeTimers();
  try {
    let release = () => undefined as void;
    const going = run([phase("one", () => new Promise((resolve) => (release = () => resolve(result("")))))]);
    // The short lock of the journal is the library's, which goes by these timers as well.
    while (readJournal(journalFile(directory, "test"))?.phases[0] === undefined) await jest.advanceTimersByTimeAsync(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(readJournal(journalFile(directory, "test"))?.phases[0]).toMatchObject({ state: "running", attempts: 1 });
    expect(readJournal(journalFile(directory, "test"))?.phases[0]?.seconds).toBeGreaterThanOrEqual(55);
    release();
    await going;
  } finally {
    jest.useRealTimers();
  }
});

test("interrupted between two phases, nothing more is begun", async () => {
  const interruption = new AbortController();
  const phases = [phase("one", () => (interruption.abort(new Error("SIGTERM")), Promise.resolve(result("kept")))), phase("two", () => Promise.reject(new Error("was begun")))];
  const refusal = expect.stringMatching(/^CHI-H005 test was interrupted at "The two", .*the same command carries on$/) as string;
  await expect(run(phases, { signal: interruption.signal })).rejects.toMatchObject({ message: refusal, exitCode: 143 });
  expect(readJournal(journalFile(directory, "test"))?.phases.map(({ name, state }) => [name, state])).toEqual([["one", "done"]]);
});

test("with a full disk besides, the phase's own failure is still what is told first", async () => {
  const work = () => {
    crash = { at: writes, after: false };
    return Promise.reject(new Error("CHI-X001 the restore failed"));
  };
  crash = { at: 99, after: false };
  await expect(run([phase("one", work)])).rejects.toThrow(/^CHI-X001 the restore failed; besides: CHI-H004 the journal /);
});

test("two phases of one name are refused before anything is begun", async () => {
  await expect(run([phase("one", () => Promise.reject(new Error("was begun"))), phase("one", () => Promise.reject(new Error("was begun")))])).rejects.toThrow(/^CHI-H009 /);
});

test("the display is told of each change, of what a phase says without secrets, and of the end also after a failure", async () => {
  const told: string[] = [];
  const display: Display = {
    begin: ({ records, resumed }: Heading) => told.push(`begin ${resumed} ${records.map(({ state }) => state).join()}`),
    show: ({ name, state }) => told.push(`${name} ${state}`),
    say: (name, text) => told.push(`${name} says ${text}`),
    end: () => told.push("end"),
  };
  const phases = [
    phase("one", ({ say }) => (say("postgresql://u:canary@h/d"), Promise.resolve(result("")))),
    phase("two", () => Promise.reject(new Error("CHI-X001 no"))),
  ];
  await expect(run(phases, { display })).rejects.toThrow("CHI-X001");
  await expect(run(phases, { display })).rejects.toThrow("CHI-X001");
  expect(told).toEqual([
    "begin false waiting,waiting", "one running", "one says postgresql://u:[masked]@h/d", "one done", "two running", "two failed", "end",
    "begin true done,failed", "two running", "two failed", "end",
  ]);
});
