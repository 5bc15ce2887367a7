/** Time, so that tests need not wait. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1, for jitter. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

const firstDelay = 500;
const longestDelay = 20_000;

/**
 * Milliseconds to wait after so many failed attempts: doubling from half a second to 20 seconds, the upper half at random, so that
 * clients that failed together do not come back together. Never less than what the vendor asked for (`Retry-After`).
 */
export function delayAfter(attempts: number, random: number, retryAfter = 0): number {
  const full = Math.min(longestDelay, firstDelay * 2 ** (attempts - 1));
  return Math.round(retryAfter + (full / 2) * (1 + random));
}

/**
 * Asks until there is an answer, with growing pauses.
 *
 * @param deadline milliseconds from now
 * @returns undefined when the deadline passed first
 */
export async function pollUntil<T>(clock: Clock, deadline: number, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = clock.now() + deadline;
  for (let attempt = 1; ; attempt++) {
    const found = await ask();
    if (found !== undefined) return found;
    const delay = delayAfter(attempt, clock.random());
    if (clock.now() + delay > end) return undefined;
    await clock.sleep(delay);
  }
}
