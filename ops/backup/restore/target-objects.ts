/** What a target has before a restore: what the vendor made, and whether anything of ours is in it. */
import type { ClientBase } from "pg";
import { z } from "zod";
import type { TargetObjects } from "./select-entries";
import { isManagedSchema, ledgerSchema, rowsRule } from "./vendor";

const names = z.array(z.string()).transform((list): ReadonlySet<string> => new Set(list));
const factsSchema = z.strictObject({
  schemas: names,
  extensions: names,
  availableExtensions: names,
  relations: names,
  triggers: names,
  policies: names,
  publications: names,
  ownerRoles: names,
});

export function factsFromJson(value: unknown): TargetObjects {
  return factsSchema.parse(value);
}

export function factsToJson(facts: TargetObjects): string {
  return JSON.stringify(Object.fromEntries(Object.entries(facts).map(([name, set]) => [name, [...(set as ReadonlySet<string>)]])));
}

/** One query for each: a catalogue is read as `text[]`. */
const questions: Readonly<Record<keyof TargetObjects, string>> = {
  schemas: "select nspname from pg_namespace",
  extensions: "select extname from pg_extension",
  availableExtensions: "select name from pg_available_extensions",
  relations: "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f')",
  triggers:
    "select n.nspname || '.' || c.relname || ' ' || t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal",
  policies: "select n.nspname || '.' || c.relname || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace",
  publications: "select pubname from pg_publication",
  // "Member" and not "usage": a role that is not inherited can be set all the same.
  ownerRoles: "select rolname from pg_roles where pg_has_role(current_user, oid, 'member')",
};

export async function readTargetObjects(client: ClientBase): Promise<TargetObjects> {
  const columns = Object.entries(questions).map(([name, query]) => `array(select x::text from (${query}) as q (x)) as "${name}"`);
  const { rows } = await client.query<Record<string, string[]>>(`select ${columns.join(",\n")}`);
  return factsFromJson(rows[0]);
}

/**
 * What is in the database that no fresh project has, in words; empty for a fresh one.
 *
 * A project to which only our migrations were applied is not fresh: the backup brings the schema as it was, and two are not merged.
 */
export async function contentOf(client: ClientBase): Promise<string[]> {
  const { rows: relations } = await client.query<{ schema: string; name: string }>(`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname not like 'pg\\_%'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'i', 'a'))
    order by 1, 2`);
  const found: string[] = [];
  for (const { schema, name } of relations) {
    if (schema === ledgerSchema) continue;
    if (!isManagedSchema(schema) && schema !== "supabase_migrations") found.push(`${schema}.${name}`);
  }
  for (const [schema, name] of await tablesWithOurRows(client)) found.push(`rows in ${schema}.${name}`);
  const { rows: others } = await client.query<{ what: string; schema: string }>(`
    select 'function ' || n.nspname || '.' || p.proname as what, n.nspname as schema from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    union all select 'type ' || n.nspname || '.' || t.typname, n.nspname from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where t.typrelid = 0 and t.typelem = 0 and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype in ('e', 'i'))
    union all select 'schema ' || nspname, nspname from pg_namespace where nspname not in ('public', 'supabase_migrations')
      and not exists (select from pg_depend d where d.classid = 'pg_namespace'::regclass and d.objid = pg_namespace.oid and d.deptype = 'e')
    union all select 'large object ' || oid, '' from pg_largeobject_metadata
    order by 1`);
  for (const { what, schema } of others) if (!isManagedSchema(schema) && schema !== ledgerSchema) found.push(what);
  return found;
}

/** Tables that a fresh project has too, and that hold something of ours when they hold a row. */
async function tablesWithOurRows(client: ClientBase): Promise<[string, string][]> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    "select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' order by 1, 2",
  );
  const ours = rows.filter(({ schema, name }) => (isManagedSchema(schema) || schema === "supabase_migrations") && !schema.startsWith("pg_") && schema !== "information_schema" && typeof rowsRule(schema, name) === "string");
  const filled: [string, string][] = [];
  for (const { schema, name } of ours) {
    const { rows: answer } = await client.query<{ filled: boolean }>(`select exists (select from ${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}) as filled`);
    if (answer[0]?.filled === true) filled.push([schema, name]);
  }
  return filled;
}
