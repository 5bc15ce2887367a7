/**
 * The text of a Worker as it is uploaded: one ES module, made of its TypeScript sources when the Pulumi program runs, so that no build
 * step can be forgotten. It is cached by the content of the sources: only an edit costs the build (about 50 ms).
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";

const root = join(__dirname, "..");

/** Each folder of workers/ with an `index.ts` is one Worker. The metrics exporter has none: it is a process for Cloud Run. */
export type WorkerName = "file-version-keeper" | "files-gateway";

/** The same for the same sources, on every machine. Comments stay: the uploaded script can be read. */
export function buildOptions(name: string): BuildOptions & { write: false } {
  return {
    absWorkingDir: root,
    entryPoints: [`workers/${name}/index.ts`],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    write: false,
    logLevel: "silent",
    // The repository's own tsconfig.json is for Node; nothing of it may leak into the Worker.
    tsconfigRaw: {},
  };
}

/**
 * The content of a Worker, an ES module.
 *
 * @param cacheFolder where built contents are kept
 * @throws esbuild's error, with file and line, when the sources do not build
 */
export function workerContent(name: WorkerName, cacheFolder = join(root, ".chisan", "cache", "workers")): string {
  const cached = join(cacheFolder, `${name}-${sourceHash(name)}.mjs`);
  const found = readIfPresent(cached);
  if (found !== undefined) return found;
  const content = build(name);
  mkdirSync(cacheFolder, { recursive: true });
  // Renamed into place, so that another run, or a killed one, never leaves half a file under the final name.
  const partial = `${cached}.${process.pid}`;
  writeFileSync(partial, content);
  renameSync(partial, cached);
  return content;
}

function build(name: string): string {
  // Loaded only when there is something to build: it is slow to load.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { buildSync } = require("esbuild") as typeof import("esbuild");
  const [output] = buildSync(buildOptions(name)).outputFiles;
  if (output === undefined)
    throw new Error(`CHI-W001 workers/${name} built to nothing: give it an index.ts that exports the Worker's handlers`);
  return output.text;
}

/** Over everything that the content depends on: all sources of workers/ (Workers share some), how they are built, and esbuild's version. */
function sourceHash(name: string): string {
  const hash = createHash("sha256").update(
    JSON.stringify(buildOptions(name), (key, value: unknown) => (key === "absWorkingDir" ? undefined : value)),
  );
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  hash.update((require("esbuild/package.json") as { version: string }).version);
  const sources = readdirSync(join(root, "workers"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  for (const file of sources.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, "workers", file)));
  return hash.digest("hex").slice(0, 16);
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
