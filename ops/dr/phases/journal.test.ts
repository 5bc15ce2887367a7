import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Journal, journalFile, lastSeconds, openJournal, readJournal } from "./journal";
import type { PhaseRecord } from "./phase";

let directory: string;
const inputs = { stack: "prod", backup: "20261123T030000Z", tables: ["a", "b"] };
const done: PhaseRecord = {
  name: "restore",
  title: "Restore the database",
  state: "done",
  startedAt: "2026-11-23T03:00:00.000Z",
  endedAt: "2026-11-23T03:10:00.000Z",
  seconds: 600.5,
  attempts: 2,
  result: { summary: "21 tables", facts: { rows: 1204331, named: { ok: true, none: null }, list: ["ü\u0000\n\"", -0.5] } },
};

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "chisan-journal-")), "dr");
});

afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

async function inTurn<T>(work: (journal: Journal) => T, given: Parameters<typeof openJournal>[2] = inputs, startOver = false): Promise<T> {
  const journal = await openJournal(directory, "stand-up", given, { startOver });
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}

test("what was saved is there again, for the owner's eyes only", async () => {
  const first = await inTurn((journal) => {
    expect([journal.resumed, journal.records()]).toEqual([false, []]);
    journal.save({ ...done, state: "running" });
    journal.save({ name: "verify", title: "Verify", state: "running", seconds: 0, attempts: 1 });
    journal.save(done);
    return journal;
  });
  await inTurn((journal) => {
    expect(journal).toMatchObject({ id: first.id, startedAt: first.startedAt, resumed: true, operation: "stand-up" });
    expect(journal.records().map(({ name }) => name)).toEqual(["restore", "verify"]);
    expect(journal.record("restore")).toEqual(done);
    expect(journal.record("switch")).toBeUndefined();
  });
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(journalFile(directory, "stand-up")).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["stand-up.json"]);
});

test("a run of something else than the unfinished one is refused, with both values; --start-over puts that aside", async () => {
  const { id } = await inTurn((journal) => journal);
  const other = { backup: "20261122T030000Z", tables: ["a", "b"], stack: "prod", kind: "daily" };
  const before = readFileSync(journalFile(directory, "stand-up"), "utf8");
  await expect(inTurn(() => undefined, other)).rejects.toThrow(
    /^CHI-H002 there is an unfinished stand-up, begun 20\d\d-.*Z, of something else \(backup was "20261123T030000Z" and is now "20261122T030000Z", kind was not given and is now "daily"\): .*--start-over/,
  );
  expect(readFileSync(journalFile(directory, "stand-up"), "utf8")).toBe(before);
  const next = await inTurn((journal) => journal, other, true);
  expect([next.resumed, next.id === id]).toEqual([false, false]);
  expect(readJournal(join(directory, `stand-up-${id}.json`))?.inputs).toEqual(inputs);
});

test("the order of the inputs' keys is no difference", async () => {
  await inTurn(() => undefined, { a: 1, b: { c: 2, d: [3] } });
  expect(await inTurn(({ resumed }) => resumed, { b: { d: [3], c: 2 }, a: 1 })).toBe(true);
});

test("a finished run is put aside by the next one, and its durations are told", async () => {
  expect(lastSeconds(directory, "stand-up")).toEqual(new Map());
  const first = await inTurn((journal) => {
    journal.save(done);
    expect(lastSeconds(directory, "stand-up")).toEqual(new Map());
    journal.finish();
    return journal;
  });
  expect(lastSeconds(directory, "stand-up")).toEqual(new Map([["restore", 600.5]]));
  const second = await inTurn((journal) => {
    journal.save({ ...done, seconds: 1 });
    return journal;
  });
  expect([second.resumed, second.id === first.id]).toEqual([false, false]);
  expect(lastSeconds(directory, "stand-up")).toEqual(new Map([["restore", 600.5]]));
  expect(lastSeconds(directory, "stand")).toEqual(new Map());
  expect(readdirSync(directory).sort()).toEqual([`stand-up-${first.id}.json`, "stand-up.json"]);
});

test("a journal that was garbled anywhere, or cut off, is refused and never taken for another; --start-over keeps it beside", async () => {
  await inTurn((journal) => journal.save(done));
  const path = journalFile(directory, "stand-up");
  const whole = readFileSync(path);
  const content = readJournal(path);
  fc.assert(
    fc.property(fc.oneof(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), fc.nat(whole.length - 1)), (damage) => {
      const bytes = typeof damage === "number" ? whole.subarray(0, damage) : Buffer.from(whole);
      if (typeof damage !== "number") bytes[damage[0]] = damage[1];
      writeFileSync(path, bytes);
      try {
        // An end of line less, or white space for it, says the same.
        expect(readJournal(path)).toEqual(content);
      } catch (error) {
        expect((error as Error).message).toMatch(/^CHI-H001 the journal \S+ is damaged \((no JSON|its checksum is another)\), so what was done already is not known: .*--start-over/);
      }
    }),
    { numRuns: 400 },
  );
  for (const damaged of ["", "null", "[]", "{}", '{"sha256":1,"journal":null}']) {
    writeFileSync(path, damaged);
    await expect(inTurn(() => undefined)).rejects.toThrow(/^CHI-H001 /);
  }
  expect(await inTurn(({ resumed }) => resumed, inputs, true)).toBe(false);
  const [kept] = readdirSync(directory).filter((name) => name.startsWith("stand-up-damaged-"));
  expect(readFileSync(join(directory, kept ?? ""), "utf8")).toBe('{"sha256":1,"journal":null}');
});

test("another version's journal is refused with both numbers", async () => {
  await inTurn(() => undefined);
  const path = journalFile(directory, "stand-up");
  const { createHash } = await import("node:crypto");
  const journal = readFileSync(path, "utf8").replace(/^.*?"journal":/, "").replace(/\}\n$/, "").replace('"version":1', '"version":7');
  writeFileSync(path, `{"sha256":"${createHash("sha256").update(journal).digest("hex")}","journal":${journal}}`);
  await expect(inTurn(() => undefined)).rejects.toThrow(/^CHI-H001 .* has version 7, this tool reads 1, /);
});

test("what a killed writer left beside it hinders nobody", async () => {
  await inTurn((journal) => journal.save(done));
  writeFileSync(`${journalFile(directory, "stand-up")}.draft`, "{");
  writeFileSync(join(directory, "stand-up.owner"), '{"pid":');
  expect(await inTurn((journal) => journal.record("restore"))).toEqual(done);
});

test("a disk that takes nothing is told in one line", async () => {
  const journal = await openJournal(directory, "stand-up", inputs);
  rmSync(directory, { recursive: true });
  writeFileSync(directory, "no folder any more");
  expect(() => journal.save(done)).toThrow(/^CHI-H004 the journal \S+ cannot be written \([A-Z]+\): /);
});
