/**
 * What a restore costs per byte, by our own code, on a PostgreSQL and an S3 endpoint of this machine. Processor time, not the clock's: so
 * that the result is the machine's and not its neighbours'.
 *
 * Run: npm run bench:restore [-- --runs N] [-- --record]; CHISAN_BENCH_ORDERS=1000000 for a database of about 1.2 GB.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { Client } from "pg";
import { startMachine, type Machine } from "../../../../bench/backup-machine";
import { access } from "../../../../bench/backup-contestants";
import { spread } from "../../../../bench/statistics";
import { objectsOf } from "../../../backup/format/manifest";
import { runBackup } from "../../../backup/run/backup-run";
import { ratesFile, ratesSchema, type Rates } from "../rates";
import { parentOf } from "./processor-time";
import type { MeasuredPhase, RestoreRequest } from "./restore-once";

const say = (words: string) => process.stderr.write(`${words}\n`);
const loader = join(__dirname, "..", "..", "..", "..", "toolchain", "typescript.cjs");
const target = "restored";

interface Run {
  readonly phases: readonly MeasuredPhase[];
  readonly walBytes: number;
  /** Seconds by the server's clock: shares of the pool's phase. */
  readonly statements: { readonly rows: number; readonly indexes: number; readonly largest: number };
  readonly sizes: Pick<Rates["data"], "databaseBytes" | "heapBytes" | "indexBytes" | "buildReadBytes">;
}

async function measure(orders: number, runs: number): Promise<Rates> {
  const machine = await startMachine(orders, say);
  try {
    const identity = await generateIdentity();
    const recipients = [await identityToRecipient(identity)];
    say("backing up …");
    const connections = { databaseUrl: () => Promise.resolve(machine.urlOf(machine.source)), backups: () => Promise.resolve(access(machine)), backupRecipients: () => Promise.resolve(recipients) };
    const { manifest } = await runBackup({ stack: "prod", kind: "manual", connections, signal: new AbortController().signal });
    const measured: Run[] = [];
    for (let number = 1; number <= runs; number += 1) {
      measured.push(await restore(machine, identity));
      say(`restore ${number} of ${runs}: ${measured.at(-1)?.phases.map(({ phase, server, client, clock }) => `${phase} ${clock.toFixed(1)} s (server ${server.toFixed(1)}, client ${client.toFixed(1)})`).join("; ")}`);
    }
    const [first] = measured;
    if (first === undefined) throw new Error("CHI-H203 --runs is 0: give a whole number from 1");
    const objects = objectsOf(manifest);
    const pool = "rows, indexes, constraints";
    const median = (of: (run: Run) => number) => spread(measured.map(of)).median;
    const of = (run: Run, name: string, which: "server" | "client" | "clock") => run.phases.filter(({ phase }) => phase === name).reduce((sum, phase) => sum + phase[which], 0);
    const share = ({ statements: { rows, indexes } }: Run, part: number) => part / (rows + indexes);
    return ratesSchema.parse({
      formatVersion: 1,
      date: new Date().toISOString().slice(0, 10),
      machine: { processor: cpus()[0]?.model ?? "unknown", processors: cpus().length },
      data: {
        orders,
        rows: Object.values(manifest.tables).reduce((sum, count) => sum + count, 0),
        ...first.sizes,
        plainBytes: objects.reduce((sum, { plainBytes }) => sum + plainBytes, 0),
        storedBytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
        walBytes: median(({ walBytes }) => walBytes),
      },
      processor: {
        decode: median((run) => of(run, pool, "client")),
        load: median((run) => of(run, pool, "server") * share(run, run.statements.rows)),
        indexes: median((run) => of(run, pool, "server") * share(run, run.statements.indexes)),
        largestIndex: median((run) => of(run, pool, "server") * share(run, run.statements.largest)),
        comparison: median((run) => of(run, "comparison", "server")),
      },
      fixed: {
        before: median((run) => of(run, "checks", "clock") + of(run, "roles", "clock") + of(run, "schema", "clock")),
        after: median((run) => of(run, "triggers, policies, jobs", "clock")),
      },
      runs,
    });
  } finally {
    await machine.stop();
  }
}

async function restore(machine: Machine, identity: string): Promise<Run> {
  await machine.emptyDatabase(target, "project");
  const admin = await machine.cluster.connect(target);
  try {
    await admin.query("create extension if not exists pg_stat_statements schema pg_catalog");
    await admin.query("select pg_stat_statements_reset(), pg_stat_reset_shared('wal')");
    const { rows } = await admin.query<{ pid: number }>("select pg_backend_pid() as pid");
    const request: RestoreRequest = { url: machine.urlOf(target), access: access(machine), identity, postmaster: parentOf(rows[0]?.pid ?? 0) };
    const phases = await inItsOwnProcess(request);
    return { phases, walBytes: await number(admin, "select wal_bytes::text as n from pg_stat_wal"), statements: await statementsOf(admin), sizes: await sizesOf(admin) };
  } finally {
    await admin.end();
    await machine.dropDatabase(target);
  }
}

async function inItsOwnProcess(request: RestoreRequest): Promise<MeasuredPhase[]> {
  const child = spawn(process.execPath, ["--require", loader, join(__dirname, "restore-once.ts")], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  child.stdin.end(JSON.stringify(request));
  const [output, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`CHI-H204 the restore ended with code ${code}: its last words are above`);
  return JSON.parse(output) as MeasuredPhase[];
}

/** COPY waits for our process where that is slower, and then counts for more than it used: the shares are the indexes' favour, if anything. */
async function statementsOf(admin: Client): Promise<Run["statements"]> {
  const builds = "query ~* '^\\s*(create (unique )?index|alter table .* add constraint)'";
  const of = (what: string, where: string) => number(admin, `select coalesce(${what}, 0)::text as n from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) and ${where}`);
  return { rows: await of("sum(total_exec_time)", "query ~* '^\\s*copy'"), indexes: await of("sum(total_exec_time)", builds), largest: await of("max(max_exec_time)", builds) };
}

async function sizesOf(admin: Client): Promise<Run["sizes"]> {
  const tables = "pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";
  return {
    databaseBytes: await number(admin, "select pg_database_size(current_database())::text as n"),
    heapBytes: await number(admin, `select sum(pg_table_size(c.oid))::text as n from ${tables} where c.relkind in ('r', 'm')`),
    indexBytes: await number(admin, `select sum(pg_relation_size(c.oid))::text as n from ${tables} where c.relkind = 'i'`),
    buildReadBytes: await number(
      admin,
      `select (select sum(pg_table_size(i.indrelid)) from pg_index i join ${tables} on c.oid = i.indrelid) +
        (select coalesce(sum(pg_table_size(k.conrelid)), 0) from pg_constraint k join ${tables} on c.oid = k.conrelid where k.contype = 'f') as n`,
    ),
  };
}

async function number(admin: Client, sql: string): Promise<number> {
  const { rows } = await admin.query<{ n: string }>(sql);
  return Number(rows[0]?.n);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "3" }, record: { type: "boolean", default: false } } });
  const rates = await measure(Number(process.env["CHISAN_BENCH_ORDERS"] ?? "1000000"), Number(values.runs));
  process.stdout.write(`${JSON.stringify(rates, null, 2)}\n`);
  if (!values.record) return;
  mkdirSync(dirname(ratesFile), { recursive: true });
  writeFileSync(ratesFile, `${JSON.stringify(rates, null, 2)}\n`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
