/** Keeps a database from being written: while two hold the same data, only one of them may change. */
import { Client, DatabaseError } from "pg";
import { clientOptions } from "../../../supabase/client-options";
import { addressInWords } from "../../backup/restore/connect";
import { databaseIsReadOnly, type Guarded, openTables, placeGuard, removeGuard } from "./fence-guard";

/** What a fence found and did. */
export interface Fenced extends Guarded {
  /** Whether it stood already. */
  readonly before: boolean;
  /** Connections that were ended: they could have gone on writing. */
  readonly ended: number;
  /** Sessions of superusers, whom nobody but the vendor can end: Supabase's own services. */
  readonly vendors: number;
}

/** `3 sessions ended, 24 tables refuse every write`, and what is weaker. */
export function fenceInWords({ ended, guarded, unguarded }: Pick<Fenced, "ended" | keyof Guarded>): string {
  const weak = unguarded.length === 0 ? "" : `; ${unguarded.join(", ")} ${unguarded.length === 1 ? "refuses" : "refuse"} all but who asks for a writing transaction by name`;
  return `${ended} sessions ended, ${guarded} tables refuse every write${weak}`;
}

/** Milliseconds for a connection, and for the ends of sessions. A host that swallows packets must not cost more of the objective. */
export interface FenceTiming {
  readonly connect: number;
  readonly sessions: number;
}
const usual: FenceTiming = { connect: 10_000, sessions: 15_000 };

/** SQLSTATE `read_only_sql_transaction`. */
const readOnly = "25006";

/**
 * Makes every transaction of a database read-only from now on (`default_transaction_read_only`), ends the sessions that began before, has
 * every table refuse those that ask for a writing transaction by name (`begin read write`; fence-guard.ts), and proves both with a connection
 * of its own. Harmless when repeated.
 *
 * Whoever owns the tables can still take the fence down, as `unfence` does, or make new tables: this keeps programs out, not an operator.
 *
 * @param url with password; never in a message
 * @param what as messages name the database: "prod's database"
 * @throws CHI-H081 when it cannot be reached, CHI-H082 when it refuses, CHI-H083 when sessions stay, CHI-H084 when a write still succeeds
 */
export async function fence(url: string, what: string, timing: FenceTiming = usual): Promise<Fenced> {
  const client = await connected(url, what, timing);
  try {
    const before = await isFenced(client);
    await client.query("set default_transaction_read_only = off");
    if (!before) await client.query(await statement(client, "set default_transaction_read_only = on"));
    const ended = await endSessions(client, what, timing);
    let more = 0;
    const guarded = await placeGuard(client, async () => (more += (await endListed(client, what, timing)).ended), timing.sessions);
    await proveRefusal(url, what, timing);
    return { before, ...ended, ended: ended.ended + more, ...guarded };
  } catch (error) {
    throw refused(error, url, what, "cannot be made read-only");
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Takes a fence away, and proves that a new connection may write. Harmless when there is none. @throws as `fence`; CHI-H085 when a write is still refused */
export async function unfence(url: string, what: string, timing: FenceTiming = usual): Promise<{ readonly before: boolean }> {
  const client = await connected(url, what, timing);
  try {
    const before = await isFenced(client);
    await client.query("set default_transaction_read_only = off");
    await removeGuard(client, await statement(client, "reset default_transaction_read_only"), () => endListed(client, what, timing), timing.sessions);
    if (before) await endSessions(client, what, timing);
    await proveWrite(url, what, timing);
    return { before };
  } catch (error) {
    throw refused(error, url, what, "cannot be opened for writing again");
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What a database's address answers. A server that refuses the password is alive: others may still write to it. */
export type Answer = "writable" | "fenced" | "refuses" | "silent";

/** Asks once, and writes nothing. */
export async function askDatabase(url: string, timing: FenceTiming = usual): Promise<Answer> {
  const client = open(url, timing);
  try {
    await client.connect();
    return (await isFenced(client)) ? "fenced" : "writable";
  } catch (error) {
    return error instanceof DatabaseError ? "refuses" : "silent";
  } finally {
    await client.end().catch(() => undefined);
  }
}

function open(url: string, { connect }: FenceTiming): Client {
  const client = new Client({ ...clientOptions(url), application_name: "chisan dr", connectionTimeoutMillis: connect, query_timeout: 30_000 });
  // Without a listener a connection that breaks would end the process; the query that was running fails with the same words.
  client.on("error", () => undefined);
  return client;
}

async function connected(url: string, what: string, timing: FenceTiming): Promise<Client> {
  const client = open(url, timing);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`CHI-H081 ${what} (${addressInWords(url)}) cannot be reached (${words}): see that it runs and admits this machine`, { cause: error });
  }
}

/** As the database itself says, not as this session was told by its role. */
async function isFenced(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ on: boolean }>(`select ${databaseIsReadOnly} as "on"`);
  return rows[0]?.on === true;
}

async function statement(client: Client, change: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>("select quote_ident(current_database()) as name");
  return `alter database ${rows[0]?.name ?? ""} ${change}`;
}

interface Ended {
  readonly ended: number;
  readonly vendors: number;
}

/** Who may have connected before the change was committed, and is not listed yet, is met in the second round. */
async function endSessions(client: Client, what: string, timing: FenceTiming): Promise<Ended> {
  const first = await endListed(client, what, timing);
  const second = await endListed(client, what, timing);
  return { ended: first.ended + second.ended, vendors: second.vendors };
}

interface OtherSession {
  pid: number;
  user: string;
  program: string;
  /** Of a superuser, when the role that asks is none. */
  vendor: boolean;
}

/** Everybody in this database. Whoever connects from now on gets the new default; there is no need to keep anybody out. */
async function endListed(client: Client, what: string, { sessions }: FenceTiming): Promise<Ended> {
  const others = async () =>
    (
      await client.query<OtherSession>(
        `select a.pid, coalesce(a.usename, '') as user, a.application_name as program, coalesce(r.rolsuper and not me.rolsuper, false) as vendor
           from pg_stat_activity a left join pg_roles r on r.oid = a.usesysid, pg_roles me
          where a.datname = current_database() and a.pid <> pg_backend_pid() and me.rolname = current_user and coalesce(a.backend_type, '') <> 'parallel worker'`,
      )
    ).rows;
  const listed = await others();
  const ours = listed.filter(({ vendor }) => !vendor).map(({ pid }) => pid);
  for (const pid of ours) {
    // Gone meanwhile is what is wanted; one that this role may not end stays, which is told below.
    await client.query("select pg_terminate_backend($1)", [pid]).catch((error: unknown) => {
      if (!(error instanceof DatabaseError)) throw error;
    });
  }
  const end = Date.now() + sessions;
  for (;;) {
    const left = (await others()).filter(({ pid }) => ours.includes(pid));
    if (left.length === 0) return { ended: ours.length, vendors: listed.length - ours.length };
    if (Date.now() > end) {
      const who = left.slice(0, 3).map(({ user, program }) => `${user}${program === "" ? "" : ` (${program})`}`);
      throw new Error(`CHI-H083 ${left.length} of the sessions of ${what} that may still write could not be ended (${who.join(", ")}): end them there, then type the same command again`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A write by a new connection, as the applications would make it; undone should it succeed. */
async function write(url: string, what: string, timing: FenceTiming): Promise<string | undefined> {
  const client = await connected(url, what, timing);
  try {
    await client.query("begin");
    await client.query("create temporary table chisan_dr_probe (written int) on commit drop");
    await client.query("insert into chisan_dr_probe values (1)");
    await client.query("rollback");
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError && error.code !== undefined) return error.code;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function proveRefusal(url: string, what: string, timing: FenceTiming): Promise<void> {
  const code = await write(url, what, timing);
  if (code === readOnly) return proveGuard(url, what, timing);
  const found = code === undefined ? "succeeded" : `failed for another reason (${code})`;
  throw new Error(
    `CHI-H084 a write to ${what} after it was made read-only ${found}, 25006 was expected: a setting of its role may go before the database's (alter role … reset default_transaction_read_only there), then type the same command again`,
  );
}

async function proveGuard(url: string, what: string, timing: FenceTiming): Promise<void> {
  const client = await connected(url, what, timing);
  try {
    const open = await openTables(client);
    if (open.length > 0) {
      throw new Error(`CHI-H084 ${open.slice(0, 3).join(", ")}${open.length > 3 ? ` and ${open.length - 3} more tables` : ""} of ${what} can still be written by \`begin read write\`: somebody switched the trigger chisan_fence off; type the same command again`);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function proveWrite(url: string, what: string, timing: FenceTiming): Promise<void> {
  const code = await write(url, what, timing);
  if (code !== undefined) throw new Error(`CHI-H085 ${what} still refuses a write (${code}) after its fence was taken away: see what keeps it read-only, then type the same command again`);
}

function refused(error: unknown, url: string, what: string, verb: string): Error {
  if (error instanceof Error && error.message.startsWith("CHI-")) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new Error(`CHI-H082 ${what} (${addressInWords(url)}) ${verb} (${words}): give its role the right to alter the database, then type the same command again`, { cause: error });
}
