import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { sandboxVariables } from "../../sandbox/control/environment";
import { pulumiExecutable, repositoryRoot, sandboxDirectory, sandboxPaths, type SandboxPaths } from "../../sandbox/control/paths";
import { readRunning } from "../../sandbox/control/running";
import { configurationFile, projectName } from "../../sandbox/control/stacks";
import { specifications } from "../../stacks/specifications";
import { missingBackend } from "../engine/cloud-prerequisites";
import { cloudEnvironment } from "../engine/target";
import type { Facts, KnownResource, Read } from "./facts";
import { publicDns } from "./public-dns";
import { recoveryFacts, rehearsedRecovery } from "./recovery";
import { readStackFile, settingsOf } from "./settings";
import { readGithubEnvironment, supabaseQuestions } from "./vendors";

const run = promisify(execFile);

/** What is known of a real environment: its file, its state where this shell may read it, and those vendors whose credentials this shell has. */
export async function cloudFacts(stack: CloudStack, caller: NodeJS.ProcessEnv = process.env): Promise<Facts> {
  const environment = cloudEnvironment(caller);
  const file = readStackFile(join(repositoryRoot, `Pulumi.${stack}.yaml`));
  const settings = { ...file, config: { ...file.config } };
  const missing = missingBackend(stack, { environment, settings, exists: existsSync, home: environment["HOME"] ?? homedir() });
  return {
    stack,
    specification: specifications[stack],
    ...settingsOf(file),
    secretsProvider: typeof file.secretsprovider === "string" ? file.secretsprovider : undefined,
    missingBackend: { value: missing },
    resources: missing.length > 0 ? { unreadable: "the state's backend is not set up in this shell (state-backend)" } : await exported(stack, environment),
    ...recoveryFacts(stack, settingsOf(readStackFile(join(repositoryRoot, "Pulumi.chisan-dr.yaml"))), environment),
    ...supabaseQuestions(environment),
    ...publicDns(),
    githubEnvironment: (repository, name) => readGithubEnvironment(repository, name, environment),
  };
}

async function exported(stack: CloudStack, environment: NodeJS.ProcessEnv): Promise<Read<readonly KnownResource[]>> {
  try {
    const args = ["stack", "export", "--stack", stack, "--non-interactive"];
    const { stdout } = await run(pulumiExecutable, args, { cwd: repositoryRoot, env: environment, maxBuffer: 1 << 28, timeout: 60_000 });
    const { deployment } = JSON.parse(stdout) as { deployment?: { resources?: KnownResource[] } };
    return { value: deployment?.resources ?? [] };
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    if (/no stack named/.test(stderr)) return { value: [] };
    return { unreadable: "the state's backend did not answer with the state: pulumi stack export shows why" };
  }
}

/** What is known of a rehearsed environment, or undefined when there is none. Nothing is started, and nobody outside this machine is asked. */
export function rehearsedFacts(stack: CloudStack, paths: SandboxPaths = sandboxPaths(sandboxDirectory())): Facts | undefined {
  const state = join(paths.state, ".pulumi", "stacks", projectName, `${stack}.json`);
  const running = readRunning(paths);
  if (!existsSync(state)) return undefined;
  const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as { checkpoint?: { latest?: { resources?: KnownResource[] } } };
  const resources = checkpoint?.latest?.resources ?? [];
  if (resources.length === 0) return undefined;
  const notAsked = Promise.resolve({ unreadable: "a rehearsal asks nobody outside this machine" });
  const stopped = Promise.resolve({ unreadable: "the sandbox is not running: npx chisan sandbox start" });
  return {
    stack,
    specification: specifications[stack],
    ...settingsOf(readStackFile(configurationFile(paths, stack))),
    secretsProvider: undefined,
    missingBackend: { unreadable: "a rehearsal has a backend of its own" },
    resources: { value: resources },
    ...(running === undefined
      ? { supabasePlan: () => stopped, supabaseAddons: () => stopped }
      : supabaseQuestions(sandboxVariables(paths, running))),
    ...rehearsedRecovery,
    nameServers: () => notAsked,
    delegationSigners: () => notAsked,
    githubEnvironment: () => notAsked,
  };
}
