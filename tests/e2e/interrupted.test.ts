/** Killed, interrupted, twice at once: nothing is corrupted, nothing is made twice, and the next run carries on. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Fault } from "../../sandbox/providers";
import { processesStartedWith, startedWith, until, type Started } from "./support/processes";
import { TestSandbox } from "./support/test-sandbox";
import { countsByType } from "./support/world";

/** Every create takes this much longer, in milliseconds, so that there is a middle to be interrupted in. */
const slowly: Fault[] = [{ match: { operation: "create" }, fault: "latency", milliseconds: 150, times: 100_000 }];

describe("an interrupted run", () => {
  let sandbox: TestSandbox;
  /** What an undisturbed run makes. */
  let whole: Record<string, number>;
  let size: number;

  beforeAll(() => (sandbox = new TestSandbox()));
  afterAll(() => sandbox.dispose());

  /** Waits for a moment in a run that is still going on then. */
  async function moment(started: Started, what: string, isNow: () => boolean): Promise<void> {
    let over = false;
    void started.ended.then(() => (over = true));
    await until(what, 120, () => over || isNow());
    if (over) throw new Error(`the run was over before it could be disturbed: ${started.text()}`);
  }

  /** Starts a slow `up staging` and waits until a part of the world is there. */
  async function middleOfUp(part: number): Promise<Started> {
    await sandbox.faults(slowly);
    const started = sandbox.startChisan("up", "staging");
    await moment(started, `${Math.round(part * 100)} % of ${size} things`, () => sandbox.world().length >= part * size);
    return started;
  }

  async function enginePid(): Promise<number> {
    return until("the lock of the engine", 10, () => sandbox.enginePid("staging"));
  }

  /** The engine's helpers end by themselves when it is gone; the service is no helper of it. */
  async function helpersAreGone(): Promise<void> {
    const left = () => processesStartedWith(sandbox.paths.home).filter((pid) => pid !== sandbox.running().pid);
    await until("the end of the killed run's helpers", 20, () => left().length === 0).catch((error: Error) => {
      throw new Error(`${error.message}: ${left().map((pid) => startedWith(pid).split("\n").slice(0, 4).join(" ")).join("; ")}`);
    });
  }

  /** The next run is a success, and after it all is as if nothing had happened. */
  async function carriesOn(): Promise<void> {
    await sandbox.faults([]);
    await sandbox.operate("up", "staging");
    expect(sandbox.state("staging").pending).toEqual([]);
    expect(countsByType(sandbox.world())).toEqual(whole);
    expect((await sandbox.operate("up", "staging")).result).toBe("no changes");
  }

  test("two `sandbox start` at once start one service", async () => {
    const both = [sandbox.startChisan("sandbox", "start"), sandbox.startChisan("sandbox", "start")];
    const ended = await Promise.all(both.map((started) => started.ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const pids = ended.map(({ text }) => /process (\d+)/.exec(text)?.[1]);
    expect(pids).toEqual([String(sandbox.running().pid), String(sandbox.running().pid)]);
    expect(processesStartedWith(join("sandbox", "control", "service.ts")).filter((pid) => processesStartedWith(sandbox.paths.directory).includes(pid))).toEqual([sandbox.running().pid]);
  });

  test("an undisturbed run is the measure", async () => {
    await sandbox.operate("up", "staging");
    whole = countsByType(sandbox.world());
    size = sandbox.world().length;
    await sandbox.operate("destroy", "staging", "--yes");
  });

  // Six moments, one in each sixth of the run, another one each time the tests run. Each killed run carries on where the one before was killed.
  test.each([0, 1, 2, 3, 4, 5].map((sixth) => [Math.round(((sixth + Math.random()) / 6) * 95), sixth % 2 === 0 ? "the engine" : "everything"] as const))(
    "kill -9 when %i %% are made, of %s",
    async (percent, what) => {
      if (percent / 100 <= sandbox.world().length / size) {
        // What was in the vendors' hands when the run before was killed has been made since: this moment is over.
        expect(sandbox.world().length).toBeLessThanOrEqual(size);
        return;
      }
      const started = await middleOfUp(percent / 100);
      const engine = await enginePid();
      if (what === "the engine") process.kill(engine, "SIGKILL");
      else process.kill(-started.pid, "SIGKILL");
      const ended = await started.ended;
      expect(ended.code).not.toBe(0);
      expect(ended.text).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
      // Every create under way at the vendor ends by itself.
      await helpersAreGone();
    },
  );

  test("the run after six kills carries on, and says from where", async () => {
    await sandbox.faults([]);
    const ended = await sandbox.chisan("up", "staging");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^the last command on staging \(process \d+\) was killed: carrying on from its last saved state$/m);
    await carriesOn();
    expect((await sandbox.operate("refresh", "staging")).result).not.toMatch(/updated|deleted|created/);
  });

  test("a killed destroy is carried on by the next", async () => {
    await sandbox.faults([{ match: { operation: "delete" }, fault: "latency", milliseconds: 150, times: 100_000 }]);
    const before = sandbox.world().length;
    const started = sandbox.startChisan("destroy", "staging", "--yes");
    await moment(started, "a third to be gone", () => sandbox.world().length < before * 0.7);
    process.kill(await enginePid(), "SIGKILL");
    expect((await started.ended).code).not.toBe(0);
    await helpersAreGone();
    await sandbox.faults([]);
    await sandbox.operate("destroy", "staging", "--yes");
    expect(sandbox.state("staging").resources).toEqual([]);
    expect(sandbox.world().filter(({ urns }) => urns.length > 0)).toEqual([]);
  });

  test("Ctrl-C ends the step, saves the state and says so; the next run carries on", async () => {
    const started = await middleOfUp(0.5);
    started.interrupt();
    const ended = await started.ended;
    expect(ended.code).not.toBe(0);
    expect(ended.text).toMatch(/cancell?(ed|ing|ation)/i);
    expect(ended.text).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
    expect(sandbox.state("staging").pending).toEqual([]);
    expect(sandbox.enginePid("staging")).toBeUndefined();
    await carriesOn();
    await sandbox.operate("destroy", "staging", "--yes");
  });

  test("kill -9 of the sandbox's service: a clear line, and the next run starts it and carries on", async () => {
    const started = await middleOfUp(0.5);
    const { pid } = sandbox.running();
    process.kill(pid, "SIGKILL");
    const ended = await started.ended;
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(/^CHI-S\d{3} .*npx chisan/m);
    await sandbox.chisan("sandbox", "start");
    expect(sandbox.running().pid).not.toBe(pid);
    await carriesOn();
  });

  test("two `up` of one stack at once: one does it, the other says who is at work or finds it done", async () => {
    await sandbox.operate("destroy", "staging", "--yes");
    await sandbox.faults(slowly);
    const ended = await Promise.all([sandbox.startChisan("up", "staging"), sandbox.startChisan("up", "staging")].map((started) => started.ended));
    const failed = ended.filter(({ code }) => code !== 0);
    expect(failed.length).toBeLessThan(2);
    for (const { text } of failed) expect(text).toMatch(/currently locked by 1 lock|is at work on staging/);
    await carriesOn();
  });

  test("what a dead service left behind is no obstacle, even where its process id has another owner now", async () => {
    await sandbox.chisan("sandbox", "stop");
    // The stranger is this test's own process: were it taken for the service, stopping that would end the test.
    const { pid } = process;
    for (const name of readdirSync(sandbox.paths.ports)) writeFileSync(join(sandbox.paths.ports, name), `1 ${pid}\n`);
    const { code } = JSON.parse(lastReady(readFileSync(sandbox.paths.log, "utf8"))) as { code: string };
    const left = { pid, started: "long ago", code, startedAt: "2026-01-01T00:00:00.000Z", providers: { gcp: 1 }, supabaseApiUrl: "http://127.0.0.1:1", vercelApiUrl: "http://127.0.0.1:1", controlUrl: "http://127.0.0.1:1" };
    writeFileSync(sandbox.paths.running, JSON.stringify(left));
    expect((await sandbox.chisan("sandbox", "status", "--json")).stdout).toBe("null\n");
    expect((await sandbox.chisan("sandbox", "stop")).text).toMatch(/was not running/);
    expect((await sandbox.operate("up", "staging")).result).toBe("no changes");
    expect(sandbox.running().pid).not.toBe(pid);
  });

  test("a half-written lock, one of a process id with another owner now, and a half-written note of the service are no obstacle", async () => {
    writeFileSync(sandbox.paths.running, '{"pid": 12');
    const locks = join(sandbox.paths.state, ".pulumi", "locks", "organization", "chisan", "staging");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "00000000-0000-0000-0000-000000000000.json"), '{"pid":');
    // As after a restart of the machine: this test's process is no engine, though it has the ID of one that was.
    const stale = { pid: process.pid, username: "someone", hostname: hostname(), timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(locks, "00000000-0000-0000-0000-000000000001.json"), JSON.stringify(stale));
    expect((await sandbox.operate("up", "staging")).result).toBe("no changes");
  });
});

/** What the service said of itself when it last came up. */
function lastReady(log: string): string {
  const line = log.trim().split("\n").findLast((each) => each.includes(" ready ")) ?? "";
  return line.slice(line.indexOf("{"));
}
