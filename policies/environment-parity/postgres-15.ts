import { stackPolicy } from "../framework/policy";

/** Section 1.3. Said here a second time on purpose: a manifest (config/parity-manifest.ts) that moves must meet a rule that does not follow. */
const expected = 15;

const database = "supabase:index/project:Project";
const versionCheck = "pulumi-nodejs:dynamic/chisan:PostgresVersion";

/** The vendor's API fixes no version when a database is made, so each has a check that reads it back (components/database.ts). */
export const postgres15 = stackPolicy({
  id: "postgres-15",
  title: "Every database is PostgreSQL 15",
  severity: "high",
  section: "1.3",
  why: "a migration or a query that was tried on one major version may fail, or answer differently, on another",
  remediation: "take expectedMajor from equalEverywhere in config/parity-manifest.ts, and declare one PostgresVersion for each database in components/database.ts",
  check: (resources, report) => {
    const databases = resources.filter(({ type }) => type === database);
    const checks = resources.filter(({ type }) => type === versionCheck);
    for (const one of databases.slice(checks.length)) report("nothing reads back this database's version of PostgreSQL", one);
    for (const check of checks) {
      const wanted = check.props["expectedMajor"];
      if (wanted !== expected) report(`PostgreSQL ${String(wanted)} is expected here, ${expected} is everywhere`, check);
      // Only after an update: the version is what the database itself says.
      const found = check.props["version"];
      if (found !== undefined && !String(found).startsWith(`${expected}.`)) report(`the database runs PostgreSQL ${String(found)}, ${expected} is everywhere`, check);
    }
  },
});
