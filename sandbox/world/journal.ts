import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { crc32 } from "node:zlib";

const fileName = "world.journal";
const header = { chisanWorld: 1 };

/**
 * An append-only file of JSON values, one checksummed line each.
 *
 * `append` resolves when the line is on disk (fdatasync), and the next line is written only then: so after a kill or a power cut at
 * any moment only the last line can be torn, and it was never acknowledged. A bad line with a good one after it is damage, not a
 * torn write, and is refused.
 */
export class Journal {
  private constructor(
    private readonly directory: string,
    private file: fs.FileHandle,
    private size: number,
  ) {}

  /**
   * Opens or creates the journal of a directory (0700; the file is 0600, since it holds the sandbox's secrets).
   * @returns the journal and every value written to it, in order
   * @throws CHI-S011 when the file is damaged, CHI-S012 when it was written by another version
   */
  static async open(directory: string): Promise<{ journal: Journal; lines: unknown[] }> {
    await fs.mkdir(directory, { recursive: true, mode: 0o700 });
    await fs.chmod(directory, 0o700);
    const name = path.join(directory, fileName);
    await fs.rm(`${name}.new`, { force: true });
    const file = await fs.open(name, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      await file.chmod(0o600);
      const content = await file.readFile();
      const { lines, goodBytes } = parse(content, name);
      if (goodBytes < content.length) await file.truncate(goodBytes);
      const journal = new Journal(directory, file, goodBytes);
      if (lines.length === 0) {
        await journal.append(header);
        await syncDirectory(directory);
      } else if (JSON.stringify(lines[0]) !== JSON.stringify(header)) {
        throw new Error(
          `CHI-S012 ${name} has the format ${JSON.stringify(lines[0])}, this version reads ${JSON.stringify(header)}: run \`npx chisan sandbox reset\``,
        );
      }
      return { journal, lines: lines.slice(1) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Adds one value. Not to be called again before it settles. When it rejects, the file is as it was before. */
  async append(value: unknown): Promise<void> {
    const line = encode(value);
    try {
      await writeAll(this.file, line, this.size);
      await this.file.datasync();
    } catch (error) {
      await this.file.truncate(this.size);
      throw error;
    }
    this.size += line.length;
  }

  /** Replaces the whole content at once: a reader finds the old or the new, never a mixture. */
  async rewrite(values: unknown[]): Promise<void> {
    const name = path.join(this.directory, fileName);
    const file = await fs.open(`${name}.new`, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
    let size = 0;
    try {
      for (const value of [header, ...values]) {
        const line = encode(value);
        await writeAll(file, line, size);
        size += line.length;
      }
      await file.datasync();
      await fs.rename(`${name}.new`, name);
    } catch (error) {
      await file.close();
      await fs.rm(`${name}.new`, { force: true });
      throw error;
    }
    await this.file.close();
    this.file = file;
    this.size = size;
    await syncDirectory(this.directory);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

function encode(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from("\n")]);
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}

function decode(line: Buffer): { value: unknown } | undefined {
  if (line.length < 10 || line.toString("latin1", 0, 8) !== checksum(line.subarray(9))) return undefined;
  return { value: JSON.parse(line.toString("utf8", 9)) };
}

function parse(content: Buffer, name: string): { lines: unknown[]; goodBytes: number } {
  const lines: unknown[] = [];
  let goodBytes = 0;
  let damagedLine: number | undefined;
  for (let start = 0, number = 1; start < content.length; number++) {
    const newline = content.indexOf(0x0a, start);
    if (newline === -1) break;
    const decoded = decode(content.subarray(start, newline));
    start = newline + 1;
    if (decoded === undefined) {
      damagedLine ??= number;
    } else if (damagedLine !== undefined) {
      throw new Error(
        `CHI-S011 ${name} is damaged at line ${damagedLine}, with good lines after it: restore the file, or run \`npx chisan sandbox reset\``,
      );
    } else {
      lines.push(decoded.value);
      goodBytes = start;
    }
  }
  return { lines, goodBytes };
}

async function writeAll(file: fs.FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

/** Makes a created or renamed directory entry itself durable. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
