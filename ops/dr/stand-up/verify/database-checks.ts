/** The restored database, as its owner sees it. */
import type { ClientBase } from "pg";
import type { Manifest } from "../../../backup/format/manifest";
import { countAgainstManifest, differencesInWords, isHistory } from "../database/row-counts";
import { stillActing } from "../database/switched-off";
import type { Check } from "./check";

export interface DatabaseChecked {
  readonly client: ClientBase;
  readonly manifest: Manifest;
  /** Migrations that were applied after the restore: they may change rows. */
  readonly migrated: readonly string[];
  /** `chisan:companyDomain`. */
  readonly companyDomain: string;
}

/** What the business lives on (section 4.2: "check critical tables"). */
const critical = ["stocks", "orders"] as const;

export function databaseChecks(checked: DatabaseChecked): Check[] {
  const { client } = checked;
  return [
    { name: "row counts", run: () => rowCounts(checked) },
    ...critical.map((table) => ({ name: `critical table ${table}`, run: () => criticalTable(checked, table) })),
    { name: "row level security", run: () => rowLevelSecurity(client) },
    { name: "login rule", run: () => loginRule(client, checked.companyDomain) },
    { name: "nothing acts by itself", run: () => nothingActs(client) },
  ];
}

async function rowCounts({ client, manifest, migrated }: DatabaseChecked): Promise<string> {
  const { tables, rows, differences } = await countAgainstManifest(client, manifest);
  // The history has a row for each migration since, exactly.
  const wrong = differences.filter((each) => !isHistory(each) || each.found !== each.expected + migrated.length);
  if (wrong.length === 0) return `${tables} tables, ${rows} rows, as the manifest says${migrated.length === 0 ? "" : ` and ${migrated.length} migrations since`}`;
  if (migrated.length > 0) return `${tables} tables, ${rows} rows; after ${migrated.length} migrations ${differencesInWords(wrong)}`;
  throw new Error(differencesInWords(wrong));
}

/** There, with its checks and foreign keys in force, and how new it is: a person sees at once whether that is the day expected. */
async function criticalTable({ client, manifest, migrated }: DatabaseChecked, table: (typeof critical)[number]): Promise<string> {
  const { rows: constraints } = await client.query<{ valid: boolean; keys: string }>(
    "select coalesce(bool_and(convalidated), true) as valid, count(*) filter (where contype in ('p', 'f')) as keys from pg_constraint where conrelid = $1::regclass",
    [`public.${table}`],
  );
  const [constraint] = constraints;
  if (constraint?.valid !== true || Number(constraint.keys) === 0) throw new Error(`public.${table} is without its keys`);
  const { rows } = await client.query<{ count: string; newest: string | null }>(`select count(*) as count, to_char(max(updated_at) at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS') as newest from public.${table}`);
  const [count, expected] = [Number(rows[0]?.count), manifest.tables[`public.${table}`] ?? 0];
  if (count !== expected && migrated.length === 0) throw new Error(`${count} rows, the manifest ${expected}`);
  return `${count} rows, ${typeof rows[0]?.newest === "string" ? `the newest of ${rows[0].newest} UTC` : "none"}`;
}

/** Enabled and forced on each table of the exposed schema, and nobody without an account may do anything. */
async function rowLevelSecurity(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string; secured: boolean; open: boolean }>(
    `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as secured,
       has_table_privilege('anon', c.oid, 'select, insert, update, delete') as open
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1`,
  );
  const bare = rows.filter(({ secured }) => !secured).map(({ name }) => name);
  if (bare.length > 0) throw new Error(`off, or not forced, on ${bare.join(", ")}`);
  const open = rows.filter((row) => row.open).map(({ name }) => name);
  if (open.length > 0) throw new Error(`anon may use ${open.join(", ")}`);
  if (rows.length === 0) throw new Error("there is no table in public");
  return `on and forced on ${rows.length} tables; anon may use none`;
}

/** The hook is called as Supabase Auth does, with the payload of its documentation (supabase/signup-domain.test.ts). */
async function loginRule(client: ClientBase, companyDomain: string): Promise<string> {
  const admitted = async (email: string) => {
    const event = { metadata: { uuid: "00000000-0000-4000-8000-000000000000", time: new Date().toISOString(), name: "before-user-created", ip_address: "192.0.2.1" }, user: { email } };
    const { rows } = await client.query<{ answer: { error?: unknown } }>("select private.restrict_signup_to_company($1) as answer", [JSON.stringify(event)]);
    return rows[0]?.answer.error === undefined;
  };
  const outsiders = ["outsider@example.com", `outsider@${companyDomain}.example.com`, `outsider@sub.${companyDomain}`];
  for (const outsider of outsiders) if (await admitted(outsider)) throw new Error(`${outsider} may sign up`);
  if (!(await admitted(`somebody@${companyDomain}`))) throw new Error(`somebody@${companyDomain} may not sign up`);
  return `${companyDomain} may sign up, outsiders may not`;
}

async function nothingActs(client: ClientBase): Promise<string> {
  const acting = await stillActing(client);
  if (acting.length > 0) throw new Error(`${acting.slice(0, 5).join(", ")} would act`);
  return "every cron job and webhook is off";
}
