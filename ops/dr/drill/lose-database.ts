/** One part of the disaster by hand: a stack's database project is deleted at the sandbox's Supabase, as a person does it in the dashboard. */
import type { StackName } from "../../../config/naming";
import type { SandboxPaths } from "../../../sandbox/control/paths";
import { readRunning } from "../../../sandbox/control/running";
import { readWorld } from "../../../sandbox/world/read-world";
import { deleteAtVendor } from "./vendor-hand";

const projectType = "supabase:index/project:Project";

/**
 * Its data and its own backups go with it; no state hears of it.
 *
 * @returns the ids of what was deleted
 * @throws CHI-H139 when the sandbox does not run or has no such project, CHI-H140
 */
export async function loseDatabase(stack: StackName, paths: SandboxPaths, remove: typeof deleteAtVendor = deleteAtVendor): Promise<string[]> {
  const running = readRunning(paths);
  if (running === undefined) throw new Error("CHI-H139 the sandbox does not run, nothing was deleted: npx chisan sandbox start");
  const ids = readWorld(paths.world).filter(({ type, outputs }) => type === projectType && outputs["name"] === `chisan-${stack}`).map(({ id }) => id);
  if (ids.length === 0) throw new Error(`CHI-H139 the sandbox's Supabase has no project chisan-${stack}, nothing was deleted: npx chisan up ${stack} makes it`);
  for (const id of ids) await remove(running, "terraform-provider", projectType, id);
  return ids;
}
