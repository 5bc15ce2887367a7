import type { Clock } from "../clock";

export interface TestClock {
  /** The client's: a pause takes no time. */
  readonly clock: Clock;
  /** Milliseconds that the client has slept, one entry a pause. */
  readonly slept: readonly number[];
  /** The server's waiting, which is no pause of the client. */
  wait(milliseconds: number): Promise<void>;
}

/** One time for a client and the stand-in that it asks: nobody waits. */
export function testClock(): TestClock {
  let now = Date.parse("2026-11-23T00:00:00Z");
  const slept: number[] = [];
  const wait = async (milliseconds: number) => void (now += milliseconds);
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
    await wait(milliseconds);
  };
  return { clock: { now: () => now, sleep, random: () => 0 }, slept, wait };
}
