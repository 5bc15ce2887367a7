/** The names in the vault, the history read from them, and what may be purged: as functions. */
import fc from "fast-check";
import { purgePlan } from "../file-version-keeper/purge-plan";
import { readHistory, stateAt } from "./history";
import { lockDays, lockedUntil, keptUntil } from "./periods";
import { againName, chainEnd, chainPrefix, deletedName, keyBytes, longestKeyBytes, parseVaultName, versionName } from "./vault-name";

const day = 86_400_000;
const start = Date.parse("2026-01-01T00:00:00.000Z");
const at = (days: number) => new Date(start + days * day);
const key = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
const date = fc.integer({ min: 0, max: 2 * 365 * day }).map((time) => new Date(start + time));
const etag = fc.oneof(fc.stringMatching(/^[0-9a-f]{32}$/), fc.stringMatching(/^[0-9a-f]{32}-[1-9][0-9]{0,3}$/));

test("a name says again what it was made of, for any key", () => {
  fc.assert(
    fc.property(key, date, etag, date, (of, uploaded, tag, again) => {
      const version = { key: of, uploaded, etag: tag };
      expect(parseVaultName(versionName(version))).toEqual({ kind: "version", ...version });
      expect(parseVaultName(againName(version, again))).toEqual({ kind: "version", ...version, again });
      expect(parseVaultName(deletedName(of, again))).toEqual({ kind: "deleted", key: of, time: again });
    }),
  );
});

test("the entries of one file stand together, in the order of time, and no file's among another's", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(key, fc.constantFrom("a", "a/b", "a/2026-01-01", "a%2Fb", "a!", "a%")), { minLength: 2, maxLength: 6 }), fc.array(date, { minLength: 2, maxLength: 5 }), (keys, dates) => {
      const names = keys.flatMap((of) => dates.map((time) => deletedName(of, time))).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      const order = names.map((name) => parseVaultName(name)?.key as string);
      const changes = order.filter((of, index) => of !== order[index - 1]);
      expect(changes).toHaveLength(keys.length);
      for (const of of keys) {
        const times = names.filter((name) => name.startsWith(chainPrefix(of))).map((name) => (parseVaultName(name) as { time: Date }).time.getTime());
        expect(times).toEqual([...times].sort((one, other) => one - other));
        const isAfter = (name: string) => Buffer.compare(Buffer.from(name), Buffer.from(chainEnd(of))) > 0;
        const [last, next] = [order.lastIndexOf(of), order.lastIndexOf(of) + 1];
        expect(names.map(isAfter).indexOf(true)).toBe(next < names.length ? next : -1);
        expect(isAfter(names[last] as string)).toBe(false);
      }
    }),
  );
});

test.each(["", "a", "a/b", "a/2026-01-01T00:00:00.000Z", "a/2026-01-01-e", "a/b/2026-01-01T00:00:00.000Z-e", "a/2026-01-01T00:00:00.000Z-"])("%j is no name of ours", (name) => {
  expect(parseVaultName(name)).toBeUndefined();
});

test("the longest key that is taken fits into R2's 1,024 bytes with the longest ending", () => {
  const longest = "k".repeat(longestKeyBytes);
  expect(keyBytes(longest)).toBe(longestKeyBytes);
  const name = againName({ key: longest, uploaded: at(0), etag: `${"0".repeat(32)}-10000` }, at(1));
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1024);
});

type Event = { gap: number; etag: string | undefined };
const events = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 40 * day }), etag: fc.option(fc.constantFrom("e1", "e2", "e3"), { nil: undefined }) }), { maxLength: 12 });

/** What was, as times with an etag or a deletion, and the vault's objects of it. */
function world(list: readonly Event[], order: readonly number[]) {
  let time = start;
  const truth = list.map(({ gap, etag: tag }) => ({ time: new Date((time += gap)), etag: tag }));
  const objects = truth.flatMap(({ time: when, etag: tag }, index) => {
    const name = tag === undefined ? deletedName("k", when) : versionName({ key: "k", uploaded: when, etag: tag });
    const object = { name, copied: new Date(when.getTime() + 1000), size: 1 };
    // Some were copied twice, or told of twice.
    return index % 3 === 0 ? [object, tag === undefined ? { ...object, name: deletedName("k", new Date(when.getTime())) } : { ...object, name: againName({ key: "k", uploaded: when, etag: tag }, object.copied) }] : [object];
  });
  return { truth, objects: order.length === 0 ? objects : objects.map((object, index) => ({ object, rank: order[index % order.length] ?? 0 })).sort((one, other) => one.rank - other.rank).map(({ object }) => object) };
}

test("the version at T is the last entry not after T, in whatever order and however often the entries come", () => {
  fc.assert(
    fc.property(events, fc.array(fc.nat()), fc.integer({ min: -day, max: 500 * day }), (list, order, offset) => {
      const { truth, objects } = world(list, order);
      const moment = new Date(start + offset);
      const expected = truth.findLast(({ time }) => time <= moment);
      const state = stateAt(readHistory(objects), moment);
      if (expected === undefined) expect(state.kind).toBe(truth.length === 0 ? "never" : "before first");
      else if (expected.etag === undefined) expect(state.kind).toBe("deleted");
      else expect(state).toMatchObject({ kind: "version", version: { etag: expected.etag, time: expected.time } });
    }),
    { numRuns: 500 },
  );
});

test("a purge takes what is over and nothing else: never the last, never what is locked, and what is left says the same of any time since", () => {
  fc.assert(
    fc.property(events, fc.integer({ min: 0, max: 600 * day }), (list, offset) => {
      const { truth, objects } = world(list, []);
      const now = new Date(start + offset);
      const known = objects.filter(({ copied }) => copied <= now);
      const before = readHistory(known);
      const { expired, spare } = purgePlan(before, { now, versionDays: 30 });
      const gone = new Set([...expired.flat(), ...spare]);
      const after = readHistory(known.filter(({ name }) => !gone.has(name)));
      for (const { name, copied } of known) if (gone.has(name)) expect(lockedUntil(copied, 30) <= now).toBe(true);
      const last = before.at(-1);
      if (last?.kind === "version") expect(stateAt(after, now)).toMatchObject({ kind: "version", version: { etag: last.etag } });
      // A version of the last 30 days is there still.
      for (const [index, { time, etag: tag }] of truth.entries()) {
        const superseded = truth[index + 1]?.time;
        if (tag === undefined || time.getTime() + 1000 > now.getTime()) continue;
        if (superseded === undefined || keptUntil(superseded, 30) > now) expect(stateAt(after, time)).toMatchObject({ kind: "version", version: { etag: tag } });
      }
      // What is answered after is what was answered before, or nothing.
      for (const { time } of truth.filter((each) => each.time.getTime() + 1000 <= now.getTime())) {
        const answer = stateAt(after, time);
        if (answer.kind === "version" || answer.kind === "deleted") expect(answer.kind).toBe(stateAt(before, time).kind);
      }
    }),
    { numRuns: 500 },
  );
});

test("what was superseded 30 days ago goes with its deletion; a day earlier it stays; one that never was superseded stays for ever", () => {
  const objects = [
    { name: versionName({ key: "k", uploaded: at(0), etag: "e" }), copied: at(0), size: 1 },
    { name: deletedName("k", at(10)), copied: at(10), size: 0 },
  ];
  const planned = (now: Date) => purgePlan(readHistory(objects), { now, versionDays: 30 }).expired.length;
  expect([planned(at(39.9)), planned(at(40)), planned(at(41))]).toEqual([0, 1, 2]);
  expect(purgePlan(readHistory(objects.slice(0, 1)), { now: at(1000), versionDays: 30 })).toEqual({ expired: [], spare: [] });
});

test("nothing goes from between: while an older version is locked, a younger one stays, or the older one would seem to have lasted longer", () => {
  const version = (uploaded: number, etag: string, copied: number) => ({ name: versionName({ key: "k", uploaded: at(uploaded), etag }), copied: at(copied), size: 1 });
  const history = readHistory([version(0, "e1", 20), version(10, "e2", 10), version(11, "e3", 11)]);
  expect(purgePlan(history, { now: at(45), versionDays: 30 }).expired).toEqual([]);
  expect(purgePlan(history, { now: at(51), versionDays: 30 }).expired).toHaveLength(2);
});

test("the lock covers a period that starts up to a day after the copy", () => {
  expect(lockDays(30)).toBe(31);
  expect(lockedUntil(at(0), 30)).toEqual(keptUntil(at(1), 30));
});
