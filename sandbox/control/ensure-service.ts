import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findPostgres } from "../../supabase/postgres-binaries";
import { databasesHome, removeClusters, stopServers } from "../services/postgres/home";
import { ownerOf } from "../world/lock";
import { exclusively } from "./exclusively";
import { repositoryRoot, type SandboxPaths } from "./paths";
import { codeFingerprint, isAlive, readRunning, type Running } from "./running";
import { runningDatabases } from "./running-databases";

/** Loading the schemas takes 2 to 4 s on 2 busy cores; beyond this something is wrong. */
const startLimitSeconds = 60;

/**
 * The running service of this sandbox; started when there is none, and started anew when its code has changed.
 *
 * @throws CHI-S002 with the service's last words when it does not come up
 */
export async function ensureService(paths: SandboxPaths): Promise<Running> {
  const code = codeFingerprint();
  const found = readRunning(paths);
  if (found?.code === code) return found;
  mkdirSync(paths.directory, { recursive: true, mode: 0o700 });
  // Two commands at once start one service: the second waits here and then finds it.
  return exclusively(paths, "service", "another command starts the sandbox: waiting for it", say, async () => {
    const other = readRunning(paths);
    if (other?.code === code) return other;
    await stopService(paths);
    return start(paths);
  });
}

async function start(paths: SandboxPaths): Promise<Running> {
  rmSync(paths.running, { force: true });
  // The Workers' runtime keeps files there, and whoever is killed leaves them: they go with the sandbox, or at the next start.
  const temporary = join(paths.directory, "tmp");
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { mode: 0o700 });
  const log = openSync(paths.log, "a", 0o600);
  const logged = statSync(paths.log).size;
  const child = spawn(process.execPath, ["--require", join(repositoryRoot, "toolchain/typescript.cjs"), join(repositoryRoot, "sandbox/control/service.ts"), paths.directory], {
    cwd: repositoryRoot,
    detached: true,
    stdio: ["ignore", log, log],
    // Nothing of the user's environment but what a program needs to run: no credential can be in it.
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: temporary, LANG: process.env["LANG"], PG_CONFIG: process.env["PG_CONFIG"] },
  });
  closeSync(log);
  let exited: number | null | undefined;
  child.once("exit", (exitCode) => (exited = exitCode));
  child.unref();
  const deadline = Date.now() + startLimitSeconds * 1000;
  while (Date.now() < deadline && exited === undefined) {
    const running = readRunning(paths);
    if (running?.pid === child.pid && running !== undefined) {
      await sayWhatIsMissing(running);
      return running;
    }
    await sleep(50);
  }
  const lastWords = readFileSync(paths.log, "utf8").slice(logged).trim().split("\n").at(-1);
  throw new Error(`CHI-S002 the sandbox did not start (${lastWords || `nothing logged within ${startLimitSeconds} s`}): see ${paths.log}, or start afresh with \`npx chisan sandbox reset --yes\``);
}

/**
 * Stops the service, by its process id; what it remembers stays on disk. Resolves to whether one was running.
 * Its note may be lost, or of another version: whoever holds the world is the service then.
 */
export async function stopService(paths: SandboxPaths): Promise<boolean> {
  const running = readRunning(paths) ?? (await ownerOf(paths.world));
  if (running === undefined) return false;
  process.kill(running.pid, "SIGTERM");
  // Its databases write everything to their files first.
  for (let waited = 0; waited < 30_000 && isAlive(running); waited += 50) await sleep(50);
  if (isAlive(running)) process.kill(running.pid, "SIGKILL");
  rmSync(paths.running, { force: true });
  return true;
}

/** Stops the service, and the databases that it left behind if it was killed. Resolves to whether anything was running. */
export async function stopSandbox(paths: SandboxPaths): Promise<boolean> {
  const wasRunning = await stopService(paths);
  const left = await stopServers(databasesHome(paths).directory);
  return wasRunning || left > 0;
}

/** Stops all of a sandbox and forgets everything: nothing of it is left. */
export async function removeSandbox(paths: SandboxPaths): Promise<void> {
  await stopService(paths);
  await removeClusters(databasesHome(paths).directory);
  rmSync(paths.directory, { recursive: true, force: true, maxRetries: 5 });
}

/** What does not keep the service from starting, but a rehearsal from succeeding. */
async function sayWhatIsMissing(running: Running): Promise<void> {
  try {
    findPostgres();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return;
  }
  for (const { problem } of await runningDatabases(running)) if (problem !== null) say(problem);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
