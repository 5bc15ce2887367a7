/** What a database holds: enough to say what a recovery loses, and afterwards whether it brought back what it should. */
import { Client, type ClientBase, DatabaseError, escapeIdentifier } from "pg";
import { clientOptions } from "../../supabase/client-options";

/** The tables without which the business stands still (operations document, section 4.2, procedure B, step 3). */
export const criticalTables = ["stocks", "orders"] as const;

/** A table of the schema `public`. */
export interface SurveyedTable {
  readonly name: string;
  /** Exact; null when it could not be counted in time. */
  readonly rows: number | null;
  readonly rowSecurity: boolean;
  /** ISO 8601, UTC; null without rows, or without such a column. */
  readonly newest: string | null;
}

/** How many changes of one kind the audit log has. */
export interface AuditedChanges {
  readonly table: string;
  readonly action: string;
  readonly changes: number;
}

/** Which run of which history a server is. */
export interface ServerIdentity {
  /** The server's clock, milliseconds since 1970. */
  readonly now: number;
  /** When the server was started, milliseconds since 1970. */
  readonly startedAt: number;
  /** Grows with each recovery. */
  readonly timeline: number;
}

export interface Survey extends ServerIdentity {
  readonly tables: readonly SurveyedTable[];
  /** `schema.sequence` that would give out a number that is there already. */
  readonly sequencesBehind: readonly string[];
  /** Replication slots, which the vendor wants dropped before a recovery; Realtime's own it handles. */
  readonly slots: readonly string[];
}

/** What is later than a moment. */
export interface Later {
  /** By the audit log; null when there is none. */
  readonly audited: readonly AuditedChanges[] | null;
  /** ISO 8601, UTC; null when the audit log is empty or not there. */
  readonly newestAudited: string | null;
  readonly tables: ReadonlyArray<{ readonly name: string; readonly created: number; readonly updated: number }>;
}

/** Milliseconds for one statement: a count that takes longer is left out, a disaster does not wait for it. */
const statementLimit = 30_000;

/** SQLSTATE of a statement that took too long. */
const cancelled = "57014";

/**
 * A connection for one survey. @throws CHI-A123 when there is no answer, CHI-A125 when a question is refused; without the address's secrets
 *
 * @param url with password
 */
export async function withDatabase<T>(url: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = new Client({ ...clientOptions(url), connectionTimeoutMillis: 15_000, statement_timeout: statementLimit, application_name: "chisan pitr" });
  // A server that is stopped breaks the connection; the query under way reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("CHI-")) throw error;
    const { code = "", message = "" } = error as { code?: string; message?: string };
    const reason = withoutSecrets([code, message].filter((text) => text !== "").join(" "), url);
    if (error instanceof DatabaseError && !isAbsence(code)) {
      throw new Error(`CHI-A125 the database refuses what has to be known of it (${reason}): see that DATABASE_URL is the role postgres's`, { cause: error });
    }
    throw new Error(`CHI-A123 the database does not answer (${reason}): look at the project in the vendor's dashboard, or npx chisan sandbox status`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * SQLSTATEs of a server that is going, coming, in recovery or full, or whose passwords were not set again yet: classes 57 (operator
 * intervention), 08 (connection), 53 (resources), 28 (authorization), and 55000 (not in this state).
 */
function isAbsence(code: string): boolean {
  return (/^(57|08|53|28)/.test(code) && code !== cancelled) || code === "55000";
}

/** The password in none of its spellings. */
function withoutSecrets(text: string, url: string): string {
  if (!URL.canParse(url)) return "DATABASE_URL is not an address";
  const { password } = new URL(url);
  return password === "" ? text : text.replaceAll(password, "[password]").replaceAll(decodeURIComponent(password), "[password]");
}

/** Cheap, unlike a survey. Fails while the server replays. */
export async function serverIdentity(client: ClientBase): Promise<ServerIdentity> {
  const { rows } = await client.query<{ now: number; started: number; timeline: string }>(`
    select extract(epoch from clock_timestamp())::float8 * 1000 as now, extract(epoch from pg_postmaster_start_time())::float8 * 1000 as started,
      substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline`);
  const [server] = rows;
  if (server === undefined) throw new Error("the server did not say who it is");
  return { now: Math.round(server.now), startedAt: Math.round(server.started), timeline: Number.parseInt(server.timeline, 16) };
}

export async function survey(client: ClientBase): Promise<Survey> {
  return {
    ...(await serverIdentity(client)),
    tables: await tablesOf(client),
    sequencesBehind: await sequencesBehind(client),
    slots: await slotsOf(client),
  };
}

async function tablesOf(client: ClientBase): Promise<SurveyedTable[]> {
  const { rows } = await client.query<{ name: string; secured: boolean; moment: string | null }>(`
    select relation.relname as name, relation.relrowsecurity as secured,
      (select attname from pg_attribute where attrelid = relation.oid and not attisdropped and attname in ('occurred_at', 'updated_at', 'created_at')
        order by array_position(array['occurred_at', 'updated_at', 'created_at']::name[], attname) limit 1) as moment
    from pg_class relation
    where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p') and not relation.relispartition
    order by relation.relname`);
  const tables: SurveyedTable[] = [];
  for (const { name, secured, moment } of rows) {
    const newest = moment === null ? "null" : `to_char(max(${escapeIdentifier(moment)}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
    const found = await unlessTooLong(client.query<{ rows: string; newest: string | null }>(`select count(*) as rows, ${newest} as newest from public.${escapeIdentifier(name)}`));
    const [counted] = found?.rows ?? [];
    tables.push({ name, rows: counted === undefined ? null : Number(counted.rows), rowSecurity: secured, newest: counted?.newest ?? null });
  }
  return tables;
}

async function sequencesBehind(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ sequence: string; table: string; column: string }>(`
    select sequence.oid::regclass::text as sequence, dependency.refobjid::regclass::text as table, attribute.attname as column
    from pg_class sequence
    join pg_depend dependency on dependency.classid = 'pg_class'::regclass and dependency.objid = sequence.oid and dependency.deptype in ('a', 'i')
      and dependency.refclassid = 'pg_class'::regclass and dependency.refobjsubid > 0
    join pg_attribute attribute on attribute.attrelid = dependency.refobjid and attribute.attnum = dependency.refobjsubid
    join pg_class owner on owner.oid = dependency.refobjid and owner.relnamespace in ('public'::regnamespace)
    where sequence.relkind = 'S' order by 1`);
  const behind: string[] = [];
  for (const { sequence, table, column } of rows) {
    const found = await unlessTooLong(client.query<{ behind: boolean }>(`select coalesce((select max(${escapeIdentifier(column)}) from ${table}) > last_value, false) as behind from ${sequence}`));
    if (found?.rows[0]?.behind === true) behind.push(sequence);
  }
  return behind;
}

async function slotsOf(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ slot_name: string }>("select slot_name from pg_replication_slots where slot_name not like 'supabase_realtime%' order by 1");
  return rows.map(({ slot_name }) => slot_name);
}

/** @param seconds since 1970 @param until milliseconds since 1970: what is later is not counted */
export async function laterThan(client: ClientBase, seconds: number, until?: number): Promise<Later> {
  const range = (column: string): string => `${column} > to_timestamp($1) and ($2::float8 is null or ${column} < to_timestamp($2::float8))`;
  const values = [seconds, until === undefined ? null : until / 1000];
  const has = async (table: string): Promise<boolean> => (await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [`public.${table}`])).rows[0]?.there === true;
  const audited = (await has("audit_log"))
    ? await client.query<{ table: string; action: string; changes: string; newest: string }>(
        `select table_name as table, action, count(*) as changes, to_char(max(occurred_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as newest from public.audit_log where ${range("occurred_at")} group by 1, 2 order by 1, 2`,
        values,
      )
    : undefined;
  const tables: Array<{ name: string; created: number; updated: number }> = [];
  for (const name of criticalTables) {
    if (!(await has(name))) continue;
    const found = await unlessTooLong(
      client.query<{ created: string; updated: string }>(
        `select count(*) filter (where ${range("created_at")}) as created, count(*) filter (where ${range("updated_at")} and not (${range("created_at")})) as updated from public.${escapeIdentifier(name)}`,
        values,
      ),
    );
    const [row] = found?.rows ?? [];
    if (row !== undefined) tables.push({ name, created: Number(row.created), updated: Number(row.updated) });
  }
  const newest = audited?.rows.map((row) => row.newest).sort().at(-1) ?? null;
  return { audited: audited?.rows.map(({ table, action, changes }) => ({ table, action, changes: Number(changes) })) ?? null, newestAudited: newest, tables };
}

/** A commit, so that the archive has something to move on with: it is quiet while nobody writes. Changes nothing. */
export async function nudgeArchive(client: ClientBase): Promise<void> {
  await client.query("select pg_current_xact_id()");
}

async function unlessTooLong<T>(query: Promise<T>): Promise<T | undefined> {
  try {
    return await query;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === cancelled) return undefined;
    throw error;
  }
}
