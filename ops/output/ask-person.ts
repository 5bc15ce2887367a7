/** A question to whoever sits at the terminal. */
import { createInterface } from "node:readline/promises";
import { exitCodeOf, signalOf } from "./interruptible";

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Somebody ended the command instead of answering. */
export class NotAnswered extends Error {
  public readonly exitCode: number;

  public constructor(signal: NodeJS.Signals) {
    super(`Interrupted (${signal}): nothing was touched`);
    this.exitCode = exitCodeOf(signal);
  }
}

/**
 * Asks on standard error and waits for a line. The end of the input (Ctrl-D) is an empty answer.
 *
 * A terminal that is being read gives Ctrl-C as a character and not as a signal. Node's own question fails then, and at
 * Ctrl-D, with words of its own ("Aborted with Ctrl+C") and the exit code of any failure.
 *
 * @param signal of `interruptible`, where the command has one: a signal that the process is sent ends the question too
 * @throws NotAnswered at Ctrl-C
 */
export async function askPerson(question: string, signal?: AbortSignal, streams: Terminal = { input: process.stdin, output: process.stderr }): Promise<string> {
  const terminal = createInterface(streams);
  const ended = new AbortController();
  const end = () => ended.abort(signal?.reason ?? new Error("SIGINT"));
  terminal.once("SIGINT", end);
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted === true) end();
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  try {
    return (await Promise.race([terminal.question(question, { signal: ended.signal }), closed])).trim();
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    streams.output.write("\n");
    throw new NotAnswered(signalOf(ended.signal));
  } finally {
    signal?.removeEventListener("abort", end);
    terminal.close();
  }
}
