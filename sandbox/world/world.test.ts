import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Journal } from "./journal";
import { memoryWorld, openWorld } from "./open-world";
import type { WorldChange, WorldEvent, WorldRecord } from "./world";

const bucket = (id: string, note = ""): WorldRecord => ({
  type: "cloudflare:index/r2Bucket:R2Bucket",
  id,
  urns: [],
  inputs: { name: id, note },
  outputs: { name: id, note },
  secretPaths: [],
  createdAt: "2026-01-01T00:00:00.000Z",
});

let directory: string;
beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "chisan-world-"));
});
afterEach(async () => {
  await fs.rm(directory, { recursive: true });
});
const journalFile = () => path.join(directory, "world.journal");

describe("the world", () => {
  it("remembers across a restart, oldest first, and keeps the creation time of what is overwritten", async () => {
    const world = await openWorld(directory);
    await world.put(bucket("b"));
    await world.put(bucket("a"));
    await world.put({ ...bucket("b", "second"), createdAt: "2030-01-01T00:00:00.000Z" });
    await world.put({ ...bucket("x"), type: "supabase:api/addon" });
    expect(await world.delete("supabase:api/addon", "x")).toBe(true);
    expect(await world.delete("supabase:api/addon", "x")).toBe(false);
    await world.close();
    const again = await openWorld(directory);
    expect(again.list(bucket("a").type)).toEqual([bucket("b", "second"), bucket("a")]);
    expect(again.types()).toEqual([bucket("a").type]);
    await again.close();
    await expect(again.put(bucket("c"))).rejects.toThrow("CHI-S014");
  });

  it("is readable by its owner only", async () => {
    const nested = path.join(directory, "state");
    const world = await openWorld(nested);
    expect((await fs.stat(nested)).mode & 0o777).toBe(0o700);
    for (const file of await fs.readdir(nested))
      expect([file, (await fs.stat(path.join(nested, file))).mode & 0o777]).toEqual([file, 0o600]);
    await world.close();
  });

  it("gives copies, so that a caller cannot change what is remembered", async () => {
    const world = memoryWorld();
    const given = bucket("a");
    const put = world.put(given);
    given.inputs.name = "changed";
    (await put).inputs.name = "changed";
    world.get(given.type, "a")!.inputs.name = "changed";
    world.list(given.type)[0]!.inputs.name = "changed";
    expect(world.get(given.type, "a")).toEqual(bucket("a"));
  });

  it("shows a change to readers at once, so that two cannot take one name", async () => {
    const world = await openWorld(directory);
    const take = async (): Promise<string> => {
      if (world.get(bucket("a").type, "a")) return "taken";
      await world.put(bucket("a"));
      return "mine";
    };
    expect(await Promise.all([take(), take(), take()])).toEqual(["mine", "taken", "taken"]);
    await world.close();
  });

  it("tells watchers what became durable, in order, and survives one that throws", async () => {
    const world = await openWorld(directory);
    const warned = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const events: WorldEvent[] = [];
    world.watch(() => {
      throw new Error("a listener's own");
    });
    const stop = world.watch((event) => events.push(event));
    await world.put(bucket("a"));
    await world.put(bucket("a", "2"));
    await world.delete(bucket("a").type, "a");
    stop();
    await world.put(bucket("b"));
    expect(events).toEqual([
      { kind: "put", record: bucket("a"), previous: undefined },
      { kind: "put", record: bucket("a", "2"), previous: bucket("a") },
      { kind: "delete", record: bucket("a", "2") },
    ]);
    expect(warned).toHaveBeenCalledTimes(4);
    warned.mockRestore();
    await world.close();
  });

  it("leaves no secret on disk after a reset", async () => {
    const world = await openWorld(directory);
    await world.put(bucket("a", "a-very-secret-value"));
    await world.reset();
    await world.put(bucket("b"));
    await world.close();
    expect(await fs.readFile(journalFile(), "utf8")).not.toContain("a-very-secret-value");
    const again = await openWorld(directory);
    expect(again.types()).toEqual([bucket("b").type]);
    expect(again.list(bucket("b").type)).toEqual([bucket("b")]);
    await again.close();
  });

  it("refuses a second process on the same directory, by its process ID, and takes over from a dead one", async () => {
    const world = await openWorld(directory);
    await expect(openWorld(directory)).rejects.toThrow(`CHI-S013 the sandbox's state in ${directory} is in use by process ${process.pid}`);
    await world.close();
    await (await openWorld(directory)).close();
    await fs.writeFile(
      path.join(directory, "world.lock"),
      JSON.stringify({ pid: process.pid, started: "another life of this process ID" }),
    );
    await (await openWorld(directory)).close();
    await fs.writeFile(path.join(directory, "world.lock"), '{"pid":');
    await (await openWorld(directory)).close();
  });

  it("compacts: many overwrites do not grow the file without bound", async () => {
    const world = await openWorld(directory);
    for (let round = 0; round < 30; round++)
      await Promise.all(Array.from({ length: 100 }, (_, i) => world.put(bucket("a", `${round}.${i}`))));
    expect((await fs.stat(journalFile())).size).toBeLessThan(1100 * 400);
    await world.close();
    const again = await openWorld(directory);
    expect(again.list(bucket("a").type)).toEqual([bucket("a", "29.99")]);
    await again.close();
  });
});

describe("when the disk refuses", () => {
  it("puts the memory back, says so with a code, and carries on when there is space again", async () => {
    const world = await openWorld(directory);
    await world.put(bucket("a", "kept"));
    await world.put(bucket("gone"));
    const append = jest.spyOn(Journal.prototype, "append").mockRejectedValueOnce(new Error("ENOSPC: no space left on device, write"));
    const results = await Promise.allSettled([
      world.put(bucket("new")),
      world.put(bucket("a", "lost")),
      world.delete(bucket("gone").type, "gone"),
      world.put(bucket("newer")),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    expect((results[0] as PromiseRejectedResult).reason.message).toMatch(/^CHI-S010 .*ENOSPC.*run the same command again$/);
    expect(world.list(bucket("a").type)).toEqual([bucket("a", "kept"), bucket("gone")]);
    append.mockRestore();
    await world.put(bucket("a", "later"));
    await world.close();
    const again = await openWorld(directory);
    expect(again.list(bucket("a").type)).toEqual([bucket("a", "later"), bucket("gone")]);
    await again.close();
  });
});

describe("the journal's file", () => {
  const filled = async (): Promise<Buffer> => {
    const world = await openWorld(directory);
    for (const id of ["a", "b", "c"]) await world.put(bucket(id));
    await world.close();
    return fs.readFile(journalFile());
  };

  it("ignores a torn last line, at every byte where it can be torn", async () => {
    const whole = await filled();
    const starts = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1);
    for (let length = starts[2]!; length < whole.length; length += 7) {
      await fs.writeFile(journalFile(), whole.subarray(0, length));
      const world = await openWorld(directory);
      expect(world.list(bucket("a").type).map((record) => record.id)).toEqual(["a", "b"]);
      expect((await fs.stat(journalFile())).size).toBe(starts[2]);
      await world.put(bucket("d"));
      await world.close();
      const again = await openWorld(directory);
      expect(again.list(bucket("a").type).map((record) => record.id)).toEqual(["a", "b", "d"]);
      await again.close();
    }
  });

  it("refuses damage in the middle instead of forgetting silently", async () => {
    const whole = await filled();
    whole[whole.indexOf(0x0a) + 40]! ^= 1;
    await fs.writeFile(journalFile(), whole);
    await expect(openWorld(directory)).rejects.toThrow("CHI-S011");
    await expect(openWorld(directory)).rejects.toThrow("is damaged at line 2");
  });

  it("says which format it cannot read", async () => {
    const { journal } = await Journal.open(directory);
    await journal.rewrite([]);
    await journal.close();
    await (await openWorld(directory)).close();
    const text = await fs.readFile(journalFile(), "utf8");
    expect(text).toMatch(/^[0-9a-f]{8} \{"chisanWorld":1\}\n$/);
    const { crc32 } = await import("node:zlib");
    const json = '{"chisanWorld":2}';
    await fs.writeFile(journalFile(), `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`);
    await expect(openWorld(directory)).rejects.toThrow(/^CHI-S012 .*\{"chisanWorld":2\}.*\{"chisanWorld":1\}/);
  });

  it("holds the same as a plain map after any changes, failures, tears and restarts", async () => {
    const id = fc.constantFrom("a", "b", "c", "d");
    const change: fc.Arbitrary<WorldChange> = fc.oneof(
      fc.record({ put: fc.tuple(id, fc.string()).map(([name, note]) => bucket(name, note)) }),
      fc.record({ delete: id.map((name) => ({ type: bucket("a").type, id: name })) }),
    );
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant("apply" as const),
          groups: fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant("fail" as const),
          groups: fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("tear" as const), junk: fc.uint8Array({ minLength: 1, maxLength: 40 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("reset" as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const own = await fs.mkdtemp(path.join(directory, "run-"));
        const expected = new Map<string, WorldRecord>();
        let world = await openWorld(own);
        const compare = () => expect(world.list(bucket("a").type)).toEqual([...expected.values()]);
        for (const one of steps) {
          if (one.do === "apply") {
            await Promise.all(one.groups.map((group) => world.apply(group)));
            for (const each of one.groups.flat()) {
              if ("put" in each) expected.set(each.put.id, each.put);
              else expected.delete(each.delete.id);
            }
          } else if (one.do === "fail") {
            const spy = jest.spyOn(Journal.prototype, "append").mockRejectedValue(new Error("ENOSPC"));
            const results = await Promise.allSettled(one.groups.map((group) => world.apply(group)));
            spy.mockRestore();
            expect(results.every((result) => result.status === "rejected")).toBe(true);
          } else if (one.do === "reset") {
            await world.reset();
            expected.clear();
          } else {
            await world.close();
            await fs.appendFile(path.join(own, "world.journal"), one.junk);
            world = await openWorld(own);
          }
          compare();
        }
        await world.close();
        world = await openWorld(own);
        compare();
        await world.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe("kill -9", () => {
  it("loses nothing acknowledged and leaves the directory usable at once", async () => {
    const root = path.resolve(__dirname, "../..");
    for (let round = 0; round < 3; round++) {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", path.join(__dirname, "killed-writer.fixture.ts"), directory, String(round)],
        { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
      );
      let acknowledged: string[] = [];
      let output = "";
      await new Promise<void>((resolve, reject) => {
        child.on("error", reject);
        child.on("exit", () => resolve());
        child.stdout.on("data", (data: Buffer) => {
          output += data.toString();
          acknowledged = output.split("\n").slice(0, -1);
          if (acknowledged.length > 150 + 40 * round) child.kill("SIGKILL");
        });
      });
      expect(child.signalCode).toBe("SIGKILL");
      const world = await openWorld(directory);
      for (const line of acknowledged) {
        const [id, version] = line.split(" ") as [string, string];
        const now = Number(world.get(bucket("a").type, id)?.inputs.note);
        expect(now).toBeGreaterThanOrEqual(Number(version));
      }
      await world.close();
    }
  });
});

test("a change that a watcher makes the moment after one was written is written too", async () => {
  const world = memoryWorld();
  const followed: Promise<unknown>[] = [];
  world.watch(({ record: { id } }) => {
    if (id === "first") followed.push(Promise.resolve().then(() => world.put({ type: "t", id: "second", urns: [], inputs: {}, outputs: {}, secretPaths: [] })));
  });
  await world.put({ type: "t", id: "first", urns: [], inputs: {}, outputs: {}, secretPaths: [] });
  await Promise.all(followed);
  expect(followed).toHaveLength(1);
  expect(world.get("t", "second")).toBeDefined();
}, 10_000);
