import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { systemClock } from "../../components/vendor-api/clock";
import type { ApiFault } from "../../sandbox/services/http/api-faults";
import { recoveryType } from "../../sandbox/services/management-api/backups";
import { addPitr, type PitrDependencies } from "../commands/pitr";
import type { Connections } from "../connections/connections";
import { usualLimits } from "./recover-stack";
import { survey, withDatabase } from "./survey";
import { type SandboxProject, startSandboxProject } from "./test-support/sandbox-project";
import { UnfinishedNote } from "./unfinished";

// Real recoveries, on machines that are busy with other things.
jest.setTimeout(240_000);

const restore = { method: "POST", path: "/v1/projects/{ref}/database/backups/restore-pitr" } as const;

let project: SandboxProject;
let notes: string;

beforeAll(async () => {
  project = await startSandboxProject();
});
afterAll(() => project.stop());
beforeEach(() => {
  notes = mkdtempSync(join(tmpdir(), "chisan-pitr-notes-"));
  project.faults.clear();
});
afterEach(() => rmSync(notes, { recursive: true, force: true }));

interface Ran {
  stdout: string;
  stderr: string;
  error: string | undefined;
  /** The error's own exit code, where it has one. */
  code: number | undefined;
}

/** Runs the command as it is typed. */
async function pitr(args: string, change: Partial<PitrDependencies> & { token?: string } = {}): Promise<Ran> {
  const unused = (): never => {
    throw new Error("not needed for a recovery");
  };
  const connections: Connections = {
    databaseUrl: async () => project.databaseUrl,
    supabase: async () => ({ projectRef: project.ref, apiUrl: project.apiUrl, token: change.token ?? project.token }),
    backups: unused,
    backupRecipients: unused,
    files: unused,
    backupIdentity: unused,
  };
  const ran: Ran = { stdout: "", stderr: "", error: undefined, code: undefined };
  const out = jest.spyOn(process.stdout, "write").mockImplementation((text) => (ran.stdout += String(text)) !== "");
  const err = jest.spyOn(process.stderr, "write").mockImplementation((text) => (ran.stderr += String(text)) !== "");
  const program = new Command().exitOverride();
  addPitr(program, { connect: () => connections, notes, limits: { ...usualLimits, poll: 100, begin: 3000, settle: 3000 }, ...change });
  try {
    await program.parseAsync(["pitr", ...(args.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ""))], { from: "user" });
  } catch (error) {
    ran.error = (error as Error).message;
    ran.code = (error as { exitCode?: number }).exitCode;
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
  for (const secret of [project.password, project.token]) expect(JSON.stringify(ran)).not.toContain(secret);
  return ran;
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
const count = async (table: string): Promise<number> => Number((await project.sql<{ count: string }>(`select count(*) from ${table}`))[0]?.count);
const startedAt = async (): Promise<unknown> => (await project.sql("select pg_postmaster_start_time()"))[0];
const fault = (change: Partial<ApiFault>): ApiFault => ({ match: restore, fault: "500", ...change });

describe("a recovery", () => {
  test("brings back a dropped table and lost rows, tells what it loses before and what it found after", async () => {
    const [stocks, orders] = [await count("public.stocks"), await count("public.orders")];
    expect(stocks).toBeGreaterThan(0);
    const good = await project.moment();
    await project.sql("update public.orders set customer_code = 'WRONG'");
    await project.sql("drop table public.stocks cascade");

    const dry = await pitr(`--stack prod --to ${iso(good)} --dry-run --json`);
    expect(dry.error).toBeUndefined();
    expect(JSON.parse(dry.stdout)).toMatchObject({
      stack: "prod",
      dryRun: true,
      target: good,
      later: { audited: [{ table: "orders", action: "UPDATE", changes: orders }], tables: [{ name: "orders", created: 0, updated: orders }] },
    });
    expect(dry.stderr).toContain(`LOST: ${orders} audited changes`);
    expect(project.accepted()).toBe(0);

    const ran = await pitr(`--stack prod --to ${iso(good)} --yes --confirm prod --json`);
    expect(ran.error).toBeUndefined();
    const result = JSON.parse(ran.stdout) as { checks: Array<{ name: string; ok: boolean }>; after: { tables: Array<{ name: string; rows: number }> }; before: { tables: Array<{ name: string }> }; lossSeconds: number; incident: string };
    expect(result).toMatchObject({ stack: "prod", target: good, objectiveSeconds: 1800 });
    expect(result.checks.map(({ name, ok }) => [name, ok])).toEqual([["critical tables", true], ["row level security", true], ["sequences", true], ["recent rows", true]]);
    expect(result.before.tables.map(({ name }) => name)).not.toContain("stocks");
    expect(result.after.tables).toEqual(expect.arrayContaining([expect.objectContaining({ name: "stocks", rows: stocks }), expect.objectContaining({ name: "orders", rows: orders })]));
    expect(result.lossSeconds).toBeGreaterThan(0);
    expect(result.incident).toMatch(/^Incident log: .*data loss window .* UTC .* KST/);
    expect(await project.sql("select count(*)::int as wrong from public.orders where customer_code = 'WRONG'")).toEqual([{ wrong: 0 }]);
    expect([project.accepted(), readdirSync(notes)]).toEqual([1, []]);
    expect(ran.stderr).toContain("npx chisan backup run --stack prod --kind manual");
  });

  test.each([
    ["throttled", [fault({ fault: "429", retryAfterSeconds: 1 })], 1],
    ["answered by an error of the vendor", [fault({ fault: "500" })], 1],
    ["dropped before it was taken", [fault({ fault: "drop" })], 1],
    ["carried out without an answer", [fault({ fault: "drop-after" })], 1],
    ["slow, and every look at the project fails twice", [fault({ fault: "latency", milliseconds: 1500 }), fault({ match: { method: "GET" }, fault: "500", times: 2 })], 1],
  ])("whose request is %s happens once", async (_what, faults, times) => {
    const good = await project.moment();
    await project.sql("update public.orders set customer_code = 'WRONG'");
    const before = project.accepted();
    project.faults.set(faults);
    // Pauses between attempts are not waited for.
    const clock = { ...systemClock, sleep: (milliseconds: number) => systemClock.sleep(Math.min(milliseconds, 200)) };
    const { error } = await pitr(`--stack staging --to ${iso(good)} --yes`, { clock });
    expect([error, project.accepted() - before]).toEqual([undefined, times]);
    expect(await project.sql("select count(*)::int as wrong from public.orders where customer_code = 'WRONG'")).toEqual([{ wrong: 0 }]);
  });

  test("Ctrl-C before the request recovers nothing; after it the recovery goes on, and `--follow` verifies it", async () => {
    const interruptAt = (now: () => boolean) => ({
      ...systemClock,
      sleep: (milliseconds: number) => {
        if (now()) process.listeners("SIGINT").at(-1)?.("SIGINT");
        return systemClock.sleep(milliseconds);
      },
    });
    const before = project.accepted();
    const first = await pitr(`--stack staging --to ${iso(await project.moment())} --yes`, { clock: interruptAt(() => project.accepted() === before) });
    // The archive may have reached the moment by itself: then nothing was waited for before the request.
    if (project.accepted() === before) expect(first).toMatchObject({ code: 130, error: "CHI-A126 interrupted (SIGINT): nothing was recovered and nothing is lost; type the same command again" });
    else expect(first.error).toBeUndefined();

    const good = await project.moment();
    await project.sql("update public.orders set customer_code = 'WRONG'");
    const accepted = project.accepted();
    const cut = await pitr(`--stack staging --to ${iso(good)} --yes`, { clock: interruptAt(() => new UnfinishedNote(notes, project.ref).read()?.accepted === true) });
    expect(cut.code).toBe(130);
    expect(cut.error).toMatch(/^CHI-A126 interrupted \(SIGINT\): the recovery of staging goes on at the vendor, .* npx chisan pitr --stack staging --follow$/);
    const followed = await pitr("--stack staging --follow");
    expect([followed.error, project.accepted() - accepted]).toEqual([undefined, 1]);
    expect(await project.sql("select count(*)::int as wrong from public.orders where customer_code = 'WRONG'")).toEqual([{ wrong: 0 }]);
  });

  test("that fails at the vendor is not called a success, and the data are those of before", async () => {
    const good = await project.moment();
    await project.sql("update public.orders set customer_code = 'LATER'");
    const base = join(project.directory, "archive", "base");
    renameSync(base, `${base}.aside`);
    try {
      const { error } = await pitr(`--stack staging --to ${iso(good)} --yes`);
      expect(error).toMatch(/^CHI-A116 the recovery of staging did not happen/);
    } finally {
      rmSync(base, { recursive: true, force: true });
      renameSync(`${base}.aside`, base);
    }
    expect(project.world.get(recoveryType, project.ref)?.outputs.state).toBe("failed");
    expect(await project.sql("select count(*)::int as other from public.orders where customer_code <> 'LATER'")).toEqual([{ other: 0 }]);
    expect(readdirSync(notes)).toEqual([]);
  });

  test.each([
    ["before its request", false],
    ["after its request", true],
  ])("of a command that was killed %s: typed again, it happens once", async (_what, requested) => {
    const good = await project.moment();
    await project.sql("update public.orders set customer_code = 'WRONG'");
    // Lets the window reach the moment, as the first command had.
    await pitr(`--stack staging --to ${iso(good)} --yes`);
    await project.sql("update public.orders set customer_code = 'WRONG'");
    const before = await withDatabase(project.databaseUrl, survey);
    new UnfinishedNote(notes, project.ref).write({ target: good, askedAt: Date.now(), accepted: false, seenRestoring: false, before });
    const accepted = project.accepted();
    if (requested) {
      const headers = { authorization: `Bearer ${project.token}`, "content-type": "application/json" };
      const body = JSON.stringify({ recovery_time_target_unix: good });
      expect((await fetch(`${project.apiUrl}/v1/projects/${project.ref}/database/backups/restore-pitr`, { method: "POST", headers, body })).status).toBe(201);
    }
    const { error, stderr } = await pitr(`--stack staging --to ${iso(good)} --yes`);
    expect([error, project.accepted() - accepted]).toEqual([undefined, 1]);
    expect(stderr.includes("following it, none is begun")).toBe(requested);
    expect(await project.sql("select count(*)::int as wrong from public.orders where customer_code = 'WRONG'")).toEqual([{ wrong: 0 }]);
    expect(readdirSync(notes)).toEqual([]);
  });
});

describe("nothing is touched when", () => {
  const past = (): string => iso(Math.floor(Date.now() / 1000) - 1);
  test.each([
    ["nobody agreed", () => `--stack staging --to ${past()}`, /^CHI-A119 .*--yes$/],
    ["prod's name was not said", () => `--stack prod --to ${past()} --yes`, /^CHI-A119 .*--yes --confirm prod$/],
    ["another name was said", () => `--stack prod --to ${past()} --yes --confirm staging`, /^CHI-A119 --confirm says "staging", the stack is "prod"/],
    ["the time is in the future", () => `--stack staging --to ${iso(Math.floor(Date.now() / 1000) + 3600)} --yes`, /^CHI-A111 .* is in the future, it is /],
    ["the time is before the window", () => `--stack staging --to "8d ago" --yes`, /^CHI-A112 .* is before the earliest moment/],
    ["the time has no zone", () => `--stack staging --to 2026-11-23T05:05:00 --yes`, /^CHI-A110 .* has no zone/],
    ["there are two wishes", () => `--stack staging --to ${past()} --follow`, /^CHI-A109 .*2 are given/],
    ["a backup is wanted that this build cannot take", () => `--stack staging --to ${past()} --backup-first --yes`, /^CHI-A108 .*backup run --stack staging --kind manual/],
    ["there is nothing to follow", () => "--stack staging --follow", /^CHI-A106 /],
  ])("%s", async (_what, args, error) => {
    const [accepted, started] = [project.accepted(), await startedAt()];
    const ran = await pitr(args());
    expect(ran.error).toMatch(error);
    expect(ran.error).not.toContain("\n");
    expect([project.accepted(), await startedAt(), readdirSync(notes)]).toEqual([accepted, started, []]);
  });

  test("the token is expired", async () => {
    const ran = await pitr(`--stack staging --to ${past()} --yes`, { token: "sbp_expired_canary" });
    expect(ran.error).toMatch(/^CHI-A120 GET .*: 401 Unauthorized: .*SUPABASE_ACCESS_TOKEN/);
    expect(ran.error).not.toContain("sbp_expired_canary");
  });

  test("the backup that was wanted first fails", async () => {
    const accepted = project.accepted();
    const ran = await pitr(`--stack staging --to ${past()} --backup-first --yes`, { backupFirst: () => Promise.reject(new Error("CHI-A001 the bucket is full")) });
    expect([ran.error, project.accepted()]).toEqual(["CHI-A001 the bucket is full", accepted]);
  });

  test("only the audit log is asked about", async () => {
    const [accepted, started] = [project.accepted(), await startedAt()];
    await project.sql("delete from public.order_lines");
    const ran = await pitr('--stack staging --around "1s ago" --minutes 2 --json');
    const { activity, lastGood } = JSON.parse(ran.stdout) as { activity: Array<{ table: string; action: string; first: number }>; lastGood: string };
    const deleted = activity.find(({ table, action }) => table === "order_lines" && action === "DELETE");
    expect(lastGood).toBe(iso(Math.floor(deleted?.first ?? 0)).replace(".000", ""));
    expect((await pitr('--stack staging --around "1s ago" --minutes 2')).stdout).toContain(`--to ${lastGood} --dry-run`);
    expect([project.accepted(), await startedAt()]).toEqual([accepted, started]);
  });

  test("the add-on is missing", async () => {
    await project.setPitr(false);
    const ran = await pitr(`--stack staging --to ${past()} --yes`);
    expect(ran.error).toMatch(/^CHI-A113 point-in-time recovery is not enabled for staging, nothing was touched: .*backup list --stack staging/);
  });
});
