/**
 * What a pack told the engine of itself, kept for the next run: its policies' names, titles, severities and settings. The policies themselves are
 * loaded in every run, and then compared with what was told (serve.ts). Used only when every file that the pack was loaded from is as it was, on the same day (exemptions expire) and
 * with the same Node.js.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

interface Kept {
  readonly made: string;
  /** Size and time of change of each file, as text. */
  readonly files: Readonly<Record<string, string>>;
  /** Base64. */
  readonly information: string;
}

export class KeptInformation {
  /**
   * @param file where it is kept
   * @param program the pack's own, whole path: a copy of the folder is another pack
   * @param sources the files that the pack was loaded from, asked when it is written
   */
  public constructor(
    private readonly file: string,
    private readonly program: string,
    private readonly sources: () => readonly string[],
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Undefined when there is none, when it cannot be read, and when anything has changed since. */
  public read(): Uint8Array | undefined {
    try {
      const { made, files, information } = JSON.parse(readFileSync(this.file, "utf8")) as Kept;
      const isCurrent = made === this.#today() && this.program in files && Object.entries(files).every(([path, state]) => state === stateOf(path));
      return isCurrent ? Buffer.from(information, "base64") : undefined;
    } catch {
      return undefined;
    }
  }

  /** As a whole or not at all: one that cannot be written costs time at the next start, and nothing else. */
  public write(information: Uint8Array): void {
    const draft = `${this.file}.${process.pid}`;
    try {
      const files = Object.fromEntries(this.sources().map((path) => [path, stateOf(path)]));
      const kept: Kept = { made: this.#today(), files, information: Buffer.from(information).toString("base64") };
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
      writeFileSync(draft, JSON.stringify(kept), { mode: 0o600 });
      renameSync(draft, this.file);
    } catch {
      rmSync(draft, { force: true });
    }
  }

  /** When it turns out not to be true. */
  public forget(): void {
    rmSync(this.file, { force: true });
  }

  #today(): string {
    return `${this.now().toISOString().slice(0, 10)} ${process.version} ${this.program}`;
  }
}

/** @throws when there is no such file */
function stateOf(path: string): string {
  const { size, mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join();
}
