/** Whether a restored database is the backup: rows counted anew, and the schema dumped anew and compared entry by entry. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Client } from "pg";
import { splitStatements } from "../../../supabase/statements";
import { catalogueLines, fingerprintOf } from "../catalogue/catalogue";
import type { Manifest } from "../format/manifest";
import { relationKey, relationOf } from "../format/relation-key";
import { type ArchiveEntry, readArchive } from "./archive-entries";
import { programError } from "./program-error";
import { entryName, type KeptEntry, type Selection } from "./select-entries";
import { identifier, nameOf, switchedOff } from "./sql-identifier";
import { runTasks } from "./task-pool";

export interface CompareInput {
  readonly connect: () => Promise<Client>;
  readonly connections: number;
  readonly binaries: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly manifest: Manifest;
  /** What the backup's schema was restored by. */
  readonly expected: readonly KeptEntry[];
  /** The same rule, for the target's own schema. */
  readonly select: (entries: readonly ArchiveEntry[]) => Selection;
  /** Tables, by {@link relationKey}, that were restored. */
  readonly tables: readonly string[];
  /** Names, as `entryName` has them, of what the target refused. */
  readonly refused: ReadonlySet<string>;
  readonly owners: boolean;
  /** Owners, here or there, of a target that keeps none: what they may do is no difference. */
  readonly rolesApart: readonly string[];
  /** Whether the catalogue's fingerprint must be the backup's: where nothing was refused or switched off. */
  readonly fingerprint: boolean;
}

export interface Comparison {
  /** Each a reason not to trust the target. Empty: it is the backup. */
  readonly doubts: readonly string[];
  readonly notices: readonly string[];
  readonly rows: number;
  readonly tables: number;
}

/** Runs ANALYZE as well: a restored database without statistics answers slowly. */
export async function compareWithBackup(input: CompareInput): Promise<Comparison> {
  const doubts: string[] = [];
  const notices: string[] = [];
  const [schema, rows] = await Promise.all([schemaDoubts(input), countRows(input, doubts)]);
  doubts.push(...schema);
  const client = await input.connect();
  try {
    if (input.fingerprint) doubts.push(...(await fingerprintDoubts(client, input.manifest)));
    doubts.push(...(await sequenceDoubts(client, input)), ...(await otherDoubts(client, input.manifest, notices)));
  } finally {
    await client.end();
  }
  return { doubts, notices, rows, tables: input.tables.length };
}

async function countRows({ connect, connections, manifest, tables }: CompareInput, doubts: string[]): Promise<number> {
  const clients: Client[] = [];
  let sum = 0;
  try {
    for (let index = 0; index < connections; index += 1) {
      const client = await connect();
      clients.push(client);
      await client.query("set statement_timeout = 0; set row_security = off; set search_path = ''");
    }
    const tasks = tables.map((id) => ({ id, after: [], shared: [], alone: [], weight: manifest.tables[id] ?? 0 }));
    await runTasks(tasks, connections, async ({ id }, worker) => {
      const client = clients[worker];
      if (client === undefined) throw new RangeError(`there is no worker ${worker}`);
      const name = quoted(client, id);
      const rows = await countAll(client, name);
      const count = Number(rows[0]?.count);
      sum += count;
      if (count !== manifest.tables[id]) doubts.push(`${id} has ${count} rows, the manifest says ${manifest.tables[id]}`);
      await client.query(`analyze ${name}`);
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
  return sum;
}

/** A table that hides rows even from its owner shows them for the time of the count; to whom policies do not apply, it shows them anyway. */
async function countAll(client: Client, name: string): Promise<{ count: string }[]> {
  const { rows: forced } = await client.query<{ forced: boolean }>(
    "select c.relforcerowsecurity and not (r.rolsuper or r.rolbypassrls) as forced from pg_class c, pg_roles r where c.oid = $1::regclass and r.rolname = current_user",
    [name],
  );
  const count = `select count(*) from only ${name}`;
  if (forced[0]?.forced !== true) return (await client.query<{ count: string }>(count)).rows;
  await client.query("begin");
  try {
    await client.query(`alter table only ${name} no force row level security`);
    return (await client.query<{ count: string }>(count)).rows;
  } finally {
    await client.query("rollback");
  }
}

function quoted(client: Client, id: string): string {
  const { schema, name } = relationOf(id);
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
}

async function schemaDoubts({ binaries, environment, expected, select, refused, owners, rolesApart }: CompareInput): Promise<string[]> {
  const archive = await dumpSchema(binaries, environment);
  const found = select((await readArchive(archive, { binaries, owners })).entries).kept;
  const want = byKey(expected.filter(({ entry }) => !refused.has(entryName(entry))));
  const have = byKey(found.filter(({ entry }) => !refused.has(entryName(entry))));
  const doubts: string[] = [];
  for (const [key, kept] of want) {
    const there = have.get(key);
    // Whose owner could not be given has another one in the target, and what an owner may do differs with it.
    const apart = kept.owned ? rolesApart : [...rolesApart, kept.entry.owner, ...(there === undefined ? [] : [there.entry.owner])];
    const wanted = comparable(kept, apart);
    const found = there === undefined ? "" : comparable({ ...there, owned: kept.owned }, apart);
    if (there === undefined && wanted !== "") doubts.push(`${entryName(kept.entry)} is missing in the target`);
    else if (wanted !== found) doubts.push(`${entryName(kept.entry)} differs: ${firstDifference(wanted, found)}`);
  }
  for (const [key, kept] of have) if (!want.has(key) && comparable(kept, rolesApart) !== "") doubts.push(`${entryName(kept.entry)} is in the target and not in the backup`);
  return doubts;
}

function byKey(kept: readonly KeptEntry[]): Map<string, KeptEntry> {
  const map = new Map<string, KeptEntry>();
  for (const each of kept) {
    const { type, schema, name, owner } = each.entry;
    const base = JSON.stringify([type, schema, name, type === "DEFAULT ACL" ? owner : ""]);
    let key = base;
    for (let index = 2; map.has(key); index += 1) key = `${base} ${index}`;
    map.set(key, each);
  }
  return map;
}

const grantee = new RegExp(String.raw` (?:FROM|TO) (${identifier})(?: WITH GRANT OPTION)?$`);

/** What is the same by intent is taken away: owners that cannot be given, the order of grants, triggers that were switched off. */
export function comparable({ entry, owned, outgoing }: KeptEntry, rolesApart: readonly string[] = []): string {
  const sql = owned ? entry.sql : entry.bareSql;
  if (/(^|DEFAULT )ACL$/.test(entry.type)) {
    const statements = splitStatements(sql).map((statement) => `${statement};`);
    return (entry.type === "ACL" ? statements.filter((statement) => !rolesApart.some((role) => role === granteeOf(statement))) : statements).sort().join("\n");
  }
  return (outgoing ? sql.replace(switchedOff, "") : sql).split("\n").filter((line) => line !== "").join("\n");
}

/** Of GRANT and REVOKE; undefined for other statements. */
function granteeOf(statement: string): string | undefined {
  const name = /^(?:GRANT|REVOKE) /.test(statement) ? grantee.exec(statement.slice(0, -1))?.[1] : undefined;
  return name === undefined ? undefined : nameOf(name);
}

function firstDifference(wanted: string, found: string): string {
  const theirs = found.split("\n");
  const index = wanted.split("\n").findIndex((line, at) => line !== theirs[at]);
  const cut = (text: string | undefined) => (text === undefined ? "nothing" : `"${text.slice(0, 100)}"`);
  return index < 0 ? `the target has ${cut(theirs[wanted.split("\n").length])} as well` : `${cut(wanted.split("\n")[index])} in the backup, ${cut(theirs[index])} in the target`;
}

/** @throws CHI-A051 */
export async function dumpSchema(binaries: string, environment: NodeJS.ProcessEnv): Promise<Buffer> {
  const child = spawn(join(binaries, "pg_dump"), ["--format=custom", "--compress=0", "--section=pre-data", "--section=post-data", "--no-password"], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
  const chunks: Buffer[] = [];
  let words = "";
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (status !== 0) throw new Error(`CHI-A051 pg_dump cannot read the target's schema to compare it: ${programError(words) ?? `exit code ${status}`}: type the same command again`);
  return Buffer.concat(chunks);
}

/** A second opinion on the schema, from the catalogue and not from `pg_dump`. */
async function fingerprintDoubts(client: Client, { database }: Manifest): Promise<string[]> {
  await client.query("begin");
  try {
    const found = fingerprintOf(await catalogueLines(client));
    return found === database.schemaFingerprint ? [] : [`the schema's fingerprint is ${found.slice(0, 16)}…, the manifest says ${database.schemaFingerprint.slice(0, 16)}…`];
  } finally {
    await client.query("rollback");
  }
}

async function sequenceDoubts(client: Client, { manifest, tables }: CompareInput): Promise<string[]> {
  const { rows } = await client.query<{ schema: string; name: string; readable: boolean }>(
    "select n.nspname as schema, c.relname as name, case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'select') else false end as readable from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S'",
  );
  // By the former key too, which a manifest of before may have; today's goes first.
  const there = new Map([...rows.map((row) => [`${row.schema}.${row.name}`, row] as const), ...rows.map((row) => [relationKey(row.schema, row.name), row] as const)]);
  const schemas = new Set(tables.map((table) => relationOf(table).schema));
  const doubts: string[] = [];
  for (const [id, next] of Object.entries(manifest.database.sequences)) {
    const sequence = there.get(id);
    if (sequence === undefined) {
      if (schemas.has(relationOf(id).schema)) doubts.push(`sequence ${id} is missing in the target`);
      continue;
    }
    if (!sequence.readable) continue;
    const { rows: values } = await client.query<{ next: string }>(
      `select case when not s.is_called then s.last_value::text
         when s.last_value::numeric + q.seqincrement between q.seqmin and q.seqmax then (s.last_value::numeric + q.seqincrement)::text
         when q.seqcycle then (case when q.seqincrement > 0 then q.seqmin else q.seqmax end)::text else 'exhausted' end as next
       from ${client.escapeIdentifier(sequence.schema)}.${client.escapeIdentifier(sequence.name)} s, pg_sequence q where q.seqrelid = $1::regclass`,
      [`${client.escapeIdentifier(sequence.schema)}.${client.escapeIdentifier(sequence.name)}`],
    );
    if (values[0]?.next !== next) doubts.push(`sequence ${id} gives ${values[0]?.next} next, the manifest says ${next}`);
  }
  return doubts;
}

async function otherDoubts(client: Client, { database }: Manifest, notices: string[]): Promise<string[]> {
  const doubts: string[] = [];
  const { rows: objects } = await client.query<{ count: string }>("select count(*) from pg_largeobject_metadata");
  if (Number(objects[0]?.count) !== database.largeObjects) doubts.push(`there are ${objects[0]?.count} large objects, the manifest says ${database.largeObjects}`);
  const { rows: invalid } = await client.query<{ name: string }>("select indexrelid::regclass::text as name from pg_index where not indisvalid");
  for (const { name } of invalid) doubts.push(`index ${name} is not valid`);
  const { rows: extensions } = await client.query<{ name: string; version: string }>("select extname as name, extversion as version from pg_extension");
  const versions = new Map(extensions.map(({ name, version }) => [name, version]));
  for (const { name, version } of database.extensions) {
    const there = versions.get(name);
    if (there === undefined) notices.push(`extension ${name} ${version} is not in the target`);
    else if (there !== version) notices.push(`extension ${name} is ${there} here, it was ${version}`);
  }
  return doubts;
}
