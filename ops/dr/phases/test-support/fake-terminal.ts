/** A terminal as far as it is used: lines that wrap, cursor up, carriage return, erasure of what is below. */
import type { TerminalStream } from "../live-area";

export class FakeTerminal implements TerminalStream {
  public written = "";
  public readonly isTTY: boolean;
  public columns: number;
  public readonly rows: number;
  /** Each row as its letters, without the end of line. */
  private cells: string[][] = [[]];
  private row = 0;
  private column = 0;

  public constructor({ tty = true, columns = 80, rows = 24 }: { tty?: boolean; columns?: number; rows?: number } = {}) {
    [this.isTTY, this.columns, this.rows] = [tty, columns, rows];
  }

  public write(text: string): boolean {
    this.written += text;
    for (const [token] of text.matchAll(/\u001b\[\d*[A-Z]|[^]/gu)) this.take(token);
    return true;
  }

  /** A terminal that becomes narrower wraps its lines anew. */
  public resize(columns: number): void {
    this.columns = columns;
    this.cells = this.cells.flatMap((cells) =>
      cells.length === 0 ? [[]] : Array.from({ length: Math.ceil(cells.length / columns) }, (_, index) => cells.slice(index * columns, (index + 1) * columns)),
    );
    this.row = this.cells.length - 1;
  }

  /** The lines without the empty ones at the end. */
  public screen(): string[] {
    return this.cells.map((cells) => cells.join("").trimEnd()).join("\n").trimEnd().split("\n");
  }

  private take(token: string): void {
    const up = /^\u001b\[(\d*)A$/.exec(token);
    if (up !== null) this.row = Math.max(0, this.row - Number(up[1] || 1));
    else if (token === "\u001b[J") {
      this.cells.length = this.row + 1;
      this.cells[this.row]?.splice(this.column);
    } else if (token.startsWith("\u001b[")) throw new Error(`this terminal does not know ${JSON.stringify(token)}`);
    else if (token === "\r") this.column = 0;
    else if (token === "\n") this.down();
    else {
      if (this.column === this.columns) this.down();
      const cells = this.cells[this.row] as string[];
      while (cells.length < this.column) cells.push(" ");
      cells[this.column] = token;
      this.column += 1;
    }
  }

  private down(): void {
    this.row += 1;
    this.column = 0;
    this.cells[this.row] ??= [];
  }
}
