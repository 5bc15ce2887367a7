/** A restore into a database that is made for it and dropped afterwards, whatever happens. */
import { randomBytes } from "node:crypto";
import { DatabaseError, type Client } from "pg";
import type { Manifest } from "../format/manifest";
import { connectTo, withDatabase } from "../restore/connect";
import { restoreBackup, type RestoreReport } from "../restore/restore";
import { createdRoles } from "../restore/roles";
import { type BackupReader, readPlain } from "./plain-object";

export interface ScratchInput {
  readonly store: BackupReader;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly identity: string;
  /** Any database of the server; it is not touched. */
  readonly scratchUrl: string;
  readonly connections: number;
  readonly binaries: string;
  readonly onPhase: (phase: string) => void;
  readonly onBytes: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
}

const prefix = "chisan_scratch_";
/** Seconds after which a scratch database without a connection is what a killed run has left. */
const staleAfter = 3600;

/** Of the vendor's that policies and rights name; a plain PostgreSQL has none of them. */
const vendorRoles = ["postgres", "anon", "authenticated", "service_role", "authenticator", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin"];

/** @throws CHI-A074 when the server lets nobody make a database or a role */
export async function restoreIntoScratch(input: ScratchInput): Promise<RestoreReport> {
  const { scratchUrl, manifest, store, identity } = input;
  const client = await connectTo(scratchUrl, "the server for the scratch database");
  const name = `${prefix}${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString("hex")}`;
  const made: string[] = [];
  try {
    await dropStale(client);
    await asking("make a database", () => client.query(`create database ${name} template template0 encoding 'UTF8'`));
    try {
      // Nobody else on the server may look: real data is about to be in it.
      await client.query(`revoke all on database ${name} from public`);
      const roles = createdRoles((await readPlain(store, manifest, manifest.roles, identity)).toString("utf8"));
      made.push(...(await makeRoles(client, [...vendorRoles, ...roles])));
      return await restoreBackup({ ...input, targetUrl: withDatabase(scratchUrl, name), targetName: "the scratch database", mode: "scratch", enableJobs: false });
    } finally {
      await client.query(`drop database if exists ${name} with (force)`);
    }
  } finally {
    for (const role of made) await client.query(`drop role if exists ${client.escapeIdentifier(role)}`).catch(() => undefined);
    await client.end().catch(() => undefined);
  }
}

/** Roles that are missing, for the time of the test, and able to do nothing. */
async function makeRoles(client: Client, wanted: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("select rolname as name from pg_roles");
  const there = new Set(rows.map(({ name }) => name));
  const missing = [...new Set(wanted)].filter((role) => !there.has(role));
  for (const role of missing) await asking(`make the role ${role}`, () => client.query(`create role ${client.escapeIdentifier(role)} nologin`));
  return missing;
}

async function asking(what: string, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new Error(`CHI-A074 the role of the restore test may not ${what} (${error.message}): alter role <its role> createdb createrole`, { cause: error });
  }
}

/** Its name tells its age; one that is still being filled has a connection. */
async function dropStale(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database d where datname ~ '^${prefix}[0-9]+_[0-9a-f]+$' and pg_has_role(current_user, datdba, 'member')
      and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - ${staleAfter} and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
  );
  for (const { name } of rows) await client.query(`drop database if exists ${name}`);
}
