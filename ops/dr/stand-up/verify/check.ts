/** One thing that must hold of the environment that was stood up. */

export interface Check {
  /** As a person asks it: `row counts`. */
  readonly name: string;
  /** What was found, in words without a secret. A rejection is what does not hold. */
  run(): Promise<string>;
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** All of them, also after one that fails: a person needs to know everything that is wrong. */
export async function runChecks(checks: readonly Check[], say: (text: string) => void, signal: AbortSignal): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, run } of checks) {
    signal.throwIfAborted();
    say(name);
    try {
      results.push({ name, ok: true, detail: await run() });
    } catch (error) {
      signal.throwIfAborted();
      const words = error instanceof Error ? error.message || (error as { code?: string }).code || error.name : String(error);
      results.push({ name, ok: false, detail: words.split("\n")[0] ?? words });
    }
  }
  return results;
}
