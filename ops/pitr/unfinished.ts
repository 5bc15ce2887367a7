/** A note on this machine of a recovery that was asked for and not yet verified: a command that was killed finds its way back with it. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Survey } from "./survey";

export interface Unfinished {
  /** Seconds since 1970. */
  readonly target: number;
  /** Milliseconds since 1970: before the request. */
  readonly askedAt: number;
  /** Whether the vendor is known to have accepted it. */
  readonly accepted: boolean;
  /** Whether the project was seen in another state than healthy since. */
  readonly seenRestoring: boolean;
  /** The database before it; null when it did not answer. */
  readonly before: Survey | null;
}

export class UnfinishedNote {
  /** @param directory outside the repository's files, and per target: the sandbox's own, or `.chisan` */
  constructor(
    private readonly directory: string,
    private readonly projectRef: string,
  ) {}

  read(): Unfinished | undefined {
    if (!existsSync(this.path)) return undefined;
    return JSON.parse(readFileSync(this.path, "utf8")) as Unfinished;
  }

  /** A reader sees the old note or the new one, never half. */
  write(note: Unfinished): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
    renameSync(draft, this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }

  private get path(): string {
    return join(this.directory, `${this.projectRef}.json`);
  }
}
