/** The schema of a database as lines that are equal when the schema is: what the backup notes, and what a restore is compared with. */
import { createHash } from "node:crypto";
import type { ClientBase } from "pg";
import { isManagedSchema, ledgerSchema, vendorExtensions } from "../restore/vendor";
import { catalogueQueries } from "./queries";
import { normalExpression } from "./normal-expression";

/** Names without their schema would be printed differently in each session; the rest decides how constants are. */
const session = [
  "set local search_path = pg_catalog", "set local quote_all_identifiers = off", "set local timezone = 'UTC'", "set local datestyle = 'ISO, YMD'",
  "set local intervalstyle = 'postgres'", "set local extra_float_digits = 1", "set local bytea_output = 'hex'",
];

interface Fact {
  readonly schema: string;
  readonly line: string;
  /** Printed from a parse tree. */
  readonly expression: string | null;
  /** Ours, although it lies in the vendor's schema: a trigger of ours on the vendor's table, a policy. */
  readonly ours: boolean | null;
}

/**
 * A line for each fact about our schemas (tables, columns, defaults, constraints, indexes, policies, triggers, functions, views, sequences,
 * types, rights, comments …), in order. The vendor's schemas are left out, as the vendor changes them, but for our triggers and policies there; so
 * is what belongs to an extension. Rows, values of sequences and names of owners are no part of it.
 *
 * @param client inside a transaction, which keeps the session's settings to itself
 */
export async function catalogueLines(client: ClientBase): Promise<string[]> {
  await client.query(session.join("; "));
  const lines: string[] = [];
  for (const [kind, query] of Object.entries(catalogueQueries)) {
    const { rows } = await client.query<Fact>(query);
    for (const { schema, line, expression, ours } of rows) {
      if (schema === ledgerSchema || (isManagedSchema(schema) && ours !== true)) continue;
      lines.push(`${kind} ${line}${expression === null ? "" : ` ${normalExpression(expression)}`}`);
    }
  }
  const { rows } = await client.query<{ name: string; schema: string }>(
    "select e.extname as name, n.nspname as schema from pg_extension as e join pg_namespace as n on n.oid = e.extnamespace",
  );
  // Not the version: a new project has the vendor's newest.
  for (const { name, schema } of rows) if (!vendorExtensions.has(name)) lines.push(`extension ${name} in ${schema}`);
  return lines.sort();
}

/** SHA-256 of the lines, in lower-case hexadecimal. */
export function fingerprintOf(lines: readonly string[]): string {
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
