/**
 * What answers in the place of CHISAN's API, which is built in another repository: it reads and writes the database that the revision's own
 * variables name, and nothing else.
 */
import { Client, type ClientBase } from "pg";
import { environmentSlug, stackNames } from "../../../config/naming";
import { clientOptions } from "../../../supabase/client-options";
import type { World } from "../../world/world";
import { BrokenHop } from "./broken-hop";
import type { Instance } from "./cloud-run";
import { requireWayToDatabase } from "./way-out";

/** JSON that an application answers. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The hop behind the application that is broken. */
  readonly broken?: BrokenHop;
}

/** A visitor waits so long for a database that does not answer, milliseconds. */
const patience = 5000;

/** Where a write is tried. It exists while one is: a backup or a comparison of the schema does not meet it. */
const smokeSchema = "chisan_smoke";
/** Held while a write is tried. Any constant will do. */
const smokeLock = 4_201_512;

/** Section 4.2's critical tables: without them the application works for nobody, whatever the database says of itself. */
const criticalTables = ["stocks", "orders"];

/**
 * `/health/live` says that it runs; `/health` what the database says, with 503 when it does not answer; `/smoke` likewise, and 503 when the
 * critical tables are not there; `/smoke?write=1` writes a row, reads it back over a second connection and removes it. All also below `/api`.
 */
export async function answerAsApi(world: World, instance: Instance, url: URL): Promise<Answer> {
  const { region, service, revision, environment } = instance;
  const slug = environment.get("DEPLOYMENT_ENVIRONMENT") ?? "";
  const self = {
    stack: stackNames.find((stack) => environmentSlug(stack) === slug) ?? slug,
    service,
    region,
    revision,
    version: environment.get("APP_VERSION") ?? "",
  };
  switch (url.pathname.replace(/^\/api(?=\/)/, "").replace(/\/$/, "")) {
    case "/health/live":
      return { status: 200, body: { ...self, alive: true } };
    case "/health/ready":
    case "/health":
    case "/smoke": {
      const smoke = url.pathname.endsWith("/smoke");
      const write = smoke && url.searchParams.get("write") === "1";
      try {
        const seen = await inDatabase(world, instance, (client, connect) => look(client, write ? connect : undefined));
        return report(self, seen, { smoke, write });
      } catch (error) {
        const broken = error instanceof BrokenHop ? error : undefined;
        return { status: 503, body: { ...self, database: wordsOf(error), counts: {} }, ...(broken === undefined ? {} : { broken }) };
      }
    }
    default:
      return {
        status: 404,
        body: { ...self, error: `the stand-in for CHISAN's API has no ${url.pathname}: ask for /health, /health/live or /smoke` },
      };
  }
}

interface Seen {
  readonly readOnly: boolean;
  readonly counts: Record<string, number>;
  /** Whether the written row was read back; undefined when none was written. */
  readonly written: boolean | undefined;
}

function report(self: object, { readOnly, counts, written }: Seen, { smoke, write }: { smoke: boolean; write: boolean }): Answer {
  const missing = smoke ? criticalTables.filter((name) => !(name in counts)) : [];
  const works = missing.length === 0 && (!write || written === true);
  const body = { ...self, database: readOnly ? "read-only" : "ok", counts, ...(write ? { written: written === true } : {}) };
  return { status: works ? 200 : 503, body: missing.length === 0 ? body : { ...body, missing } };
}

type Connect = () => Promise<Client>;

async function inDatabase(world: World, instance: Instance, work: (client: Client, connect: Connect) => Promise<Seen>): Promise<Seen> {
  const databaseUrl = instance.environment.get("DATABASE_URL");
  if (databaseUrl === undefined || !URL.canParse(databaseUrl))
    throw new BrokenHop(
      "CHI-S272",
      "database",
      503,
      `DATABASE_URL of ${instance.revision} is ${databaseUrl === undefined ? "not set" : "no address"}: correct stacks/environment-values.ts`,
    );
  requireWayToDatabase(world, instance, databaseUrl);
  const open: Client[] = [];
  const connect = async (): Promise<Client> => {
    const client = new Client({
      ...clientOptions(databaseUrl),
      connectionTimeoutMillis: patience,
      statement_timeout: patience,
      lock_timeout: patience / 2,
      application_name: "chisan-sandbox-edge",
    });
    // A connection that breaks is told by the query that uses it.
    client.on("error", () => undefined);
    open.push(client);
    await client.connect();
    return client;
  };
  try {
    return await work(await connect(), connect);
  } finally {
    await Promise.allSettled(open.map((client) => client.end()));
  }
}

async function look(client: Client, connect: Connect | undefined): Promise<Seen> {
  const { rows } = await client.query<{ off: boolean }>(
    "select current_setting('transaction_read_only')::bool or pg_is_in_recovery() as off",
  );
  const readOnly = rows[0]?.off === true;
  const counts = await countRows(client);
  if (connect === undefined || readOnly) return { readOnly, counts, written: undefined };
  return { readOnly, counts, written: await tryWrite(client, connect) };
}

/** Rows of each table of the application's own schema. */
async function countRows(client: ClientBase): Promise<Record<string, number>> {
  const { rows: tables } = await client.query<{ name: string; count: string }>(
    `select c.relname as name, format('select %L as name, count(*)::text as count from %I.%I', c.relname, n.nspname, c.relname) as count
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  if (tables.length === 0) return {};
  const { rows } = await client.query<{ name: string; count: string }>(tables.map(({ count }) => count).join(" union all "));
  return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]).sort());
}

async function tryWrite(client: Client, connect: Connect): Promise<boolean> {
  await client.query("select pg_advisory_lock($1)", [smokeLock]);
  await client.query(
    `begin; create schema if not exists ${smokeSchema}; create table if not exists ${smokeSchema}.writes (row uuid primary key); commit`,
  );
  const { rows } = await client.query<{ row: string }>(`insert into ${smokeSchema}.writes values (gen_random_uuid()) returning row`);
  const row = rows[0]?.row ?? "";
  const reader = await connect();
  const { rowCount } = await reader.query(`select from ${smokeSchema}.writes where row = $1`, [row]);
  // A backup that is under way holds the table: the next write removes it then.
  await client.query(`drop schema ${smokeSchema} cascade`).catch((error: Error & { code?: string }) => {
    if (error.code !== "55P03") throw error;
  });
  return rowCount === 1;
}

/** What a driver says, without line ends. It names host, port, role and database, and no password. */
function wordsOf(error: unknown): string {
  const inner = error instanceof AggregateError ? (error.errors as unknown[])[0] : error;
  return (inner instanceof Error ? inner.message : String(inner)).replaceAll("\n", " ");
}
