/** One line that is rewritten on a terminal, and a line every five seconds elsewhere. */

import { secondsInWords } from "../run/progress";

const everyMs = 5000;

export class ProgressLine {
  private shown = 0;
  private since = Date.now();
  private phase = "";

  public constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  public begin(phase: string): void {
    this.clear();
    this.phase = phase;
    this.since = Date.now();
    this.shown = this.out.isTTY ? 0 : this.since;
    this.out.write(`${phase}\n`);
  }

  /** @param done of `all` bytes */
  public bytes(done: number, all: number): void {
    const now = Date.now();
    if (now - this.shown < (this.out.isTTY ? 200 : everyMs)) return;
    this.shown = now;
    const seconds = (now - this.since) / 1000;
    const rate = done / 1e6 / Math.max(seconds, 0.001);
    // From the first bytes nothing can be foretold.
    const left = all > done && seconds > 1 && done > all / 100 ? `, about ${secondsInWords((all - done) / 1e6 / rate)} left` : "";
    const line = `  ${this.phase}: ${(done / 1e6).toFixed(0)} of ${(all / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB/s${left}`;
    this.out.write(this.out.isTTY ? `\r\u001b[2K${line.slice(0, this.out.columns ?? 120)}` : `${line}\n`);
  }

  public clear(): void {
    if (this.out.isTTY) this.out.write("\r\u001b[2K");
  }
}
