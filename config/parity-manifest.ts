/**
 * The parity table of the operations document (section 1.3) as data: what is equal in every environment, and the two rows in
 * which the document itself lets them differ. Stacks read the equal rows from here, so that they cannot differ; policies compare.
 */
import type { StackName } from "./naming";

/** What people sign in with: any Google account, or one of the company's domain. */
export type AuthDomain = "any Google" | "company only";

/** What is in the database. `restored` is chisan-dr's: the last good backup of prod. */
export type SampleData = "seed" | "anonymized prod copy" | "real" | "restored";

/** Rows of section 1.3 that are equal everywhere. */
export const equalEverywhere = {
  /** Major version of PostgreSQL. */
  postgresMajorVersion: 15,
  /** As Vercel writes it; the API's image and `engines` use the same major. */
  nodeVersion: "20.x",
  supabaseFeatures: "all enabled",
  rowLevelSecurity: "enabled",
} as const;

/** Rows of section 1.3 that differ. chisan-dr stands in for prod (section 4.2, procedure C), and so follows its auth rule. */
export const perEnvironment = {
  dev: { sampleData: "seed", authDomain: "any Google" },
  staging: { sampleData: "anonymized prod copy", authDomain: "company only" },
  prod: { sampleData: "real", authDomain: "company only" },
  "chisan-dr": { sampleData: "restored", authDomain: "company only" },
} as const satisfies Record<StackName, { sampleData: SampleData; authDomain: AuthDomain }>;

/**
 * Compares an environment with the manifest.
 *
 * @throws CHI-E003 naming each row that departs from it
 */
export function assertParity(environment: { stack: StackName; sampleData: SampleData; authDomain: AuthDomain }): void {
  const expected = perEnvironment[environment.stack];
  const departures = (["sampleData", "authDomain"] as const).filter((row) => environment[row] !== expected[row]);
  if (departures.length === 0) return;
  const lines = departures.map(
    (row) =>
      `CHI-E003 ${environment.stack}: ${row} is "${environment[row]}", the parity table (section 1.3) says "${expected[row]}": ` +
      `correct stacks/${environment.stack}.ts, or the document and config/parity-manifest.ts together`,
  );
  throw new Error(lines.join("\n"));
}
