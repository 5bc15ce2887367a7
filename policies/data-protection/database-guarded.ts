import { stackPolicy } from "../framework/policy";
import { hasRealData } from "../least-privilege/reading/environments";

/** What belongs to each database, and from where on. */
const companions = [
  { type: "supabase:index/settings:Settings", what: "settings (TLS, network)", everywhere: true },
  { type: "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery", what: "point-in-time recovery", everywhere: false },
] as const;

export const databaseGuarded = stackPolicy({
  id: "database-guarded",
  title: "Each database has its settings and, where the data are real, point-in-time recovery",
  severity: "critical",
  section: "3.1",
  why: "the rules on these resources say nothing of one that is missing",
  remediation: "declare the database by components/database.ts; pointInTimeRecoveryDays: 7 in stacks/prod.ts",
  check: (resources, report, { stack }) => {
    const databases = resources.filter(({ type }) => type === "supabase:index/project:Project");
    for (const { type, what, everywhere } of companions) {
      if (!everywhere && !hasRealData(stack)) continue;
      const found = resources.filter((resource) => resource.type === type).length;
      if (found < databases.length)
        report(`${stack} has ${databases.length} database(s) and ${found} with ${what}; allowed: each`, databases[0]);
    }
  },
});
