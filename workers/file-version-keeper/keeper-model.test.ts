/** The keeper against a model: clients write straight to S3, events come twice, late and in any order, and the walks run between. */
import fc from "fast-check";
import { readHistory, stateAt } from "../file-versions/history";
import type { LedgerClient, LostVersion } from "../file-versions/ledger";
import { keptUntil, lockedUntil } from "../file-versions/periods";
import { parseVaultName } from "../file-versions/vault-name";
import { Lifeline, MemoryBucket, TestClock } from "../test-support/memory-bucket";
import { memoryLedger } from "../test-support/memory-ledger";
import { type ObjectEvent, keepEvent } from "./keep";
import { purge } from "./purge";
import { sweep } from "./sweep";
import { Budget } from "./walk";

const versionDays = 30;
const day = 86_400_000;
const keys = ["a", "a/b", "a/2026-01", "a!"] as const;

interface TrueVersion {
  readonly time: number;
  /** undefined: deleted. */
  readonly etag: string | undefined;
}

class World {
  public readonly clock = new TestClock();
  public readonly lifeline = new Lifeline();
  public readonly files = new MemoryBucket(this.clock);
  public readonly vault = new MemoryBucket(this.clock, this.lifeline, 31 * day);
  public readonly ledger: LedgerClient = memoryLedger(this.clock);
  public readonly truth = new Map<string, TrueVersion[]>(keys.map((key) => [key, []]));
  public readonly pending: ObjectEvent[] = [];
  public readonly lost: LostVersion[] = [];
  public purged = 0;
  /** What the vault should not have lost. Not expected on the spot: the purge takes what the vault throws for a failed deletion. */
  public readonly wronglyPurged: { name: string; because: string }[] = [];

  public constructor() {
    this.vault.beforeLoss = ({ key: name }) => {
      this.purged += 1;
      const because = this.whyNotPurgeable(name);
      if (because !== undefined) this.wronglyPurged.push({ name, because });
    };
  }

  /** At the moment that the vault loses an object: it is a copy too many, or its period is over and no version is left that it ended. */
  private whyNotPurgeable(name: string): string | undefined {
    const parsed = parseVaultName(name);
    if (parsed === undefined) return "strange";
    const stem = name.split("-again-")[0] as string;
    const others = [...this.vault.objects.keys()].filter((other) => other !== name);
    if (parsed.kind === "version" && others.some((other) => other.split("-again-")[0] === stem)) return undefined;
    const began = parsed.kind === "version" ? parsed.uploaded : parsed.time;
    const isEndedByIt = (other: ReturnType<typeof parseVaultName>) => other?.kind === "version" && other.key === parsed.key && other.uploaded < began;
    if (others.map(parseVaultName).some(isEndedByIt)) return "an older version stays and would seem to have lasted longer";
    const truth = this.truth.get(parsed.key) ?? [];
    const ended = parsed.kind === "version" ? truth.find(({ time }) => time > began.getTime())?.time : began.getTime();
    return ended !== undefined && keptUntil(new Date(ended), versionDays) <= this.clock.now() ? undefined : "its period is not over";
  }

  public async write(key: string, content: string | undefined): Promise<void> {
    // R2 takes one write a second of a key; the keeper tells two of the same content apart by five.
    this.clock.time += 6_000;
    if (content === undefined) {
      if (!this.files.objects.has(key)) return;
      await this.files.delete(key);
      this.note(key, undefined, { action: "DeleteObject" });
    } else {
      const object = await this.files.put(key, content);
      this.note(key, object?.etag, { action: "PutObject", etag: object?.etag });
    }
  }

  private note(key: string, etag: string | undefined, { action, etag: eTag }: { action: ObjectEvent["action"]; etag?: string }): void {
    this.truth.get(key)?.push({ time: this.clock.time, etag });
    const eventTime = this.clock.now().toISOString();
    this.pending.push({ action, bucket: "files", object: { key, ...(eTag === undefined ? {} : { eTag }) }, eventTime });
  }

  /** @param again the message stays in the queue */
  public async deliver(at: number, again: boolean): Promise<void> {
    const index = at % Math.max(1, this.pending.length);
    const event = this.pending[index];
    if (event === undefined) return;
    if (!again) this.pending.splice(index, 1);
    const lost = await keepEvent(event, { FILES: this.files, VAULT: this.vault }, { now: this.clock.now(), versionDays });
    if (lost !== undefined) this.lost.push(lost);
  }

  public async walk(which: typeof sweep | typeof purge, calls = 1e6): Promise<void> {
    await which({ FILES: this.files, VAULT: this.vault }, this.ledger, new Budget(calls), { now: this.clock.now, versionDays });
  }

  public history(key: string) {
    const objects = [...this.vault.objects.values()].filter(({ key: name }) => parseVaultName(name)?.key === key);
    return readHistory(objects.map(({ key: name, uploaded: copied, size }) => ({ name, copied, size })), this.files.objects.get(key));
  }

  public wasLost(key: string, { time, etag }: TrueVersion): boolean {
    return this.lost.some((each) => each.key === key && each.etag === etag && Date.parse(each.time) === time);
  }
}

type Step =
  | { kind: "write"; key: (typeof keys)[number]; content: string | undefined }
  | { kind: "deliver"; at: number; again: boolean }
  | { kind: "drop"; at: number }
  | { kind: "walk"; which: "sweep" | "purge"; calls: number }
  | { kind: "pass"; time: number };

const writes = fc.record({ kind: fc.constant("write" as const), key: fc.constantFrom(...keys), content: fc.constantFrom("one", "two", "three", undefined) });
const deliveries = fc.record({ kind: fc.constant("deliver" as const), at: fc.nat(20), again: fc.boolean() });
const walks = fc.record({ kind: fc.constant("walk" as const), which: fc.constantFrom("sweep" as const, "purge" as const), calls: fc.constantFrom(1, 3, 900) });
const passing = fc.record({ kind: fc.constant("pass" as const), time: fc.constantFrom(1, 60_000, 13 * 3_600_000, 5 * day, 20 * day, 32 * day) });
const drops = fc.record({ kind: fc.constant("drop" as const), at: fc.nat(20) });

async function run(steps: readonly Step[]): Promise<World> {
  const world = new World();
  for (const step of steps) {
    if (step.kind === "write") await world.write(step.key, step.content);
    else if (step.kind === "deliver") await world.deliver(step.at, step.again);
    else if (step.kind === "drop") world.pending.splice(step.at % Math.max(1, world.pending.length), 1);
    else if (step.kind === "walk") await world.walk(step.which === "sweep" ? sweep : purge, step.calls);
    else world.clock.time += step.time;
  }
  return world;
}

async function drain(world: World): Promise<void> {
  while (world.pending.length > 0) await world.deliver(0, false);
  // Twice: the first may only end a walk that was begun.
  for (const which of [sweep, sweep, purge, purge]) await world.walk(which);
  expect(world.wronglyPurged).toEqual([]);
}

/**
 * A purge that stood still for a month right after the chain to which it had added the deletion itself. It went on after the last name that it had
 * listed, took the deletion alone for the chain, and purged it: the version before it would have seemed to be present still.
 */
const purgeStoodStill: Step[] = [
  { kind: "write", key: "a/b", content: "one" },
  { kind: "write", key: "a", content: "one" },
  { kind: "deliver", at: 0, again: false },
  { kind: "deliver", at: 0, again: false },
  { kind: "write", key: "a/b", content: "one" },
  { kind: "write", key: "a", content: "one" },
  { kind: "write", key: "a", content: "one" },
  { kind: "write", key: "a", content: "one" },
  { kind: "write", key: "a/b", content: undefined },
  { kind: "deliver", at: 0, again: false },
  { kind: "walk", which: "purge", calls: 3 },
  { kind: "pass", time: 32 * day },
  { kind: "deliver", at: 0, again: false },
  { kind: "write", key: "a", content: "one" },
];

test("without lost messages, every version is at its time, or reported as lost, or its period is over", async () => {
  let [compared, purged] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: writes }, { weight: 4, arbitrary: deliveries }, walks, passing), { minLength: 10, maxLength: 40 }), async (steps) => {
      const world = await run(steps);
      await drain(world);
      purged += world.purged;
      for (const key of keys) {
        const [truth, history] = [world.truth.get(key) ?? [], world.history(key)];
        for (const [index, entry] of truth.entries()) {
          const next = truth[index + 1]?.time;
          const isOver = next !== undefined && keptUntil(new Date(next), versionDays) <= world.clock.now();
          if (world.wasLost(key, entry) || isOver) continue;
          const state = stateAt(history, new Date(entry.time));
          // A deletion may be purged with what it deleted: nothing is kept from then.
          if (entry.etag === undefined) expect(["deleted", "before first", "never"]).toContain(state.kind);
          else expect(state.kind === "version" && state.version.etag).toBe(entry.etag);
          compared += 1;
        }
      }
    }),
    { numRuns: 300, examples: [[purgeStoodStill]] },
  );
  expect(compared).toBeGreaterThan(300);
  expect(purged).toBeGreaterThan(10);
});

test("with any messages lost, the walks bring the vault up to the present, under locks that cover each period", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: writes }, deliveries, { weight: 2, arbitrary: drops }, walks, passing), { maxLength: 40 }), async (steps) => {
      const world = await run(steps);
      world.pending.length = 0;
      await drain(world);
      for (const key of keys) {
        const history = world.history(key);
        const present = world.files.objects.get(key);
        const state = stateAt(history, world.clock.now());
        expect(state.kind === "version" ? state.version.etag : undefined).toBe(present?.etag);
        if (present !== undefined) expect(state.kind === "version" && state.version.copies.length).toBeGreaterThan(0);
        for (const entry of history) {
          if (entry.kind !== "version" || entry.superseded === undefined) continue;
          const until = keptUntil(entry.superseded, versionDays);
          if (until <= world.clock.now()) continue;
          expect(Math.max(...entry.copies.map(({ copied }) => lockedUntil(copied, versionDays).getTime()))).toBeGreaterThanOrEqual(until.getTime());
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a copy that is cut off anywhere is made whole when the message comes again", async () => {
  for (const when of ["before", "after"] as const) {
    for (let at = 0; at < 20; at += 1) {
      const world = new World();
      await world.write("a", "one");
      await world.deliver(0, false);
      world.clock.time += 45 * day;
      await world.write("a", "two");
      world.lifeline.cutAfter(at, when);
      const cut = await world.deliver(0, true).then(
        () => false,
        () => true,
      );
      world.lifeline.mend();
      await world.deliver(0, false);
      expect(world.lost).toEqual([]);
      const [first, second] = world.history("a");
      expect(first?.kind === "version" && first.copies.length).toBe(2);
      expect(second?.kind === "version" && second.copies.length).toBe(1);
      if (at === 0) expect(cut).toBe(true);
    }
  }
});

test("a version that was deleted unnoticed, weeks after its copy was made, is copied again: its lock lasts as long as its period", async () => {
  const world = new World();
  await world.write("a", "one");
  await world.deliver(0, false);
  world.clock.time += 29 * day;
  await world.write("a", undefined);
  await world.walk(purge);
  const [version, deletion] = world.history("a");
  expect([version?.kind, deletion?.kind]).toEqual(["version", "deleted"]);
  const copies = version?.kind === "version" ? version.copies : [];
  expect(copies).toHaveLength(2);
  await expect(world.vault.delete(copies.map(({ name }) => name))).rejects.toThrow("10069");
  world.clock.time += 30 * day - 60_000;
  await expect(world.vault.delete((copies[0] as (typeof copies)[number]).name)).rejects.toThrow("10069");
  world.clock.time += 2 * day;
  await world.walk(purge);
  await world.walk(purge);
  expect([...world.vault.objects.keys()]).toEqual([]);
  expect(world.wronglyPurged).toEqual([]);
});
