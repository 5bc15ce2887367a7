import { stackPolicy, type PolicyResource } from "../framework/policy";
import type { FollowedSchema } from "./schema/follow-statements";
import { migratedSchema } from "./schema/migrated-schema";
import { tablesWithoutPolicies } from "./tables-without-policies";

const database = "supabase:index/project:Project";
/** What the REST API shows (components/database-settings.ts). */
const shown = "public.";

/** The migrations are every environment's, so the same is found in each. */
export const rowLevelSecurity = stackPolicy({
  id: "row-level-security",
  title: "Row level security is on for every table of the public schema, with a policy or a reason for having none; and no role, function, extension or policy for everyone passes it",
  severity: "critical",
  section: "1.3",
  why: "whoever has the anon key, which is in every browser, reads and writes each row of a table without it",
  remediation: "add a migration: alter table public.<table> enable row level security; create policy … (or name the table in policies/environment-parity/tables-without-policies.ts); where something passes it or cannot be followed, the violation says what to write instead",
  check: (resources, report) => {
    const [first] = resources.filter(({ type }) => type === database);
    // Parsing costs time, and without a database there is nothing that the migrations would be applied to.
    if (first === undefined) return;
    for (const problem of schemaProblems(migratedSchema(), tablesWithoutPolicies)) report(problem, first as PolicyResource);
  },
});

/** @param without tables that need no policy, with the reason */
export function schemaProblems({ tables, opaque, bypasses }: FollowedSchema, without: Readonly<Record<string, string>>): string[] {
  const problems = [
    ...opaque.map(({ file, what, instead }) => `supabase/migrations/${file} has ${what}, which cannot be followed; ${instead}`),
    ...bypasses.map(({ file, what, instead }) => `supabase/migrations/${file} has ${what}; ${instead}`),
  ];
  for (const [name, { kind, secured, policies, open, file }] of Object.entries(tables)) {
    if (!name.startsWith(shown)) continue;
    const where = `${kind} ${name} (supabase/migrations/${file})`;
    if (kind === "view") {
      if (!secured) problems.push(`${where} reads with its owner's rights, past row level security; allowed: with (security_invoker = true)`);
      continue;
    }
    for (const policy of open)
      problems.push(`policy ${policy} of ${where} lets in whoever has the anon key; allowed: to authenticated, or an expression that asks who the caller is in each of its alternatives`);
    if (kind !== "table") problems.push(`${where} cannot have row level security; allowed: another schema than public`);
    else if (!secured) problems.push(`row level security of ${where} is off; allowed: on`);
    else if (policies.length === 0 && without[name] === undefined) problems.push(`${where} has no policy, and no reason for having none`);
  }
  for (const [name, reason] of Object.entries(without)) {
    const table = tables[name];
    if (reason.trim().length < 10) problems.push(`${name} is without policies for the reason "${reason}"; allowed: a sentence`);
    if (table === undefined) problems.push(`tables-without-policies.ts names ${name}, which is not there; remove it`);
    else if (table.policies.length > 0) problems.push(`tables-without-policies.ts names ${name}, which has policies (${table.policies.join(", ")}); remove it`);
  }
  return problems;
}
