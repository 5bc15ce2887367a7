import type { Client } from "pg";

/**
 * Makes a throw-away cluster serve TLS, with a new self-signed certificate for `localhost`, which it returns as PEM.
 *
 * The server itself makes the files, in its data folder: it would accept no others'. Needs `openssl` on the machine.
 *
 * @param admin connected as a superuser
 */
export async function serveTls(admin: Client): Promise<string> {
  const make =
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout server.key -out server.crt " +
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null && chmod 600 server.key";
  await admin.query(`copy (select 1) to program '${make}'`);
  await admin.query("alter system set ssl = on");
  await admin.query("select pg_reload_conf()");
  // The postmaster reads the files when the signal reaches it; `ssl` tells when it has.
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { rows } = await admin.query<{ ssl: string }>("select current_setting('ssl') as ssl");
    if (rows[0]?.ssl === "on") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rows } = await admin.query<{ certificate: string }>("select pg_read_file('server.crt') as certificate");
  return rows[0]?.certificate as string;
}
