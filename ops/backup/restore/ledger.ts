/**
 * How far a restore has come, kept in the target itself: a step and its line are one transaction, so whatever ended the last run, the next
 * one of the same backup goes on exactly there.
 */
import type { ClientBase } from "pg";
import type { Manifest } from "../format/manifest";
import type { TargetObjects } from "./select-entries";
import { factsFromJson, factsToJson } from "./target-objects";
import { ledgerSchema } from "./vendor";

/** Which backup a target is being filled with. */
export interface LedgerHead {
  readonly kind: string;
  readonly id: string;
  readonly stack: string;
  readonly manifestSha256: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What was there before the first step: what is left to the vendor is decided once. */
  readonly before: TargetObjects;
}

/** Held for the whole run. Any constant will do. */
const advisoryLock = 4_201_520;

/** @throws CHI-A055 when another restore of this database is under way */
export async function holdTarget(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_lock($1) as held", [advisoryLock]);
  if (rows[0]?.held !== true) {
    throw new Error("CHI-A055 another restore into this database is under way: wait for it, or see who: select * from pg_locks where locktype = 'advisory'");
  }
}

/** What an earlier run has begun here; undefined where none has. */
export async function readHead(client: ClientBase): Promise<LedgerHead | undefined> {
  const found = await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [`${ledgerSchema}.run`]);
  if (found.rows[0]?.found !== true) return undefined;
  const { rows } = await client.query<Omit<LedgerHead, "before"> & { before: unknown }>(
    `select kind, id, stack, manifest_sha256 as "manifestSha256", to_char(started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "startedAt", before from ${ledgerSchema}.run`,
  );
  return rows[0] === undefined ? undefined : { ...rows[0], before: factsFromJson(rows[0].before) };
}

/** Nobody but the role that restores sees it: whatever the target's default privileges are. */
export async function beginLedger(client: ClientBase, manifest: Manifest, manifestSha256: string, before: TargetObjects): Promise<void> {
  await client.query(`
    begin;
    create schema ${ledgerSchema};
    revoke all on schema ${ledgerSchema} from public;
    create table ${ledgerSchema}.run (kind text not null, id text not null, stack text not null, manifest_sha256 text not null, started_at timestamptz not null default now(), before jsonb not null);
    create table ${ledgerSchema}.progress (step text primary key, rows bigint, refused text, finished_at timestamptz not null default now());
    comment on schema ${ledgerSchema} is 'An unfinished restore: type the same command again. Dropped when the comparison has passed.'`);
  await client.query(`insert into ${ledgerSchema}.run (kind, id, stack, manifest_sha256, before) values ($1, $2, $3, $4, $5)`, [
    manifest.kind,
    manifest.id,
    manifest.stack,
    manifestSha256,
    factsToJson(before),
  ]);
  await client.query("commit");
}

export interface Step {
  readonly rows: number | null;
  /** Why the target refused it; null for what was done. */
  readonly refused: string | null;
}

/** Steps that are done, by name. */
export async function readSteps(client: ClientBase): Promise<Map<string, Step>> {
  const { rows } = await client.query<{ step: string; rows: string | null; refused: string | null }>(`select step, rows, refused from ${ledgerSchema}.progress`);
  return new Map(rows.map(({ step, rows: count, refused }) => [step, { rows: count === null ? null : Number(count), refused }]));
}

/** To be called in the step's own transaction. */
export async function noteStep(client: ClientBase, step: string, { rows = null, refused = null }: Partial<Step> = {}): Promise<void> {
  await client.query(`insert into ${ledgerSchema}.progress (step, rows, refused) values ($1, $2, $3)${refused === null ? "" : " on conflict do nothing"}`, [step, rows, refused]);
}

/** After the comparison: what is left is a database like any other. */
export async function dropLedger(client: ClientBase): Promise<void> {
  await client.query(`drop schema ${ledgerSchema} cascade`);
}
