/** An engine that outlives the tool that started it: a `kill -9` of the tool does not reach it, and it ends by itself. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StackName } from "../../../config/naming";
import { releaseDeadLocks } from "../../../sandbox/control/interrupted";
import type { SandboxPaths } from "../../../sandbox/control/paths";
import { projectName } from "../../../sandbox/control/stacks";

const limitSeconds = 1200;

/**
 * Waits until nobody works on a stack of the sandbox. Before it is prepared for a command: what an engine is still making would be taken for
 * what a killed one left behind. (In the cloud nothing is settled; there the lock itself is waited for, see provision.ts.)
 *
 * @param say told once when it has to wait
 * @throws CHI-H058 when it outlives the limit
 */
export async function waitForEngine(paths: SandboxPaths, stack: StackName, say: (text: string) => void, pauseSeconds = 1): Promise<void> {
  const folder = join(paths.state, ".pulumi", "locks", "organization", projectName, stack);
  const until = Date.now() + limitSeconds * 1000;
  for (let first = true; ; first = false) {
    releaseDeadLocks(paths, stack);
    const living = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    if (living.length === 0) return;
    if (first) say(`An engine is still at work on ${stack}, which the last command started: waiting until it has ended`);
    if (Date.now() > until) throw new Error(`CHI-H058 an engine works on ${stack} for more than ${limitSeconds / 60} minutes (${join(folder, living[0] ?? "")} names it): end it, then type the same command again`);
    await sleep(pauseSeconds * 1000);
  }
}
