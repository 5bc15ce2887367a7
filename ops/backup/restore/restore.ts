/** Puts a backup into a database that is empty of ours, or goes on where an earlier run of the same backup ended, and compares. */
import { setMaxListeners } from "node:events";
import type { Readable } from "node:stream";
import type { Client } from "pg";
import { findPostgresClient } from "../../../supabase/postgres-binaries";
import type { Manifest, RowsObject } from "../format/manifest";
import { relationKey } from "../format/relation-key";
import { type BackupReader, openPlain, readPlain } from "../verify/plain-object";
import { applyEntries, clearDefaultPrivileges } from "./apply-schema";
import { planTasks } from "./build-plan";
import { type Comparison, compareWithBackup } from "./compare";
import { addressInWords, connectTo, libpqEnvironment } from "./connect";
import { copyRows, parseCopyText, restoreJobs } from "./cron-jobs";
import { fill } from "./fill";
import { Interrupted, signalOf } from "../../output/interruptible";
import { beginLedger, dropLedger, holdTarget, noteStep, readHead, readSteps } from "./ledger";
import { listStream, loadRest, parseList, tableScript, type RestEntry } from "./load-rest";
import { planRestore, type RestorePlan, select } from "./plan-restore";
import { requireReadable, requireRightServer } from "./preflight";
import { applyRoles } from "./roles";
import type { LeftOut, Selection, TargetObjects } from "./select-entries";
import { targetError } from "./target-error";
import { contentOf, readTargetObjects } from "./target-objects";
import { rowsRule } from "./vendor";

export interface RestoreInput {
  readonly store: BackupReader;
  /** Private key (age). */
  readonly identity: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** With password. */
  readonly targetUrl: string;
  /** As messages name it. */
  readonly targetName: string;
  /** `project`: the vendor's part is left to the vendor. `scratch`: everything, without owners, into a database that is dropped afterwards. */
  readonly mode: "project" | "scratch";
  /** At once; the number of cores by default. */
  readonly connections: number;
  /** Whether cron jobs and outgoing webhooks run again. */
  readonly enableJobs: boolean;
  readonly onPhase: (phase: string) => void;
  /** Bytes before compression: done so far, of how many. */
  readonly onBytes: (done: number, all: number) => void;
  readonly binaries?: string;
  /** Ends the restore; it can be carried on. */
  readonly signal?: AbortSignal;
}

export interface RestoreReport {
  readonly backup: { readonly kind: string; readonly id: string; readonly stack: string; readonly snapshotAt: string };
  readonly target: string;
  /** Whether an earlier run was carried on. */
  readonly resumed: boolean;
  readonly phases: readonly { readonly phase: string; readonly seconds: number }[];
  readonly rows: number;
  readonly tables: number;
  readonly leftOut: readonly LeftOut[];
  readonly notices: readonly string[];
  /** Empty: the target is the backup. */
  readonly doubts: readonly string[];
  /** What was written after the snapshot is not in the target: seconds from it to the start of this restore. */
  readonly lossWindowSeconds: number;
  readonly manifestRows: number;
}

/**
 * @throws CHI-A050 to CHI-A081, with nothing or a resumable part written; a doubt about the result is in the report, and the target keeps
 *   its schema `chisan_restore` then
 */
export async function restoreBackup(input: RestoreInput): Promise<RestoreReport> {
  // Each connection waits for the end, and the object that is read on it; Node takes more than 10 for a leak.
  if (input.signal !== undefined) setMaxListeners(4 * input.connections + 8, input.signal);
  try {
    return await carryOut(input);
  } catch (error) {
    if (input.signal?.aborted === true) throw new Interrupted("CHI-A081", signalOf(input.signal), "what is done stays done: type the same command again, it goes on where it ended");
    throw targetError(error, input.targetName);
  }
}

async function carryOut(input: RestoreInput): Promise<RestoreReport> {
  const { manifest, targetUrl, targetName, onPhase } = input;
  const binaries = input.binaries ?? findPostgresClient();
  const started = Date.now();
  const clock = new PhaseClock(onPhase);
  const connect = () => connectTo(targetUrl, targetName, input.signal);
  const client = await connect();
  try {
    clock.begin("checks");
    await holdTarget(client);
    await requireRightServer(client, manifest, targetName);
    const head = await readHead(client);
    if (head !== undefined && head.manifestSha256 !== input.manifestSha256) {
      throw new Error(`CHI-A065 ${targetName} holds an unfinished restore of ${head.kind} ${head.id} of ${head.stack}, not of ${manifest.kind} ${manifest.id}: finish it with --recovery-point ${head.id} --kind ${head.kind}, or take another target`);
    }
    if (head === undefined) await requireEmpty(client, targetName);
    await requireReadable(input.store, manifest, input.identity);
    const schema = await readPlain(input.store, manifest, manifest.schema, input.identity);
    const before = head?.before ?? (await readTargetObjects(client));
    // Refuses what cannot be restored before anything is touched.
    await planRestore(input, binaries, schema, before);
    if (head === undefined) await beginLedger(client, manifest, input.manifestSha256, before);
    const done = await readSteps(client);

    clock.begin("roles");
    if (!done.has("roles") && input.mode === "project") await restoreRoles(client, input);
    // The backup brings roles of its own, which own things.
    const { ownerRoles } = await readTargetObjects(client);
    const made = { ...before, ownerRoles };
    const plan = await planRestore(input, binaries, schema, made);
    clock.begin("schema");
    if (!done.has("schema")) await makeSchema(client, plan, before);
    await requireTables(client, plan.parts, targetName);

    clock.begin("rows, indexes, constraints");
    const rest = new RestArchive(input, binaries, client, libpqEnvironment(targetUrl));
    const inRest = new Set((await rest.entries()).filter(({ type }) => type === "TABLE DATA").map(({ schema: place, name }) => relationKey(place, name)));
    const all = plan.parts.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
    let bytes = plan.parts.reduce((sum, { name, plainBytes }) => sum + (done.has(name) ? plainBytes : 0), 0);
    await fill({
      connect,
      connections: input.connections,
      tasks: planTasks({ entries: plan.entries, build: plan.build, parts: plan.parts, inRest }),
      done: new Set(done.keys()),
      open: (part) => openPlain(input.store, manifest, part, input.identity),
      loadRest: () => rest.load(),
      made: plan.made,
      onBytes: (more) => input.onBytes((bytes += more), all),
      onStep: () => undefined,
    });

    clock.begin("triggers, policies, jobs");
    if (!done.has("finish")) await finish(client, input, plan, await rest.jobs());

    clock.begin("comparison");
    const refused = refusals(await readSteps(client));
    const refusedNames = new Set(refused.map(({ what }) => what));
    const comparison = await compareWithBackup({
      connect,
      connections: input.connections,
      binaries,
      environment: libpqEnvironment(targetUrl),
      manifest,
      expected: plan.selection.kept,
      select: (entries) => select(input.mode, entries, made),
      tables: [...new Set(plan.parts.map(({ schema: place, table }) => relationKey(place, table)))],
      refused: refusedNames,
      owners: input.mode === "project",
      rolesApart: input.mode === "project" ? [] : ["postgres", libpqEnvironment(targetUrl)["PGUSER"] ?? ""],
      fingerprint: input.mode === "project" && refusedNames.size === 0 && (input.enableJobs || !plan.selection.kept.some(({ outgoing }) => outgoing)) && !ownersNotGiven(plan.selection),
    });
    const leftOut = [...plan.selection.leftOut, ...plan.rowsLeftOut, ...refused];
    const report = reportOf(input, clock, comparison, leftOut, head !== undefined, started);
    if (comparison.doubts.length === 0) await dropLedger(client);
    return report;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @throws CHI-A066 with what is in it */
async function requireEmpty(client: Client, targetName: string): Promise<void> {
  const found = await contentOf(client);
  if (found.length === 0) return;
  const more = found.length > 5 ? ` and ${found.length - 5} more` : "";
  throw new Error(`CHI-A066 ${targetName} is not empty: ${found.slice(0, 5).join(", ")}${more}: nothing was touched; restore into a fresh project, to which not even the migrations were applied (the backup brings them)`);
}

async function restoreRoles(client: Client, { store, manifest, identity }: RestoreInput): Promise<void> {
  const sql = (await readPlain(store, manifest, manifest.roles, identity)).toString("utf8");
  await inTransaction(client, async () => {
    for (const { what, why, missed } of await applyRoles(client, sql)) await noteStep(client, `${missed ? "refused" : "inactive"}/${what}`, { refused: why });
    await noteStep(client, "roles");
  });
}

async function makeSchema(client: Client, plan: RestorePlan, before: TargetObjects): Promise<void> {
  await client.query(plan.preamble);
  await inTransaction(client, async () => {
    if (before.schemas.has("public")) await clearDefaultPrivileges(client);
    await applyEntries(client, plan.first);
    await noteStep(client, "schema");
  });
}

async function finish(client: Client, input: RestoreInput, plan: RestorePlan, jobs: readonly Record<string, string | null>[]): Promise<void> {
  await client.query(plan.preamble);
  await inTransaction(client, async () => {
    await applyEntries(client, plan.last);
    for (const { what, why, missed } of await restoreJobs(client, jobs, input.enableJobs)) {
      await noteStep(client, `${missed ? "refused" : "inactive"}/${what}`, { refused: why });
    }
    await noteStep(client, "finish");
  });
}

/** Before a row is read: a column that the target does not have would stop a restore hours later. @throws CHI-A069 */
async function requireTables(client: Client, parts: readonly RowsObject[], targetName: string): Promise<void> {
  const { rows } = await client.query<{ schema: string; table: string; columns: string[] }>(`
    select n.nspname as schema, c.relname as table, array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')`);
  const there = new Map(rows.map(({ schema, table, columns }) => [relationKey(schema, table), new Set(columns)]));
  const problems = parts.flatMap(({ schema, table, columns }) => {
    const key = relationKey(schema, table);
    const found = there.get(key);
    if (found === undefined) return [key];
    return columns.filter((column) => !found.has(column)).map((column) => `${key}.${column}`);
  });
  if (problems.length > 0) {
    throw new Error(`CHI-A069 ${targetName} does not have ${[...new Set(problems)].slice(0, 5).join(", ")}, whose rows are in the backup: the vendor's version differs; add the columns there and type the same command again`);
  }
}

/** `rest.dump`: read from the bucket once for its list, and once to be written. */
class RestArchive {
  private list: Promise<RestEntry[]> | undefined;

  public constructor(
    private readonly input: RestoreInput,
    private readonly binaries: string,
    private readonly client: Client,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  public entries(): Promise<RestEntry[]> {
    this.list ??= listStream(this.binaries, this.open()).then(parseList);
    return this.list;
  }

  /** The rows of pg_cron's own table; a scratch database has no scheduler. */
  public async jobs(): Promise<Record<string, string | null>[]> {
    const { mode, manifest, store, identity } = this.input;
    if (mode === "scratch") return [];
    // Where it belongs to no extension its rows are a part like others.
    const parts = manifest.rows.filter(({ schema, table }) => rowsRule(schema, table) === "schedule");
    const texts = await Promise.all(parts.map(async (part) => parseCopyText((await readPlain(store, manifest, part, identity)).toString("utf8"), part.columns)));
    if (parts.length > 0) return texts.flat();
    const entry = (await this.entries()).find(({ type, schema, name }) => type === "TABLE DATA" && rowsRule(schema, name) === "schedule");
    return entry === undefined ? [] : copyRows(await tableScript(this.binaries, this.open(), entry));
  }

  public async load(): Promise<void> {
    await loadRest({ binaries: this.binaries, environment: this.environment, client: this.client, open: () => this.open(), managedToo: this.input.mode === "scratch" }, await this.entries());
  }

  private open(): Readable {
    return openPlain(this.input.store, this.input.manifest, this.input.manifest.rest, this.input.identity);
  }
}

/** Then the rights that owners have by themselves are those of another role. */
function ownersNotGiven({ leftOut }: Selection): boolean {
  return leftOut.some(({ what }) => what.startsWith("owner of "));
}

function refusals(steps: ReadonlyMap<string, { readonly refused: string | null }>): LeftOut[] {
  return [...steps].flatMap(([step, { refused }]) => (refused === null ? [] : [{ what: step.slice(step.indexOf("/") + 1), why: refused, missed: step.startsWith("refused/") }]));
}

function reportOf(input: RestoreInput, clock: PhaseClock, { doubts, notices, rows, tables }: Comparison, leftOut: readonly LeftOut[], resumed: boolean, started: number): RestoreReport {
  const { kind, id, stack, snapshotAt } = input.manifest;
  return {
    backup: { kind, id, stack, snapshotAt },
    target: addressInWords(input.targetUrl),
    resumed,
    phases: clock.end(),
    rows,
    tables,
    leftOut,
    notices,
    doubts,
    lossWindowSeconds: Math.max(0, Math.round((started - Date.parse(snapshotAt)) / 1000)),
    manifestRows: Object.values(input.manifest.tables).reduce((sum, count) => sum + count, 0),
  };
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** How long each phase took. */
class PhaseClock {
  private readonly phases: { phase: string; seconds: number }[] = [];
  private current: { phase: string; since: number } | undefined;

  public constructor(private readonly onPhase: (phase: string) => void) {}

  public begin(phase: string): void {
    this.end();
    this.current = { phase, since: Date.now() };
    this.onPhase(phase);
  }

  public end(): readonly { phase: string; seconds: number }[] {
    if (this.current !== undefined) this.phases.push({ phase: this.current.phase, seconds: (Date.now() - this.current.since) / 1000 });
    this.current = undefined;
    return this.phases;
  }
}
