/** Prints an error as its one line (with its stack only under --debug) and makes the process end with a failure: 1, or the error's own `exitCode`. */
export function report(error: unknown): void {
  const debug = process.argv.includes("--debug");
  const text = error instanceof Error ? (debug ? (error.stack ?? error.message) : error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number" ? error.exitCode : 1;
}
