/** What was written and acknowledged, outside of everything that the disaster takes: one JSON text a line, on disk before the next is written. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

export const sentinelKinds = ["row", "file"] as const;
export type SentinelKind = (typeof sentinelKinds)[number];

const sentinelSchema = z.strictObject({
  kind: z.enum(sentinelKinds),
  /** 1, 2, 3 … for each kind. */
  number: z.number().int().positive(),
  /** When it was acknowledged, ISO 8601. */
  at: z.iso.datetime(),
  /** Its content: random, so that another one's cannot be taken for it. */
  content: z.string(),
  /** Written before the disaster, or after users were sent to the substitute. */
  period: z.enum(["before", "after"]),
});
export type Sentinel = z.infer<typeof sentinelSchema>;

export class Ledger {
  public constructor(private readonly path: string) {}

  /** In the order in which they were written. @throws CHI-H121 when a line other than the last cannot be read */
  public read(): Sentinel[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, "utf8").split("\n");
    // What follows the last end of line was cut off by a kill: it was never acknowledged.
    return lines.slice(0, -1).flatMap((line, index) => {
      // Closed by the next append after a kill: a line that was begun and not ended.
      if (line === "") return [];
      try {
        return [sentinelSchema.parse(JSON.parse(line))];
      } catch {
        if (line.startsWith("{") && !line.endsWith("}")) return [];
        throw new Error(`CHI-H121 line ${index + 1} of ${this.path} is damaged, so what was written is not known: npx chisan dr drill --start-over`);
      }
    });
  }

  public append(sentinel: Sentinel): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const before = existsSync(this.path) ? readFileSync(this.path, "utf8") : "";
    const file = openSync(this.path, "a", 0o600);
    try {
      writeSync(file, `${before === "" || before.endsWith("\n") ? "" : "\n"}${JSON.stringify(sentinel)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}
