import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { hasRealData } from "../least-privilege/reading/environments";
import { shown } from "../least-privilege/reading/properties";

const databaseType = "supabase:index/project:Project";

/** What belongs to each database, and from where on. */
const companions = [
  { type: "supabase:index/settings:Settings", what: "settings (TLS, network)", everywhere: true },
  { type: "pulumi-nodejs:dynamic/chisan:PointInTimeRecovery", what: "point-in-time recovery", everywhere: false },
] as const;

/** What says by `projectRef` which database it is of. */
const referring: readonly string[] = [
  ...companions.map(({ type }) => type),
  "pulumi-nodejs:dynamic/chisan:PostgresVersion",
  "pulumi-nodejs:dynamic/chisan:DedicatedIpv4",
];

export const databaseGuarded = stackPolicy({
  id: "database-guarded",
  title: "Each database has its settings and, where the data are real, point-in-time recovery, and they are of this stack's database",
  severity: "critical",
  section: "3.1",
  why: "the rules on these resources say nothing of one that is missing, or that is another database's",
  remediation: "declare the database by components/database.ts; pointInTimeRecoveryDays: 7 in stacks/prod.ts",
  check: (resources, report, { stack }) => {
    const databases = resources.filter(({ type }) => type === databaseType);
    for (const { type, what, everywhere } of companions) {
      if (!everywhere && !hasRealData(stack)) continue;
      const found = resources.filter((resource) => resource.type === type).length;
      if (found < databases.length)
        report(`${stack} has ${databases.length} database(s) and ${found} with ${what}; allowed: each`, databases[0]);
    }
    checkReferences(resources, databases, report);
  },
});

/**
 * A policy is not told a resource's id. What names a database of this stack depends on it, and names the same as all others that do: a reference
 * that is written out by hand does neither.
 */
function checkReferences(
  resources: readonly StackResource[],
  databases: readonly StackResource[],
  report: (message: string, resource: StackResource) => void,
): void {
  const named = new Set<unknown>();
  independently(
    ...resources
      .filter(({ type }) => referring.includes(type))
      .map((resource) => () => {
        if (!resource.dependencies.some(({ type }) => type === databaseType))
          report(`${resource.name} depends on no database of this stack; allowed: the projectRef of the stack's own`, resource);
        const reference = resource.props["projectRef"];
        const before = [...named];
        named.add(reference);
        if (named.size > Math.max(before.length, databases.length))
          report(
            `${resource.name} is of project ${shown(reference)}, others are of ${before.map(shown).join(", ")}; allowed: ${databases.length} project(s)`,
            resource,
          );
      }),
  );
}
