/** What Ctrl-C, or the end of the terminal, means for work that can be carried on. */
import { constants } from "node:os";

/** Thrown when somebody ended the work; `exitCode` is what a shell makes of the signal: 130 for Ctrl-C. */
export class Interrupted extends Error {
  public readonly exitCode: number;

  /** @param remedy what is left, and what to type */
  public constructor(signal: NodeJS.Signals, remedy: string) {
    super(`CHI-A081 interrupted (${signal}): ${remedy}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** The signal that ended the work, as {@link interruptible} aborts with. */
export function signalOf({ reason }: AbortSignal): NodeJS.Signals {
  const name = reason instanceof Error ? reason.message : "";
  return name in constants.signals ? (name as NodeJS.Signals) : "SIGINT";
}

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
