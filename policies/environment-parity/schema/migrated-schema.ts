import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FollowedSchema, Statement } from "./follow-statements";

const root = join(__dirname, "..", "..", "..");
export const migrationsFolder = join(root, "supabase", "migrations");
const cacheFolder = join(root, ".chisan", "cache", "migrated-schema");

/**
 * The tables that the migrations leave. Parsing takes some tenths of a second in a process of its own, so the result is kept by content: of
 * the migrations, and of the code that read them.
 *
 * @throws CHI-Y010 for a migration that PostgreSQL 15 does not parse, CHI-Y011 when the parser does not run
 */
export function migratedSchema(folder: string = migrationsFolder, cache: string = cacheFolder): FollowedSchema {
  const files = Object.fromEntries(sqlFiles(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
  const path = join(cache, `${keyOf(files)}.json`);
  const kept = readKept(path);
  if (kept !== undefined) return kept;
  // Only now: the parser and what follows it are not needed where the result is kept.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { followStatements } = require("./follow-statements") as typeof import("./follow-statements");
  const schema = followStatements(parseSql(files));
  keep(cache, path, JSON.stringify(schema));
  return schema;
}

/** In the order in which they are applied: by the version in their names. */
function sqlFiles(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.endsWith(".sql")).sort();
}

function keyOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(files));
  for (const code of readdirSync(__dirname).sort()) if (!code.endsWith(".test.ts")) hash.update(readFileSync(join(__dirname, code)));
  return hash.update(readFileSync(require.resolve("libpg-query/package.json"))).digest("hex");
}

function readKept(path: string): FollowedSchema | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as FollowedSchema;
  } catch (error) {
    // Not there yet, or half of one: it is made anew.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Moved into place as a whole: three packs and two previews may write it at once. */
function keep(folder: string, path: string, content: string): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

/**
 * The statements of SQL texts, by file.
 *
 * @throws CHI-Y010, CHI-Y011
 */
export function parseSql(files: Readonly<Record<string, string>>): Record<string, Statement[]> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { spawnSync } = require("node:child_process") as typeof import("node:child_process");
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [join(__dirname, "parse-sql.cjs")], {
    input: JSON.stringify(files),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    // Not the engine's own: `--require` of the pack would start the pack again.
    env: { PATH: process.env["PATH"] },
  });
  if (status === 0) return JSON.parse(stdout) as Record<string, Statement[]>;
  const [said = ""] = stderr.split("\n").filter((line) => line !== "");
  if (said.startsWith("CHI-")) throw new Error(said);
  throw new Error(`CHI-Y011 the parser of the migrations does not run (${error?.message ?? (said || `it ended with ${String(status)}`)}): npm ci`);
}
