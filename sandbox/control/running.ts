import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot, type SandboxPaths } from "./paths";

/** What the sandbox's service says of itself. */
export interface Running {
  pid: number;
  /** Fingerprint of the code it runs: another one is started when that changes. */
  code: string;
  startedAt: string;
  /** Port on 127.0.0.1 by provider plugin. */
  providers: Record<string, number>;
  /** The stand-in for the Supabase Management API. */
  supabaseApiUrl: string;
  /** Questions about the sandbox itself (control-api.ts). */
  controlUrl: string;
}

/** The running service, or undefined when there is none (or it was killed). */
export function readRunning(paths: SandboxPaths): Running | undefined {
  if (!existsSync(paths.running)) return undefined;
  const running = JSON.parse(readFileSync(paths.running, "utf8")) as Running;
  return isAlive(running.pid) ? running : undefined;
}

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
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
