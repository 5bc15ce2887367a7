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

/** The signal that ended the work, as {@link interruptible} aborts with. */
export function signalOf({ reason }: Pick<AbortSignal, "reason">): NodeJS.Signals {
  const name = reason instanceof Error ? reason.message : "";
  return name in constants.signals ? (name as NodeJS.Signals) : "SIGINT";
}

/** What a shell makes of a signal: 130 for Ctrl-C. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
