/** Where a report is to go, and where one is found again. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { reportNames } from "./schema";

/**
 * To be called before a drill begins, which takes minutes: at its end it would have nowhere to write to. Makes nothing.
 *
 * @throws CHI-H138 when the folder, or one above it, is a file or cannot be written to
 */
export function requireReportFolder(folder: string): void {
  let there = resolve(folder);
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  const refused = (why: string) => new Error(`CHI-H138 the report cannot go to ${folder}: ${there} ${why}, nothing was begun: name a folder with --report-to <folder>`);
  if (!statSync(there).isDirectory()) throw refused("is a file");
  try {
    accessSync(there, constants.W_OK);
  } catch {
    throw refused("cannot be written to");
  }
}

/** The report's JSON for whatever of a report was named: its folder, what was rendered of it, its signature. A path that is none of these as it is. */
export function reportJsonOf(named: string): string {
  if (existsSync(named) && statSync(named).isDirectory()) return join(named, reportNames.json);
  const others: readonly string[] = [reportNames.html, reportNames.markdown, reportNames.signature, reportNames.publicKey];
  return others.some((name) => resolve(named) === resolve(dirname(named), name)) ? join(dirname(named), reportNames.json) : named;
}
