import { exitCodeOf } from "../../output/interruptible";

/** Thrown when somebody ended the work; `exitCode` is what a shell makes of the signal: 130 for Ctrl-C. */
export class Interrupted extends Error {
  public readonly exitCode: number;

  /** @param remedy what is left, and what to type */
  public constructor(signal: NodeJS.Signals, remedy: string) {
    super(`CHI-A081 interrupted (${signal}): ${remedy}`);
    this.exitCode = exitCodeOf(signal);
  }
}
