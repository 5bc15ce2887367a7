import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startOf } from "../world/process-start";
import { repositoryRoot, type SandboxPaths } from "./paths";

/** What the sandbox's service says of itself. */
export interface Running {
  pid: number;
  /** When the process started, as the system tells it. */
  started: string;
  /** Fingerprint of the code it runs: another one is started when that changes. */
  code: string;
  startedAt: string;
  /** Port on 127.0.0.1 by provider plugin. */
  providers: Record<string, number>;
  /** The stand-in for the Supabase Management API. */
  supabaseApiUrl: string;
  /** The stand-in for Vercel's REST API. */
  vercelApiUrl: string;
  /** Questions about the sandbox itself (control-api.ts). */
  controlUrl: string;
  /** The S3 endpoint of the R2 buckets. */
  s3Url: string;
  /** The way in from outside: CHISAN's hosts, by the header `Host`. */
  edgeUrl: string;
}

/** The running service, or undefined when there is none: not started, killed, or its process ID has another owner by now. */
export function readRunning(paths: SandboxPaths): Running | undefined {
  const running = readNote(paths.running);
  return running !== undefined && isAlive(running) ? running : undefined;
}

/** Whether this very process exists, and not only one with its ID. */
export function isAlive({ pid, started }: Pick<Running, "pid" | "started">): boolean {
  return startOf(pid) === started;
}

/** Undefined also for a note that the disk holds only half of: whoever wrote it did not survive it. */
function readNote(path: string): Running | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Running;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Fingerprint of the sandbox's code by names, sizes and times: cheap enough for every command. */
export function codeFingerprint(): string {
  const hash = createHash("sha256");
  for (const folder of ["sandbox", "supabase"]) {
    for (const entry of readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|json)$/.test(entry.name) || /\.test\.ts$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path}\0${size}\0${mtimeMs}\0`);
    }
  }
  return hash.digest("hex").slice(0, 16);
}
