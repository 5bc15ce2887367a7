import { projectType } from "../../../providers/models/vercel/common";
import type { World } from "../../../world/world";

/** Puts a project into the world as the sandbox's Vercel provider does: sandbox/providers/models/vercel.ts. */
export async function putVercelProject(world: World, id: string, teamId: string, name = "chisan-test-web"): Promise<void> {
  const inputs = { name, teamId, nodeVersion: "20.x", directoryListing: false };
  await world.put({ type: projectType, id, urns: ["urn"], inputs, outputs: { ...inputs, id }, secretPaths: [] });
}
