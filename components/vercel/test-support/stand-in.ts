import { ApiFaults } from "../../../sandbox/services/http/api-faults";
import type { ApiServer } from "../../../sandbox/services/http/server";
import { startVercelApi } from "../../../sandbox/services/vercel-api/vercel-api";
import { putVercelProject } from "../../../sandbox/services/vercel-api/test-support/project";
import { memoryWorld } from "../../../sandbox/world/open-world";
import type { World } from "../../../sandbox/world/world";
import type { Clock } from "../../vendor-api/clock";
import { refusalWithout } from "../../vendor-api/test-support/refusal";
import { testClock } from "../../vendor-api/test-support/test-clock";
import { VercelApiClient } from "../vercel-api-client";

/** Must appear in no error, log or warning. */
export const canary = "vcp_canary0123456789";

export const place = { projectId: "prj_abcdefghijklmnopqrstuvwxyz01", teamId: "team_abcdefghijklmnopqrstuvwx" };

/** A project, the sandbox's Vercel API over it, and a client whose clock is also the server's: nobody waits. */
export interface VercelStandIn {
  readonly world: World;
  readonly api: ApiServer;
  readonly faults: ApiFaults;
  readonly client: VercelApiClient;
  readonly clock: Clock;
  /** Milliseconds that the client has slept, one entry a pause. */
  readonly slept: readonly number[];
}

export async function vercelStandIn(): Promise<VercelStandIn> {
  const world = memoryWorld();
  await putVercelProject(world, place.projectId, place.teamId);
  const { clock, slept, wait } = testClock();
  const faults = new ApiFaults(clock.now);
  const api = await startVercelApi({ world, token: canary, faults, now: clock.now, sleep: wait });
  return { world, api, faults, clock, slept, client: vercelClientOf(api.url, clock) };
}

export function vercelClientOf(url: string, clock: Clock, token = canary): VercelApiClient {
  return new VercelApiClient({ url, token }, { clock, requestDeadline: 120_000, attemptDeadline: 5_000, visibleDeadline: 120_000 });
}

/** As `refusalWithout`, for this folder's token. */
export function refusal(promise: Promise<unknown>): Promise<string> {
  return refusalWithout(canary, promise);
}
