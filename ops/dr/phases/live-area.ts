/** Lines at the end of a terminal that are rewritten in place, while whatever else is written appears above them. */

/** What of a terminal's stream is used. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
}

type Write = (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;

export class LiveArea {
  private shown: string[] = [];
  private readonly hooked: (() => void)[] = [];
  /** A line of somebody else's that is not ended yet. */
  private partial = "";
  private readonly write: Write;

  /** @param others streams whose lines come out on the same terminal: what is written to them meanwhile is put above */
  public constructor(
    private readonly stream: TerminalStream,
    others: readonly TerminalStream[],
  ) {
    this.write = stream.write.bind(stream) as Write;
    for (const other of new Set([stream, ...others])) this.hook(other);
  }

  /** Puts these lines in the place of those before, cut off at the terminal's width; the last ones when it has fewer rows. */
  public show(lines: readonly string[]): void {
    const rows = Math.max(1, (this.stream.rows ?? 24) - 1);
    const kept = lines.length <= rows ? lines : lines.slice(lines.length - rows);
    const erase = this.erasure();
    this.shown = kept.map((line) => cut(line, this.columns()));
    this.write(`${erase}${this.shown.map((line) => `${line}\n`).join("")}`);
  }

  /** Leaves the lines as they are, and lets others write as before. */
  public end(): void {
    for (const unhook of this.hooked.splice(0)) unhook();
    if (this.partial !== "") this.write(`${this.partial}\n`);
    this.partial = "";
    this.shown = [];
  }

  private columns(): number {
    return this.stream.columns ?? 80;
  }

  /** In a terminal that became narrower, a line takes several rows. */
  private erasure(): string {
    if (this.shown.length === 0) return "";
    const rows = this.shown.reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / this.columns())), 0);
    return `\u001b[${rows}A\r\u001b[J`;
  }

  private hook(stream: TerminalStream): void {
    const original = stream.write;
    const own = Object.hasOwn(stream, "write");
    const write: Write = (chunk, ...rest) => {
      this.above(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"), original.bind(stream) as Write);
      const done = rest.at(-1);
      if (typeof done === "function") queueMicrotask(() => (done as () => void)());
      return true;
    };
    stream.write = write as TerminalStream["write"];
    this.hooked.push(() => {
      if (own) stream.write = original;
      else delete (stream as { write?: unknown }).write;
    });
  }

  private above(text: string, write: Write): void {
    const lines = (this.partial + text).split("\n");
    // Of a line that is rewritten in place (`\r`), what it says last.
    this.partial = lines.pop()?.replace(/^.*\r/s, "") ?? "";
    if (lines.length === 0) return;
    const erase = this.erasure();
    if (erase !== "") this.write(erase);
    write(`${lines.map((line) => line.replace(/\r$/, "").replace(/^.*\r/, "")).join("\n")}\n`);
    this.write(this.shown.map((line) => `${line}\n`).join(""));
  }
}

function cut(line: string, columns: number): string {
  const letters = [...line];
  return letters.length < columns ? line : `${letters.slice(0, Math.max(0, columns - 2)).join("")}…`;
}
