/** The sandbox's clock: the machine's, moved forward by what a test or a drill asked for. */
export interface SandboxClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** Milliseconds since 1970 of the machine; the only place where the R2 stand-in reads it. */
export const machineClock: SandboxClock = { now: () => Date.now() };

/** The machine's clock, moved by `offsetSeconds()` each time it is read. */
export function movedClock(offsetSeconds: () => number, machine: SandboxClock = machineClock): SandboxClock {
  return { now: () => machine.now() + offsetSeconds() * 1000 };
}
