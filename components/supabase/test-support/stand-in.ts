import { type ManagementApi, startManagementApi } from "../../../sandbox/services/management-api/management-api";
import { ApiFaults } from "../../../sandbox/services/http/api-faults";
import { putProject } from "../../../sandbox/services/management-api/test-support/project";
import { memoryWorld } from "../../../sandbox/world/open-world";
import type { World } from "../../../sandbox/world/world";
import type { Clock } from "../../vendor-api/clock";
import { refusalWithout } from "../../vendor-api/test-support/refusal";
import { testClock } from "../../vendor-api/test-support/test-clock";
import { ManagementApiClient } from "../management-api-client";

/** Must appear in no error, log or warning. */
export const canary = "sbp_canary0123456789";

/** A project, the sandbox's Management API over it, and a client whose clock is also the server's: nobody waits. */
export interface StandIn {
  readonly world: World;
  readonly api: ManagementApi;
  readonly faults: ApiFaults;
  readonly client: ManagementApiClient;
  /** Milliseconds that the client has slept, one entry a pause. */
  readonly slept: readonly number[];
  readonly clock: Clock;
  version: string;
  variants(): string[];
}

export const ref = "abcdefghijklmnopqrst";

export async function standIn(): Promise<StandIn> {
  const world = memoryWorld();
  await putProject(world, ref);
  const { clock, slept, wait } = testClock();
  const faults = new ApiFaults(clock.now);
  const state = { version: "15.8.1.085" };
  const api = await startManagementApi({
    world,
    token: canary,
    faults,
    postgresVersion: () => state.version,
    now: clock.now,
    sleep: wait,
  });
  return {
    world,
    api,
    faults,
    clock,
    slept,
    client: clientOf(api.url, clock),
    get version() {
      return state.version;
    },
    set version(version) {
      state.version = version;
    },
    variants: () => world.list("supabase:api/addon").map(({ outputs }) => String(outputs.variant)),
  };
}

export function clientOf(url: string, clock: Clock, token = canary): ManagementApiClient {
  return new ManagementApiClient({ url, token }, { clock, requestDeadline: 120_000, attemptDeadline: 5_000, visibleDeadline: 600_000 });
}

/** As `refusalWithout`, for this folder's token. */
export function refusal(promise: Promise<unknown>): Promise<string> {
  return refusalWithout(canary, promise);
}
