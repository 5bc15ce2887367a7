/**
 * What Supabase itself sets up and keeps in a project's database, and what of it belongs to us. Sources: the schemas that `supabase db dump`
 * excludes, the roles of Supabase's Postgres image, and its documentation of a restore into a new project (design fact 5).
 */

const managedSchemas = new Set([
  "auth", "storage", "extensions", "vault", "cron", "net", "realtime", "_realtime", "graphql", "graphql_public", "pgbouncer",
  "pgsodium", "pgsodium_masks", "pgtle", "_analytics", "_supavisor", "information_schema",
]);

/** The history of our migrations, which the CLI makes at the first push: a fresh project may have it or not. */
export const migrationsSchema = "supabase_migrations";

/** Where a restore keeps its own progress; gone when it has ended. */
export const ledgerSchema = "chisan_restore";

/** Whether the vendor makes the schema, its objects, and their next version. */
export function isManagedSchema(schema: string): boolean {
  return managedSchemas.has(schema) || schema.startsWith("pg_") || (schema.startsWith("supabase_") && schema !== migrationsSchema);
}

/** Roles of the platform; `postgres` is the project's owner, in whose name we act. */
export function isManagedRole(role: string): boolean {
  return ["anon", "authenticated", "authenticator", "service_role", "postgres", "pgbouncer", "dashboard_user", "pgsodium_keyholder", "pgsodium_keyiduser", "pgsodium_keymaker", "pgtle_admin"].includes(role)
    || role.startsWith("supabase_") || role.startsWith("pg_");
}

/** Those of the vendor's that a project gets by itself, in whatever version is today's. */
export const vendorExtensions: ReadonlySet<string> = new Set(["pg_graphql", "pg_net", "pgsodium", "supabase_vault", "pg_stat_statements", "pgjwt", "pg_tle", "plpgsql"]);

/** Rows of the vendor's tables that are none of ours, by schema or `schema.table`, with the reason. */
const rowsLeftOut: Readonly<Record<string, string>> = {
  "auth.schema_migrations": "the vendor's own bookkeeping",
  "storage.migrations": "the vendor's own bookkeeping",
  "cron.job_run_details": "history of runs in another database",
  vault: "encrypted with a key that the other project keeps: set them again (select vault.create_secret(…))",
  net: "a queue of requests, which would be sent again",
  realtime: "passing messages, and the vendor's own bookkeeping",
  _realtime: "the vendor's own bookkeeping",
  supabase_functions: "the vendor's own bookkeeping",
};

/** What becomes of a table's rows: restored, put to pg_cron by its own functions, or left out for a reason. */
export type RowsRule = "restore" | "schedule" | { readonly leaveOut: string };

export function rowsRule(schema: string, table: string): RowsRule {
  if (!isManagedSchema(schema)) return "restore";
  if (schema === "cron" && table === "job") return "schedule";
  const reason = rowsLeftOut[`${schema}.${table}`] ?? rowsLeftOut[schema];
  if (reason !== undefined) return { leaveOut: reason };
  // People's accounts, and the names of stored files.
  if (schema === "auth" || schema === "storage") return "restore";
  return { leaveOut: "the vendor's own table" };
}

/** Functions of the vendor that send something out of the database when a row changes. */
export const outgoingTrigger = /\bEXECUTE (?:FUNCTION|PROCEDURE) (?:supabase_functions\.http_request|net\.http_(?:get|post|delete))\(/;
