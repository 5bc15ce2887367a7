import { existsSync } from "node:fs";
import { homedir } from "node:os";
import type { StackName } from "../../config/naming";
import { committedSettings } from "../../sandbox/control/committed-settings";
import { engineDirectory, sandboxDirectory, sandboxPaths, type SandboxPaths } from "../../sandbox/control/paths";
import { sandboxToken, sandboxVariables } from "../../sandbox/control/environment";
import { readRunning, type Running } from "../../sandbox/control/running";
import { openSession, type Session } from "../../sandbox/control/session";
import { missingBackend, missingForCloud } from "./cloud-prerequisites";

/** Where a command acts, and with what the CLI must be started. */
export interface Target {
  kind: "sandbox" | "cloud";
  environment: NodeJS.ProcessEnv;
  /** Arguments that every command on the stack's configuration needs. */
  configurationArguments: string[];
  /** A line on why a run may have failed, when what it ran against went away meanwhile. */
  explainFailure(): string | undefined;
}

/**
 * The sandbox unless the cloud is asked for. The first line on stderr says which.
 *
 * @param needs what a real run is checked for: only the state's backend for a command that only reads it
 * @throws CHI-O010 with all that a real run lacks; nothing has been touched then
 */
export async function chooseTarget(stack: StackName, cloud: boolean, needs: "everything" | "state" = "everything"): Promise<Target> {
  return cloud ? cloudTarget(stack, needs) : sandboxTarget(stack);
}

async function sandboxTarget(stack: StackName): Promise<Target> {
  sayOnce("Target: sandbox (no cloud is touched)");
  const session = await openSession();
  return rehearsalOf(session, await session.prepare(stack, sayOnce));
}

const said = new Set<string>();
/** A command that opens a target several times says of it what is new. */
function sayOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  process.stderr.write(`${text}\n`);
}

/** The sandbox as a target, with a stack's configuration file of the rehearsal. */
export function rehearsalOf({ environment, paths, running }: Session, file: string): Target {
  return { kind: "sandbox", environment, configurationArguments: ["--config-file", file], explainFailure: () => explainLoss(paths, running) };
}

/** A line when the service that was running is not the one that runs now. */
export function explainLoss(paths: SandboxPaths, { pid }: Running): string | undefined {
  if (readRunning(paths)?.pid === pid) return undefined;
  return `CHI-S006 the sandbox's service (process ${pid}) ended in the middle of the run, its last words are in ${paths.log}: run the same command again, it starts the service and carries on (or first \`npx chisan sandbox start\`)`;
}

async function cloudTarget(stack: StackName, needs: "everything" | "state"): Promise<Target> {
  sayOnce(`Target: CLOUD, stack ${stack}`);
  const environment = cloudEnvironment(process.env);
  const missing = (needs === "state" ? missingBackend : missingForCloud)(stack, {
    environment,
    settings: committedSettings(stack),
    exists: existsSync,
    home: environment["HOME"] ?? homedir(),
  });
  if (missing.length > 0) {
    throw new Error(`CHI-O010 ${stack} cannot be run against the cloud yet, nothing was touched; missing:\n${missing.map((line) => `  ${line}`).join("\n")}`);
  }
  return { kind: "cloud", environment, configurationArguments: [], explainFailure: () => undefined };
}

/** The caller's environment without what `eval "$(npx chisan env)"` may have put into it. */
export function cloudEnvironment(caller: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const paths = sandboxPaths(sandboxDirectory());
  const ours = { ...sandboxVariables(paths), SUPABASE_ACCESS_TOKEN: sandboxToken, VERCEL_API_TOKEN: sandboxToken };
  const environment = Object.fromEntries(Object.entries(caller).filter(([name, value]) => ours[name as keyof typeof ours] !== value));
  // Only the sandbox serves addresses of its own.
  delete environment["SUPABASE_API_URL"];
  delete environment["VERCEL_API_URL"];
  const path = (caller["PATH"] ?? "").split(":").filter((folder) => folder !== paths.bin);
  return { ...environment, CHISAN_TARGET: "cloud", PATH: [engineDirectory, ...path].join(":") };
}
