/** Connections to a database by its URL: for `pg`, and for PostgreSQL's own programs, which get nothing secret as an argument. */
import { Socket } from "node:net";
import { Client, type ClientConfig } from "pg";
import { clientOptions } from "../../../supabase/client-options";

const words = { sslmode: "PGSSLMODE", sslrootcert: "PGSSLROOTCERT", application_name: "PGAPPNAME" } as const;

/** @throws CHI-A053 when it is no URL of PostgreSQL; the text is not repeated, as it holds a password */
function parsed(url: string, what: string): URL {
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return new URL(url);
  throw new Error(`CHI-A053 ${what} is no URL of PostgreSQL: postgresql://<role>:<password>@<host>:5432/<database>`);
}

function part(text: string): string {
  return decodeURIComponent(text);
}

/** What `psql`, `pg_dump` and `pg_restore` read instead of arguments. A `host` in the query is the folder of a socket. */
export function libpqEnvironment(url: string, what = "the database's address"): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname, searchParams } = parsed(url, what);
  const environment: NodeJS.ProcessEnv = {
    PGHOST: searchParams.get("host") ?? part(hostname).replace(/^\[|\]$/g, ""),
    PGUSER: part(username),
    PGDATABASE: part(pathname.slice(1)),
    PGCONNECT_TIMEOUT: "15",
  };
  if (port !== "" || searchParams.has("port")) environment["PGPORT"] = port !== "" ? port : (searchParams.get("port") ?? "");
  if (password !== "") environment["PGPASSWORD"] = part(password);
  for (const [name, variable] of Object.entries(words)) {
    const value = searchParams.get(name);
    if (value !== null) environment[variable] = value;
  }
  return environment;
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const other = parsed(url, "the database's address");
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.toString();
}

/** Where a target is, without the secret: `postgres@host:port/database`. */
export function addressInWords(url: string): string {
  const { PGUSER, PGHOST, PGPORT = "5432", PGDATABASE } = libpqEnvironment(url);
  return `${PGUSER}@${PGHOST}:${PGPORT}/${PGDATABASE}`;
}

/**
 * An open connection. The caller ends it; a connection that the server drops ends the query that runs, and none else.
 *
 * @param what named in the error instead of the URL
 * @param signal cuts the connection; what runs on it then fails, here and at the server
 * @throws CHI-A054 when the server cannot be reached or refuses
 */
export async function connectTo(url: string, what: string, signal?: AbortSignal): Promise<Client> {
  signal?.throwIfAborted();
  const socket = new Socket();
  const settings: ClientConfig = { ...clientOptions(parsed(url, what).toString()), application_name: "chisan restore", connectionTimeoutMillis: 15_000, keepAlive: true, stream: () => socket };
  const client = new Client(settings);
  const cut = () => socket.destroy();
  signal?.addEventListener("abort", cut, { once: true });
  socket.once("close", () => signal?.removeEventListener("abort", cut));
  // Without a listener a dropped connection would end the process; the query that was running fails with the same words.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Error(`CHI-A054 ${what} (${addressInWords(url)}) cannot be reached: ${error instanceof Error ? error.message : String(error)}: see that it runs and admits this machine`, { cause: error });
  }
  return client;
}
