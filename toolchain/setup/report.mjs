/**
 * Progress and errors of the set-up. Everything goes to stderr: stdout belongs to the payload of the command that follows.
 */
const colour = process.stderr.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

/** An error that the operator can act on: shown as one line, without a stack trace. */
export class SetupError extends Error {
  /** @param {string} code stable, `CHI-T000`  @param {string} message what is wrong and what mends it */
  constructor(code, message) {
    super(`${code} ${message}`);
    this.code = code;
  }
}

/** Seconds, as a reader wants them: `4.2 s`, `3 min 12 s`. */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * Runs one step, says when it starts and ends, and passes on what it reports meanwhile (at most a line every five seconds).
 * @template T
 * @param {string} title
 * @param {(progress: (text: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now();
  let last = started;
  process.stderr.write(`${paint("36", "▶")} ${title}\n`);
  const progress = (text) => {
    if (Date.now() - last < 5000) return;
    last = Date.now();
    process.stderr.write(`  ${title}: ${text} (${duration(Date.now() - started)})\n`);
  };
  const result = await work(progress);
  process.stderr.write(`${paint("32", "✔")} ${title} ${paint("2", duration(Date.now() - started))}\n`);
  return result;
}

/** Ends the process with the error's line; the stack only with `--debug`. */
export function fail(error) {
  const debug = process.argv.includes("--debug");
  const text = debug ? error.stack : error.code === "ENOSPC" ? `CHI-T009 the disk is full (${error.path ?? "no path"}): free some space, then run it again` : error.message;
  process.stderr.write(`${paint("31", "✖")} ${text}\n`);
  process.exit(1);
}
