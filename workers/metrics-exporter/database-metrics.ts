/** The database itself, asked over TLS: connections, and the statements' counters. */
import { Socket } from "node:net";
import { Client, type ClientConfig } from "pg";
import { ExporterError, words } from "./exporter-error";
import type { StatementCounters, StatementReading } from "./statement-activity";

export interface DatabaseSource {
  /** The API's `DATABASE_URL`; its rights are dropped at once, see `becomeMetricsRole`. */
  readonly url: string;
  /**
   * The certificate authority of the server, PEM. Without it the connection is encrypted, but the server is not identified: who can redirect
   * the traffic between our NAT and Supabase could read the password. `sslmode=require` of `DATABASE_URL` means the same for psql.
   */
  readonly certificateAuthority: string | undefined;
}

export interface DatabaseMetrics {
  /** Open connections divided by those that are not reserved for superusers; above 1 when superusers use theirs. */
  readonly connectionUtilization: number;
  readonly reading: StatementReading;
}

/** Made by the migration `create_metrics_role`. */
export const metricsRole = "chisan_metrics";

/** A connection through the NAT may take seconds on a cold start; a query of counters takes milliseconds. */
const connectMs = 12_000;
const queryMs = 8_000;

/** @throws ExporterError CHI-X001 for a URL that is none */
export function connectionConfig({ url, certificateAuthority }: DatabaseSource): ClientConfig {
  // Not left to the driver: its own failure to read a URL may quote it.
  if (!URL.canParse(url)) throw new ExporterError("CHI-X001", "DATABASE_URL is no URL: deploy the present one with npx pulumi up");
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: port === "" ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: certificateAuthority === undefined ? { rejectUnauthorized: false } : { ca: certificateAuthority, rejectUnauthorized: true },
    application_name: "chisan-metrics-exporter",
    connectionTimeoutMillis: connectMs,
    query_timeout: queryMs,
    // The server gives up first, so that nothing is left running there.
    statement_timeout: queryMs - 1_000,
  };
}

/** @throws ExporterError CHI-X005 when the database cannot be asked, CHI-X006 when the migration is missing */
export async function readDatabaseMetrics(
  config: ClientConfig,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<DatabaseMetrics> {
  // Ours, so that a connection that hangs can be ended: the driver's own `end` waits for the other side.
  const socket = new Socket();
  const client = new Client({ ...config, stream: () => socket });
  // A connection that breaks while idle is an event, not a rejection; the query after it fails with the same words.
  client.on("error", () => undefined);
  let abort = (): void => undefined;
  // The driver's own promises stay open when its connection is ended while it is made.
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([client.connect().then(() => ask(client, now)), aborted]);
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    throw failure(error);
  } finally {
    signal.removeEventListener("abort", abort);
    // Not waited for: all was read, or the failure is on its way already.
    client.end().catch(() => undefined);
  }
}

async function ask(client: Client, now: () => number): Promise<DatabaseMetrics> {
  await becomeMetricsRole(client);
  const { rows } = await client.query<{ connections: number; connection_limit: number; counters_since: string }>(
    "select connections, connection_limit, counters_since::text from private.connection_use()",
  );
  const at = now();
  const statements = await client.query<{ statement: string; calls: string; mean_ms: number; deviation_ms: number }>(
    "select statement, calls, mean_ms, deviation_ms from private.statement_counters()",
  );
  const use = rows[0];
  if (use === undefined || !(use.connection_limit > 0)) {
    throw new ExporterError(
      "CHI-X005",
      `the database says that ${use?.connection_limit ?? "no"} connections are allowed: see max_connections`,
    );
  }
  const counters = statements.rows.map(({ statement, calls, mean_ms, deviation_ms }): [string, StatementCounters] => [
    statement,
    { calls: Number(calls), meanMs: mean_ms, deviationMs: deviation_ms },
  ]);
  return {
    connectionUtilization: use.connections / use.connection_limit,
    reading: { at, countersSince: use.counters_since, statements: new Map(counters) },
  };
}

/**
 * From here on the session can call the two functions that return counters, and nothing else: no table, no text of a statement.
 *
 * It limits what a mistake in this program can do. It does not limit who takes over the process: the session may return to its login role
 * (`reset role`), and the URL is in the process's memory. See docs/adr/0007-exporter-is-a-service.md.
 */
async function becomeMetricsRole(client: Client): Promise<void> {
  await client.query(`set role ${metricsRole}`);
}

function failure(error: unknown): ExporterError {
  if (error instanceof ExporterError) return error;
  const code = (error as { code?: unknown }).code;
  // invalid_parameter_value (no such role), invalid_schema_name, undefined_function, insufficient_privilege
  if (typeof code === "string" && ["22023", "3F000", "42883", "42501"].includes(code)) {
    return new ExporterError("CHI-X006", `the database refuses its metrics (${words(error)}): apply the migration create_metrics_role`);
  }
  return new ExporterError(
    "CHI-X005",
    `the database cannot be asked (${words(error)}): see its status, and the network restrictions for the NAT's addresses`,
  );
}
