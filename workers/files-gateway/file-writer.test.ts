/** The order of the gateway's steps: wherever it is cut off, no version is lost. */
import fc from "fast-check";
import { type Buckets, copyObject, onlyNew } from "../file-versions/archive";
import { readHistory, stateAt } from "../file-versions/history";
import { lockedUntil, keptUntil } from "../file-versions/periods";
import { deletedName, parseVaultName, versionName } from "../file-versions/vault-name";
import { CutOff, Lifeline, MemoryBucket, TestClock } from "../test-support/memory-bucket";
import { MemoryStorage } from "../test-support/memory-storage";
import { FileWriter } from "./file-writer";

const key = "orders/1/견적 50%.pdf";
const versionDays = 30;
const day = 86_400_000;

class World {
  public readonly clock = new TestClock();
  public readonly lifeline = new Lifeline();
  public readonly files = new MemoryBucket(this.clock, this.lifeline);
  public readonly vault = new MemoryBucket(this.clock, this.lifeline, 31 * day);
  public readonly storage = new MemoryStorage(this.lifeline);
  /** What the file was, as its bucket saw it. */
  public readonly truth: { time: number; etag: string | undefined }[] = [];
  public superseded = 0;

  public constructor() {
    // The promise itself, at the very moment that a version goes: it is in the vault, locked until its period ends.
    this.files.beforeLoss = ({ etag, uploaded, content }) => {
      this.superseded += 1;
      const copies = [...this.vault.objects.values()].filter(({ key: name }) => name.startsWith(versionName({ key, uploaded, etag })));
      expect(copies.map((copy) => copy.content.toString())).toContain(content.toString());
      const locked = Math.max(...copies.map((copy) => lockedUntil(copy.uploaded, versionDays).getTime()));
      expect(locked).toBeGreaterThanOrEqual(keptUntil(this.clock.now(), versionDays).getTime());
    };
  }

  public get buckets(): Buckets {
    return { FILES: this.files, VAULT: this.vault };
  }

  /** A new Durable Object on the storage of the one before, as after a restart. */
  public writer(): FileWriter {
    return new FileWriter(key, this.buckets, this.storage, this.clock);
  }

  public note(): void {
    const etag = this.files.objects.get(key)?.etag;
    const uploaded = this.files.objects.get(key)?.uploaded.getTime();
    if (this.truth.at(-1)?.etag !== etag || (uploaded !== undefined && this.truth.at(-1)?.time !== uploaded)) {
      this.truth.push({ time: uploaded ?? this.clock.time, etag });
    }
  }

  public history() {
    const objects = [...this.vault.objects.values()].map(({ key: name, uploaded: copied, size }) => ({ name, copied, size }));
    return readHistory(objects, this.files.objects.get(key));
  }
}

type Write = { kind: "put"; content: string } | { kind: "delete" } | { kind: "upload"; content: string } | { kind: "restore"; back: number };

async function carryOut(world: World, write: Write): Promise<void> {
  const writer = world.writer();
  if (write.kind === "put") await writer.put(write.content, {});
  else if (write.kind === "delete") await writer.delete({});
  else if (write.kind === "upload") {
    const upload = await world.files.createMultipartUpload(key);
    const part = await upload.uploadPart(1, Buffer.from(write.content));
    await writer.completeUpload(upload.uploadId, [part], {});
  } else {
    const names = [...world.vault.objects.keys()].filter((name) => parseVaultName(name)?.kind === "version").sort();
    const name = names.at(-1 - (write.back % Math.max(1, names.length)));
    if (name !== undefined) await writer.restore(name, {});
  }
}

const content = fc.constantFrom("one", "two", "three");
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), content }),
  fc.record({ kind: fc.constant("upload" as const), content }),
  fc.constant({ kind: "delete" as const }),
  fc.record({ kind: fc.constant("restore" as const), back: fc.nat(3) }),
);
const step = fc.record({
  write,
  cut: fc.option(fc.record({ calls: fc.nat(14), when: fc.constantFrom("before" as const, "after" as const) }), { nil: undefined, freq: 2 }),
  pause: fc.constantFrom(0, 5, 3_600_000, 13 * 3_600_000, 29 * day, 45 * day),
});

test("whatever is written, and wherever it is cut off: each version is in the vault before it goes, and the history is what was", async () => {
  let superseded = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const world = new World();
      for (const { write: next, cut, pause } of steps) {
        world.clock.time += pause;
        if (cut !== undefined) world.lifeline.cutAfter(cut.calls, cut.when);
        await carryOut(world, next).catch((error: unknown) => {
          if (!(error instanceof CutOff)) throw error;
        });
        world.lifeline.mend();
        world.note();
        await world.writer().recover();
      }
      superseded += world.superseded;
      const history = world.history();
      for (const [index, { time, etag }] of world.truth.entries()) {
        // A deletion's marker is a moment before the deletion; a version's time is exactly its own.
        const until = (world.truth[index + 1]?.time ?? Number.POSITIVE_INFINITY) - 40;
        const state = stateAt(history, new Date(Math.min(time + 1, until)));
        if (until > time) expect(state.kind === "version" ? state.version.etag : undefined).toBe(etag);
      }
    }),
    { numRuns: 300 },
  );
  // Not one of them by an empty run.
  expect(superseded).toBeGreaterThan(200);
});

describe("every cut of each write", () => {
  const prepared = async (): Promise<World> => {
    const world = new World();
    await world.writer().put("first", {});
    await world.clock.wait(45 * day);
    return world;
  };

  test.each(["put", "delete", "upload"] as const)("%s: afterwards it either happened or did not, and a second attempt brings it about", async (kind) => {
    const next: Write = kind === "delete" ? { kind } : { kind, content: "second" };
    const whole = await prepared();
    whole.lifeline.cutAfter(1000, "before");
    await carryOut(whole, next);
    const calls = whole.lifeline.calls;
    expect(calls).toBeGreaterThan(5);
    for (let at = 0; at < calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        const world = await prepared();
        const [first] = [...world.files.objects.values()];
        world.lifeline.cutAfter(at, when);
        await expect(carryOut(world, next)).rejects.toThrow(CutOff);
        world.lifeline.mend();
        await world.writer().recover();
        expect(["first", kind === "delete" ? undefined : "second"]).toContain(world.files.text(key));
        const happened = world.files.text(key) !== "first";
        const state = stateAt(world.history(), world.clock.now());
        expect(state.kind).toBe(kind === "delete" && happened ? "deleted" : "version");
        await carryOut(world, next);
        expect(world.files.text(key)).toBe(kind === "delete" ? undefined : "second");
        const names = [...world.vault.objects.values()].filter(({ etag }) => etag === first?.etag);
        expect(names.length).toBeGreaterThan(0);
      }
    }
  });

  test("an upload whose completion was cut off is completed once, and answered with its own version after another write", async () => {
    const world = await prepared();
    const upload = await world.files.createMultipartUpload(key);
    const part = await upload.uploadPart(1, Buffer.from("second"));
    // Cut after R2 completed it: the answer and what the storage was to remember are lost.
    const complete = world.files.resumeMultipartUpload.bind(world.files);
    world.files.resumeMultipartUpload = (name, id) => {
      const resumed = complete(name, id);
      return { ...resumed, complete: async (parts) => (await resumed.complete(parts), Promise.reject(new CutOff())) };
    };
    await expect(world.writer().completeUpload(upload.uploadId, [part], {})).rejects.toThrow(CutOff);
    const made = world.files.objects.get(key);
    await world.clock.wait(1000);
    await world.writer().put("third", {});
    expect((await world.writer().completeUpload(upload.uploadId, [part], {})).body).toMatchObject({ etag: made?.etag });
    expect(world.files.text(key)).toBe("third");
  });
});

test("a version that was copied long ago is copied again before it goes; one of this morning is not", async () => {
  const world = new World();
  await world.writer().put("first", {});
  const [first] = [...world.files.objects.values()];
  await copyObject(world.files, first as NonNullable<typeof first>, { bucket: world.vault, name: versionName(first as NonNullable<typeof first>), onlyIf: onlyNew });
  await world.clock.wait(29 * day);
  await world.writer().put("second", {});
  expect([...world.vault.objects.keys()].map((name) => parseVaultName(name)?.kind === "version" && "again" in (parseVaultName(name) ?? {}))).toEqual([false, true]);
  await world.clock.wait(3_600_000);
  const [second] = [...world.files.objects.values()];
  await world.writer().put("third", {});
  await world.writer().put("fourth", {});
  const copiesOfSecond = [...world.vault.objects.keys()].filter((name) => name.startsWith(versionName(second as NonNullable<typeof second>)));
  expect(copiesOfSecond).toHaveLength(1);
});

test("a condition that does not hold changes nothing", async () => {
  const world = new World();
  await expect(world.writer().put("x", { ifPresent: "some etag" })).rejects.toThrow(/^CHI-W040 the file is absent, and the request is for some etag/);
  await world.writer().put("first", { ifPresent: "absent" });
  await expect(world.writer().delete({ ifPresent: "absent" })).rejects.toThrow("CHI-W040");
  expect(world.files.text(key)).toBe("first");
});

test("a write straight to S3 between the look and the swap is not written over", async () => {
  const world = new World();
  await world.writer().put("first", {});
  const real = world.files.put.bind(world.files);
  world.files.beforeLoss = () => undefined;
  world.files.put = async (name, value, options) => {
    await real(name, "foreign", {});
    return real(name, value, options);
  };
  await expect(world.writer().put("second", {})).rejects.toThrow("CHI-W044");
  expect(world.files.text(key)).toBe("foreign");
});

test("deleting what is not there leaves no trace", async () => {
  const world = new World();
  expect(await world.writer().delete({})).toEqual({ status: 200, body: { deleted: false } });
  expect(world.vault.objects.size).toBe(0);
});

test("a version of another file, a deletion and a purged version cannot be restored", async () => {
  const world = new World();
  const version = { key: "other", uploaded: world.clock.now(), etag: "e" };
  await expect(world.writer().restore(versionName(version), {})).rejects.toThrow("CHI-W041");
  await expect(world.writer().restore(deletedName(key, world.clock.now()), {})).rejects.toThrow("CHI-W041");
  await expect(world.writer().restore(versionName({ ...version, key }), {})).rejects.toThrow("CHI-W042");
});

test("a version in the future is not replaced by one that would seem older", async () => {
  const world = new World();
  await world.writer().put("first", {});
  world.clock.time -= 60_000;
  await expect(world.writer().put("second", {})).rejects.toThrow("CHI-W043");
});
