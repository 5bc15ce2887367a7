/** The day on which prod is lost, in the drill's sandbox alone; and what of it the vendors give back later. */
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { specifications } from "../../../stacks/specifications";
import { writeAtomically } from "../phases/atomic-file";
import { readWorld } from "../../../sandbox/world/read-world";
import type { DrillSandbox } from "./drill-sandbox";
import { deleteAtVendor } from "./vendor-hand";

const projectType = "supabase:index/project:Project";
const lost = "prod";

/** What is taken, in the words of the report. */
export const losses = ["the database's project with all of its own backups", "the Google region that serves", "the Pulumi state"] as const;

const noteSchema = z.strictObject({
  at: z.iso.datetime(),
  /** What users got until then. */
  statusBefore: z.number().int(),
});
export type DisasterNote = z.infer<typeof noteSchema>;

/** The moment of a disaster that has begun; undefined before. */
export function noted({ paths }: DrillSandbox): DisasterNote | undefined {
  return existsSync(paths.disaster) ? noteSchema.parse(JSON.parse(readFileSync(paths.disaster, "utf8"))) : undefined;
}

/** Notes the moment: on disk before anything is taken, so that a drill that is killed here does not measure less. */
export function note({ paths }: DrillSandbox, statusBefore: number): DisasterNote {
  const begun = { at: new Date().toISOString(), statusBefore };
  writeAtomically(paths.disaster, JSON.stringify(begun));
  return begun;
}

/** Takes prod away. Harmless when repeated. */
export async function strike(sandbox: DrillSandbox, say: (text: string) => void): Promise<void> {
  const running = sandbox.running();
  say("Google's region is out");
  await setRegion(sandbox, "down");
  const world = readWorld(sandbox.sandbox.world);
  for (const { id } of world.filter(({ type, outputs }) => type === projectType && outputs["name"] === `chisan-${lost}`)) {
    say("the database's project is deleted at Supabase, with its backups");
    await deleteAtVendor(running, "terraform-provider", projectType, id);
  }
  say("the Pulumi state is gone");
  moveState(sandbox, "away");
}

/** What outlives a disaster: the region comes back, and the state's backend finds an older version of it. The database stays deleted. */
export async function giveBack(sandbox: DrillSandbox): Promise<readonly string[]> {
  await setRegion(sandbox, "up");
  moveState(sandbox, "back");
  return ["Google's region is back", "the state was found in the backend's versions"];
}

/** Takes Google's region that serves prod out for visitors, or gives it back. @throws CHI-H141 */
export async function setRegion(sandbox: DrillSandbox, state: "down" | "up"): Promise<void> {
  const region = specifications[lost].gcpRegion;
  const answer = await fetch(`${sandbox.running().controlUrl}/regions`, { method: "PUT", body: JSON.stringify({ [region]: state }) });
  if (!answer.ok) throw new Error(`CHI-H141 the sandbox does not take ${region} ${state} (status ${answer.status}): npx chisan sandbox restart`);
}

function moveState(sandbox: DrillSandbox, where: "away" | "back"): void {
  const { folder, names } = sandbox.stateFiles(lost);
  mkdirSync(sandbox.paths.taken, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const [home, away] = [join(folder, name), join(sandbox.paths.taken, name)];
    const [from, to] = where === "away" ? [home, away] : [away, home];
    if (existsSync(from)) renameSync(from, to);
  }
}
