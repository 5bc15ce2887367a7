/**
 * Which files were copied, and how they arrived: a file that was sent in parts has another ETag than its original, so a listing of the bucket
 * alone does not tell it. A line each, added to a file beside the journal; a line that a kill cut off is that of a file that is copied again.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @param id of the stack that is filled */
export function copiedLedgerFile(directory: string, id: string): string {
  return join(directory, `files-${id}.jsonl`);
}

export class CopiedLedger {
  private readonly arrived = new Map<string, string>();
  /** Keys with the ETags under which they arrived, superseded versions included. */
  private readonly present = new Set<string>();

  public constructor(private readonly path: string) {
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return;
    }
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const entry = entryOf(line);
      if (entry !== undefined) this.note(entry, entry.arrived);
    }
  }

  /** The ETag under which a version arrived; undefined when it is not known. */
  public etagOf(file: { readonly key: string; readonly etag: string }): string | undefined {
    return this.arrived.get(nameOf(file));
  }

  /** Whether an object is as it was brought. */
  public hasArrived(key: string, etag: string): boolean {
    return this.present.has(nameOf({ key, etag }));
  }

  public add(file: { readonly key: string; readonly etag: string }, arrived: string): void {
    this.note(file, arrived);
    // On a line of its own, also after one that was cut off.
    appendFileSync(this.path, `\n${JSON.stringify({ key: file.key, etag: file.etag, arrived })}\n`, { mode: 0o600 });
  }

  private note(file: { readonly key: string; readonly etag: string }, arrived: string): void {
    this.arrived.set(nameOf(file), arrived);
    this.present.add(nameOf({ key: file.key, etag: arrived }));
  }
}

interface Entry {
  readonly key: string;
  readonly etag: string;
  readonly arrived: string;
}

function entryOf(line: string): Entry | undefined {
  try {
    const { key, etag, arrived } = JSON.parse(line) as Partial<Entry>;
    return typeof key === "string" && typeof etag === "string" && typeof arrived === "string" ? { key, etag, arrived } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function nameOf({ key, etag }: { readonly key: string; readonly etag: string }): string {
  return `${etag} ${key}`;
}
