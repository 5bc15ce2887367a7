import { applicationBug } from "./application-bug";
import { badMigration } from "./bad-migration";
import { bucketEmptied } from "./bucket-emptied";
import { projectDeleted } from "./project-deleted";
import { regionLost } from "./region-lost";
import type { Scenario } from "./scenario";
import { secretLeaked } from "./secret-leaked";
import { stateLost } from "./state-lost";
import { tableDrop } from "./table-drop";

/** Every disaster that can be rehearsed, the likeliest first. */
export const scenarios: readonly Scenario[] = [applicationBug, tableDrop, badMigration, bucketEmptied, secretLeaked, stateLost, regionLost, projectDeleted];

/** @throws CHI-H167 naming those that there are */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`CHI-H167 there is no scenario "${name}", but ${scenarios.map((scenario) => scenario.name).join(", ")}: npx chisan dr scenarios`);
  return found;
}
