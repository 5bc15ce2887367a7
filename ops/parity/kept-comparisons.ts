/** The comparison of the programs, kept until anything that it is made from changes: a hook that runs on every commit must not take seconds. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { absent } from "../../config/shape-parity-rule";
import { repositoryRoot } from "../../sandbox/control/paths";
import type { Comparison } from "./judged-differences";

/** Whole folders, not the modules that were loaded: what a program reads from a file counts as well. */
const sources = ["components", "config", "ops/declared", "ops/parity", "sandbox/control", "sandbox/schemas", "sdks", "stacks", "supabase", "toolchain", "workers"];
const files = /^(Pulumi.*\.yaml|package-lock\.json)$/;
const folder = join(repositoryRoot, ".chisan", "cache", "parity");

/** @param what the environments compared */
export async function keptComparisons(what: string, compare: () => Promise<Comparison[]>): Promise<Comparison[]> {
  const name = nameFor(what);
  const kept = read(join(folder, name));
  if (kept !== undefined) return kept;
  const comparisons = await compare();
  keep(name, comparisons);
  return comparisons;
}

/** What was kept of the programs as they are now; undefined when nothing was. */
export function lastComparisons(what: string): Comparison[] | undefined {
  return read(join(folder, nameFor(what)));
}

function nameFor(what: string): string {
  return `${createHash("sha256").update(`${what}\n${fingerprint(repositoryRoot)}`).digest("hex")}.json`;
}

/** Of the content of everything that the programs and their comparison are made from. */
export function fingerprint(root: string): string {
  const hash = createHash("sha256").update(process.version);
  for (const path of [...readdirSync(root).filter((name) => files.test(name)), ...sources.flatMap((source) => below(root, source))].sort()) {
    hash.update(`\n${path}\n`).update(readFileSync(join(root, path)));
  }
  // What lifts a protection for one run, and whatever else is said to our programs. Of the engine's own variables they read none here.
  for (const [name, value] of Object.entries(process.env).sort()) if (name.startsWith("CHISAN_")) hash.update(`\n${name}=${value ?? ""}`);
  return hash.digest("hex");
}

function below(root: string, source: string): string[] {
  return readdirSync(join(root, source), { withFileTypes: true }).flatMap((entry) => {
    const path = `${source}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : below(root, path);
    return entry.isFile() && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

/** JSON knows no symbols. */
const mark = "\u0000absent";

function read(path: string): Comparison[] | undefined {
  try {
    return restored(JSON.parse(readFileSync(path, "utf8"))) as Comparison[];
  } catch (error) {
    // Not there yet, or half of one: it is made anew.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function restored(value: unknown): unknown {
  if (value === mark) return absent;
  if (Array.isArray(value)) return value.map(restored);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restored(item)])) : value;
}

/** A handful are kept; then all are forgotten, as they are made again in seconds. */
function keep(name: string, comparisons: readonly Comparison[]): void {
  mkdirSync(folder, { recursive: true });
  const others = readdirSync(folder);
  if (others.length > 20) for (const other of others) rmSync(join(folder, other), { force: true });
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, JSON.stringify(comparisons, (_, value: unknown) => (value === absent ? mark : value)));
  // As a whole: another run may write the same.
  renameSync(draft, join(folder, name));
}
