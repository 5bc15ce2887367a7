/**
 * Our roles as SQL, read from the catalogue in the snapshot's own transaction: `pg_dumpall` cannot take a snapshot, and asks for passwords that
 * only a superuser may read. Without passwords: who logs in gets a new one.
 */
import type { ClientBase } from "pg";
import { isManagedRole } from "../restore/vendor";

interface Role {
  name: string;
  attributes: string;
  comment: string | null;
}

interface Setting {
  /** Empty: of all roles. */
  role: string;
  ofDatabase: boolean;
  setting: string;
}

/** Settings that are lists of names, each of which is quoted by itself (GUC_LIST_QUOTE in PostgreSQL 15's source). */
const listSettings = new Set(["local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"]);

/**
 * Of this database at this moment, and not of its data: a fence (ops/dr/cut-over/fence.ts), or the vendor's answer to a full disk. A restored
 * database with it could not even be restored to the end.
 */
const fence = "default_transaction_read_only=";

/** The roles of the vendor's whose settings a project's owner may change. */
const tunable = new Set(["anon", "authenticated", "authenticator", "service_role", "postgres"]);

/**
 * Statements that can run again: roles that exist are altered, not made. What the restoring role may not do to roles of the vendor's is a
 * warning there, no failure.
 */
export async function rolesSql(client: ClientBase): Promise<string> {
  const roles = (await client.query<Role>(`
    select rolname as name, pg_catalog.shobj_description(oid, 'pg_authid') as comment,
      concat_ws(' ', case when rolsuper then 'superuser' end, case when rolinherit then 'inherit' else 'noinherit' end, case when rolcreaterole then 'createrole' else 'nocreaterole' end,
        case when rolcreatedb then 'createdb' else 'nocreatedb' end, case when rolcanlogin then 'login' else 'nologin' end, case when rolreplication then 'replication' end,
        case when rolbypassrls then 'bypassrls' end, 'connection limit ' || rolconnlimit, 'valid until ' || pg_catalog.quote_literal(coalesce(rolvaliduntil::text, 'infinity'))) as attributes
    from pg_catalog.pg_roles order by rolname`)).rows.filter(({ name }) => !isManagedRole(name));
  const ours = new Set(roles.map(({ name }) => name));
  const memberships = (await client.query<{ role: string; member: string; admin: boolean }>(`
    select r.rolname as role, m.rolname as member, a.admin_option as admin from pg_catalog.pg_auth_members as a
    join pg_catalog.pg_roles as r on r.oid = a.roleid join pg_catalog.pg_roles as m on m.oid = a.member order by 1, 2`)).rows
    // What the vendor's roles are to each other is the vendor's; what our migrations gave to the project's owner is not.
    .filter(({ role, member }) => ours.has(role) || ours.has(member) || (member === "postgres" && role.startsWith("pg_")));
  const settings = (await client.query<Setting>(`
    select coalesce(r.rolname, '') as role, s.setdatabase <> 0 as "ofDatabase", setting from pg_catalog.pg_db_role_setting as s
    left join pg_catalog.pg_roles as r on r.oid = s.setrole cross join lateral unnest(s.setconfig) as setting
    where s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())) order by 1, 2, 3`)).rows
    .filter(({ role, ofDatabase }) => ours.has(role) || tunable.has(role) || (role === "" && ofDatabase))
    .filter(({ role, setting }) => !(role === "" && setting.startsWith(fence)));

  return [
    "-- Roles of CHISAN: without passwords, and without those that the vendor makes.",
    ...roles.map(({ name }) => made(name)),
    ...roles.map(({ name, attributes }) => `alter role ${quotedName(name)} with ${attributes};`),
    ...roles.flatMap(({ name, comment }) => (comment === null ? [] : [`comment on role ${quotedName(name)} is ${quotedText(comment)};`])),
    ...memberships.map(({ role, member, admin }) => {
      const grant = `grant ${quotedName(role)} to ${quotedName(member)}${admin ? " with admin option" : ""};`;
      return ours.has(role) && ours.has(member) ? grant : tolerant(grant);
    }),
    ...settings.map(({ role, ofDatabase, setting }) => {
      const statement = settingStatement(setting);
      const database = ofDatabase ? "' || quote_ident(current_database()) || '" : undefined;
      const subject = role === "" ? `database ${database}` : `role ${quotedName(role).replaceAll("'", "''")}${database === undefined ? "" : ` in database ${database}`}`;
      return tolerantDynamic(`'alter ${subject} ${statement.replaceAll("'", "''")}'`);
    }),
    "",
  ].join("\n");
}

/** `set name to value`, the value quoted as `pg_dumpall` does it. */
function settingStatement(setting: string): string {
  const at = setting.indexOf("=");
  const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
  // `ext.parameter` is two names.
  const target = name.split(".").map(quotedName).join(".");
  if (!listSettings.has(name)) return `set ${target} to ${quotedText(value)}`;
  const names = [...value.matchAll(/"((?:[^"]|"")*)"|([^,\s"]+)/g)].map(([, inQuotes, plain]) => quotedText(inQuotes?.replaceAll('""', '"') ?? plain ?? ""));
  return `set ${target} to ${names.length === 0 ? "''" : names.join(", ")}`;
}

function made(name: string): string {
  return `do ${dollar(`begin if not exists (select from pg_catalog.pg_roles where rolname = ${quotedText(name)}) then create role ${quotedName(name)}; end if; end`)};`;
}

function tolerant(statement: string): string {
  return tolerantDynamic(quotedText(statement));
}

/** @param expression SQL that gives the statement */
function tolerantDynamic(expression: string): string {
  return `do ${dollar(`begin execute ${expression}; exception when insufficient_privilege or undefined_object then raise warning 'not done: %: %', ${expression}, sqlerrm; end`)};`;
}

/** In dollar quotes that the text does not contain. */
function dollar(text: string): string {
  let tag = "do";
  while (text.includes(`$${tag}$`)) tag += "x";
  return `$${tag}$${text}$${tag}$`;
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** As an ordinary literal. A backslash is one with standard_conforming_strings, which is on since PostgreSQL 9.1. */
function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
