/** What plain `pg_dump` says of a database, by object: none of the code under test has a part in it. */
import { spawnSync } from "node:child_process";
import type { PostgresCluster } from "../../../../supabase/test-support/postgres";

function dump(cluster: PostgresCluster, database: string, args: readonly string[]): string {
  const env = { ...process.env, PGHOST: cluster.socketDirectory, PGPORT: String(cluster.port), PGUSER: "supabase_admin", PGDATABASE: database };
  const { status, stdout, stderr } = spawnSync(`${cluster.binaries}/pg_dump`, args, { env, maxBuffer: 1 << 30, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Each object's statements, owners included, in alphabetical order; within an access list the order means nothing. */
export function schemaDump(cluster: PostgresCluster, database: string): string[] {
  return dump(cluster, database, ["--schema-only", "--blobs"])
    .replace(/^\\(un)?restrict .*$/gm, "")
    .split(/^--\n(?=-- Name: )/m)
    .map((text) => (/; Type: (DEFAULT )?ACL;/.test(text) ? text.split("\n").sort().join("\n") : text).trim().replace(/\n+-- PostgreSQL database dump complete[^]*$/, ""))
    .map((text) => text.replace(/\n+--$/, ""))
    .sort();
}

/** Rows, values of sequences and large objects, each table's in alphabetical order; without the vault, whose rows no backup has. */
export function rowsDump(cluster: PostgresCluster, database: string): string[] {
  return dump(cluster, database, ["--data-only", "--exclude-table-data=vault.secrets"])
    .replace(/^\\(un)?restrict .*$/gm, "")
    .split(/^--\n(?=-- (?:Data for )?Name: )/m)
    .map((text) => (/^COPY /m.test(text) ? text.split("\n").sort().join("\n") : text.trim()))
    .sort();
}
