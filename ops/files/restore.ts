import type { GatewayClient } from "./gateway-client";
import type { PlannedFile } from "./restore-plan";

export interface RestoreResult {
  readonly restored: readonly string[];
  readonly deleted: readonly string[];
  /** What could not be done, with the gateway's line; the others are done all the same. */
  readonly failed: readonly { readonly key: string; readonly error: string }[];
}

/** Requests at once: each is a copy within Cloudflare, which takes as long as the file is large. */
const atOnce = 4;

/**
 * Carries a plan out. A file that changed since it was planned is left alone and reported.
 *
 * @param signal begins no further file; what was asked for then is thrown away by the gateway's client
 */
export async function carryOut(
  gateway: Pick<GatewayClient, "restore" | "delete">,
  plan: readonly PlannedFile[],
  progress: (done: number, of: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<RestoreResult> {
  const work = plan.filter(({ action }) => action === "restore" || action === "delete");
  const result = { restored: [] as string[], deleted: [] as string[], failed: [] as { key: string; error: string }[] };
  let [next, done] = [0, 0];
  const one = async (file: PlannedFile): Promise<void> => {
    try {
      if (file.action === "restore") {
        await gateway.restore(file.key, file.name, file.replaces ?? "absent");
        result.restored.push(file.key);
      } else if (file.action === "delete") {
        await gateway.delete(file.key, file.replaces);
        result.deleted.push(file.key);
      }
    } catch (error) {
      if (signal?.aborted === true) return;
      result.failed.push({ key: file.key, error: (error as Error).message });
    }
    progress((done += 1), work.length);
  };
  const lane = async (): Promise<void> => {
    for (let file = work[next++]; file !== undefined && signal?.aborted !== true; file = work[next++]) await one(file);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  // By key, not by who was first: the same command gives the same report.
  return { restored: result.restored.sort(), deleted: result.deleted.sort(), failed: result.failed.sort((one, other) => (one.key < other.key ? -1 : 1)) };
}
