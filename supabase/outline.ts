/** Standing in for what Supabase sets up in a project's database before the first migration. For tests and the sandbox only. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { ClientBase } from "pg";

const directory = join(__dirname, "outline");

/**
 * Creates the roles of Supabase in a cluster; those that exist are left alone.
 *
 * @param client connected to any database of the cluster as a superuser
 */
export async function applyRoleOutline(client: ClientBase): Promise<void> {
  await client.query(readFileSync(join(directory, "00_roles.sql"), "utf8"));
}

/**
 * Creates the schemas, tables, functions, extensions and default privileges of Supabase in an empty database, in one transaction.
 *
 * @param client connected as a superuser to a database that the role `postgres` owns; `applyRoleOutline` came first
 */
export async function applyDatabaseOutline(client: ClientBase): Promise<void> {
  const files = outlineFiles().filter((file) => basename(file) !== "00_roles.sql");
  // One query of several statements is one transaction.
  await client.query(files.map((file) => readFileSync(file, "utf8")).join("\n"));
}

/** The outline's files, in the order in which they are applied; the first makes the roles. */
export function outlineFiles(): string[] {
  return readdirSync(directory)
    .filter((file) => /^\d\d_.*\.sql$/.test(file))
    .sort()
    .map((file) => join(directory, file));
}
