import { hostname } from "node:os";
import { Client } from "pg";
import { clientOptions } from "../../../supabase/client-options";
import { addressInWords } from "../restore/connect";
import { DatabaseSocket } from "./database-socket";

/** How our sessions appear in pg_stat_activity. The server keeps 63 bytes of it. */
export function applicationName(): string {
  return `chisan backup run, process ${process.pid} on ${hostname()}`.slice(0, 63);
}

/**
 * The limits that a role or database may have set, off: a backup takes as long as it takes. The client's own loss is noticed all the same,
 * within a minute or so, so that what a killed run holds is free again.
 */
export const sessionSettings = [
  "set statement_timeout = 0",
  "set idle_in_transaction_session_timeout = 0",
  "set idle_session_timeout = 0",
  "set tcp_keepalives_idle = 20",
  "set tcp_keepalives_interval = 10",
  "set tcp_keepalives_count = 3",
  // Also by a session that waits for a lock or computes, and does not read from its client meanwhile.
  "set client_connection_check_interval = '2s'",
  // A table that is being changed (ALTER, TRUNCATE, VACUUM FULL) is waited for, but not for ever.
  "set lock_timeout = '60s'",
  // Fails where a policy would hide rows, instead of leaving them out.
  "set row_security = off",
] as const;

export interface Session {
  readonly client: Client;
  /** Resolves when the connection is lost before {@link close}. */
  readonly lost: Promise<Error>;
  /** At once, whatever it is doing; what the server does for it ends too. */
  close(): void;
}

/**
 * A session for a backup, with TLS as the URL's `sslmode` says and libpq understands it: `require` encrypts and does not ask who signed
 * the certificate, which Supabase's own authority did.
 *
 * @throws CHI-A030 when it cannot be opened
 */
export async function openSession(url: string): Promise<Session> {
  const where = addressInWords(url);
  const socket = new DatabaseSocket();
  const client = new Client({
    ...clientOptions(url),
    application_name: applicationName(),
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    stream: () => socket,
  });
  let closed = false;
  const lost = new Promise<Error>((resolve) => {
    const hear = (error?: Error) => {
      if (!closed) resolve(new Error(`CHI-A037 the connection to the database ${where} was lost (${error?.message ?? "ended by the server"}); see that it runs and run the same command again`));
    };
    client.on("error", hear);
    client.on("end", () => hear());
  });
  const close = () => {
    closed = true;
    socket.destroy();
  };
  try {
    await client.connect();
    await client.query(sessionSettings.join("; "));
  } catch (error) {
    close();
    throw new Error(`CHI-A030 the database ${where} cannot be reached (${wordsOf(error)}): see that it runs and admits this machine`, { cause: error });
  }
  return { client, lost, close };
}

function wordsOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}
