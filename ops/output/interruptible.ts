/** One way for all commands that can be carried on: what Ctrl-C, or the end of the terminal, means for them. */
import { constants } from "node:os";

/** Runs work that is asked to end at the first SIGINT, SIGTERM or SIGHUP; at the second the process ends at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const interruption = new AbortController();
  const release = () => signals.forEach((signal) => process.off(signal, interrupt));
  const interrupt = (signal: NodeJS.Signals) => {
    release();
    interruption.abort(new Error(signal));
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    release();
  }
}

/** Thrown when somebody ended the work: one line that says what stands and what to type, and the exit code that a shell makes of the signal. */
export class Interrupted extends Error {
  public readonly exitCode: number;

  /** @param stands what is left as it was, what is done, and what carries on */
  public constructor(code: string, signal: NodeJS.Signals, stands: string) {
    super(`${code} interrupted (${signal}): ${stands}`);
    this.exitCode = exitCodeOf(signal);
  }
}

/**
 * The work's result, or, as soon as somebody ends it, the signal's reason. The work itself is not ended by this: what of it is under way must come to an
 * end by itself, and silently.
 */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The signal that ended the work, as {@link interruptible} aborts with. */
export function signalOf({ reason }: Pick<AbortSignal, "reason">): NodeJS.Signals {
  const name = reason instanceof Error ? reason.message : "";
  return name in constants.signals ? (name as NodeJS.Signals) : "SIGINT";
}

/** What a shell makes of a signal: 130 for Ctrl-C. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
