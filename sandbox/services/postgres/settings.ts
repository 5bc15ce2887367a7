/** What stands in the configuration files of a sandbox database. */

/** Server settings by name, as `postgresql.conf` takes them, without the quotes. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Small, since several sandboxes run on one machine, and otherwise the vendor's: TLS, SCRAM, UTC, `pg_stat_statements`.
 *
 * @param durable false switches off what only matters when the machine fails: for tests
 */
export function baseSettings(port: number, durable: boolean): Settings {
  return {
    listen_addresses: "127.0.0.1",
    port: String(port),
    // TCP only, as at the vendor: no path whose length is limited, nothing beside TLS and passwords that lets anyone in.
    unix_socket_directories: "",
    ssl: "on",
    ssl_cert_file: "../server.crt",
    ssl_key_file: "../server.key",
    ssl_min_protocol_version: "TLSv1.2",
    password_encryption: "scram-sha-256",
    max_connections: "60",
    shared_buffers: "32MB",
    huge_pages: "off",
    min_wal_size: "32MB",
    max_wal_size: "512MB",
    jit: "off",
    shared_preload_libraries: "pg_stat_statements",
    timezone: "UTC",
    log_timezone: "UTC",
    lc_messages: "C",
    default_text_search_config: "pg_catalog.english",
    log_line_prefix: "%m [%p] ",
    log_checkpoints: "off",
    // A statement that failed may hold a password, or rows: only its error is logged.
    log_min_error_statement: "panic",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off" }),
  };
}

/** The text of `postgresql.conf`. `postgresql.auto.conf` (ALTER SYSTEM) still comes after it. */
export function settingsFile(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`);
  return ["# Written by the sandbox at each start: sandbox/services/postgres/settings.ts", ...lines, ""].join("\n");
}

/** The text of `pg_hba.conf`: over TLS and with a password, or not at all. */
export const accessFile = [
  "# Written by the sandbox at each start: sandbox/services/postgres/settings.ts",
  "hostssl all         all 127.0.0.1/32 scram-sha-256",
  "hostssl replication all 127.0.0.1/32 scram-sha-256",
  "",
].join("\n");
