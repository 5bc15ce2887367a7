/** Google's regions that are out: a fault that a drill switches on, kept in the world until it is lifted. */
import { z } from "zod";
import { regions as knownRegions } from "../../providers/models/gcp/common";
import type { World } from "../../world/world";

/** Auxiliary: a region that is out. ID: its name. */
const outageType = "gcp:sandbox/regionOutage";

const wanted = z.record(z.string(), z.enum(["down", "up"]));

export function isDown(world: World, region: string): boolean {
  return world.get(outageType, region) !== undefined;
}

/** `{"asia-northeast3":"down"}`: those that are out. */
export function regionsDown(world: World): Record<string, "down"> {
  return Object.fromEntries(world.list(outageType).map(({ id }) => [id, "down" as const]));
}

/**
 * Takes regions out, and lifts it; those that are not named stay as they are.
 *
 * @param body `{"asia-northeast3":"down"}` or `{"asia-northeast3":"up"}`
 * @throws CHI-S277 for another body, and for a region that Google does not have; nothing has changed then
 */
export async function setRegions(world: World, body: unknown): Promise<Record<string, "down">> {
  const parsed = wanted.safeParse(body);
  const strangers = parsed.success ? Object.keys(parsed.data).filter((region) => !knownRegions.has(region)) : [];
  if (!parsed.success || strangers.length > 0) {
    const found = strangers.length > 0 ? `Google has no region ${strangers.join(", ")}` : `got ${JSON.stringify(body)}`;
    throw new Error(`CHI-S277 ${found}: send regions of Google, each "down" or "up", as in {"asia-northeast3":"down"}`);
  }
  await world.apply(
    Object.entries(parsed.data).map(([id, state]) =>
      state === "up"
        ? { delete: { type: outageType, id } }
        : { put: { type: outageType, id, urns: [], inputs: {}, outputs: {}, secretPaths: [], createdAt: new Date().toISOString() } },
    ),
  );
  return regionsDown(world);
}
