/** What the benchmarks have in common: their options, the clean-up before and after, the interruption, and the exit code. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../sandbox/control/paths";

/** Where and when a result was measured. */
export interface Circumstances {
  /** `2026-11-23` */
  readonly date: string;
  readonly processors: number;
}

export interface Benchmark<R> {
  /** Unless `--runs` is given. */
  readonly runs: number;
  /** Removes what a run makes; called also before, for a run that was killed. */
  clear(): Promise<void>;
  measure(runs: number, signal: AbortSignal): Promise<R>;
  /** For `--json`. */
  json(result: R): unknown;
  table(result: R): string;
  /** docs/benchmarks.md with the result in it, for `--record`; without it there is no such option. */
  record?(document: string, result: R, circumstances: Circumstances): string;
}

const document = join(repositoryRoot, "docs", "benchmarks.md");
const interruption = "CHI-B005 interrupted";

/** Progress: stdout is the result's. */
export const say = (text: string) => process.stderr.write(`${text}\n`);

/** Runs a benchmark as the process's whole work. */
export function runBenchmark<R>(benchmark: Benchmark<R>): void {
  run(benchmark).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    say(message);
    // The shell's convention for Ctrl-C.
    process.exitCode = message === interruption ? 130 : 1;
  });
}

async function run<R>({ clear, measure, json, table, record, ...defaults }: Benchmark<R>): Promise<void> {
  const flag = { type: "boolean", default: false } as const;
  const options = { runs: { type: "string", default: String(defaults.runs) }, json: flag } as const;
  const { values } = parseArgs({ options: record === undefined ? options : { ...options, record: flag } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`CHI-B004 --runs is "${values.runs}": give a whole number from 1`);

  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error(interruption));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    await clear();
    const result = await measure(runs, interrupted.signal);
    process.stdout.write(values.json ? `${JSON.stringify(json(result), null, 2)}\n` : table(result));
    if (record !== undefined && "record" in values && values.record === true) {
      const circumstances = { date: new Date().toISOString().slice(0, 10), processors: cpus().length };
      writeFileSync(document, record(readFileSync(document, "utf8"), result, circumstances));
    }
  } finally {
    await clear();
  }
}
