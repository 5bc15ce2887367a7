import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BareClone } from "./test-support/bare-clone";

describe("the set-up's lock", () => {
  let clone: BareClone;
  let lock: string;
  let counter: string;
  beforeEach(() => {
    clone = new BareClone();
    lock = join(clone.directory, "work", "set-up.lock");
    counter = join(clone.directory, "counter");
    mkdirSync(join(clone.directory, "work"));
    writeFileSync(counter, "0");
  });
  afterEach(() => clone.dispose());

  /** Adds one to a number in a file, in two steps between which another process would spoil it. */
  function add() {
    const text = `import { withLock } from "${clone.root}/toolchain/setup/lock.mjs";
      import { readFileSync, writeFileSync } from "node:fs";
      import { setTimeout as sleep } from "node:timers/promises";
      await withLock("${lock}", async () => {
        const count = Number(readFileSync("${counter}", "utf8"));
        await sleep(60);
        writeFileSync("${counter}", String(count + 1));
      });`;
    return clone.start({ text }).ended;
  }

  async function sixAdd(): Promise<void> {
    const ended = await Promise.all([add(), add(), add(), add(), add(), add()]);
    expect(ended.map(({ code, stderr }) => ({ code, trace: /^\s+at /m.test(stderr) }))).toEqual(Array(6).fill({ code: 0, trace: false }));
    expect(readFileSync(counter, "utf8")).toBe("6");
    expect(existsSync(lock)).toBe(false);
  }

  test("six at once work one after the other", sixAdd);

  test("a killed holder's lock is taken over, by one of six", async () => {
    writeFileSync(lock, String(spawnSync(process.execPath, ["--version"]).pid));
    await sixAdd();
  });

  test("a lock whose holder was killed before it wrote its id is taken over", async () => {
    writeFileSync(lock, "");
    await sixAdd();
  });

  test("it is given back when the work fails", async () => {
    const text = `import { withLock } from "${clone.root}/toolchain/setup/lock.mjs"; await withLock("${lock}", async () => { throw new Error("on purpose"); });`;
    expect((await clone.start({ text }).ended).stderr).toContain("on purpose");
    expect(existsSync(lock)).toBe(false);
  });
});
