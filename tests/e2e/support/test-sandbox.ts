import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackName } from "../../../config/naming";
import type { RunSummary } from "../../../ops/engine/watched-run";
import { ensureService, removeSandbox } from "../../../sandbox/control/ensure-service";
import { sandboxEnvironment } from "../../../sandbox/control/environment";
import { pulumiExecutable, repositoryRoot, sandboxPaths, type SandboxPaths } from "../../../sandbox/control/paths";
import { readRunning, type Running } from "../../../sandbox/control/running";
import { ensureSecrets } from "../../../sandbox/control/stacks";
import type { Fault } from "../../../sandbox/providers";
import type { WorldRecord } from "../../../sandbox/world/world";
import { run, start, type Ended, type Started } from "./processes";
import { readWorld } from "../../../sandbox/world/read-world";

/** What `chisan <operation> <stack> --json` prints. */
export interface OperationResult extends RunSummary {
  stack: StackName;
  target: string;
  operation: string;
  result: string;
}

/** A stack's state, as far as the tests look into it. */
export interface State {
  resources: { urn: string; type: string; id?: string; parent?: string; protect?: boolean; outputs?: Record<string, unknown>; inputs?: Record<string, unknown> }[];
  pending: { type: string; resource: { urn: string } }[];
}

/** A sandbox of a test's own, in a folder of its own: it neither sees nor disturbs the user's. */
export class TestSandbox {
  public readonly directory = mkdtempSync(join(tmpdir(), "chisan-e2e-"));
  public readonly paths: SandboxPaths = sandboxPaths(join(this.directory, "sandbox"));
  /** The dev stack's file; beside the user's own .env.local, and covered by .gitignore like it. */
  public readonly envFile = join(repositoryRoot, `.env.e2e.${randomBytes(4).toString("hex")}`);
  /** A clean shell's environment: nothing of whoever runs the tests but what finds programs. */
  public readonly environment: NodeJS.ProcessEnv;

  public constructor() {
    const home = join(this.directory, "home");
    mkdirSync(home);
    this.environment = {
      PATH: process.env["PATH"],
      HOME: home,
      LANG: "C.UTF-8",
      CHISAN_SANDBOX_DIRECTORY: this.paths.directory,
      CHISAN_ENV_LOCAL: this.envFile.slice(repositoryRoot.length + 1),
    };
  }

  /** `npx chisan …`, without npx: the same file, half a second earlier. */
  public startChisan(...args: string[]): Started {
    return start(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), ...args], { environment: this.environment, directory: repositoryRoot });
  }

  public chisan(...args: string[]): Promise<Ended> {
    return this.startChisan(...args).ended;
  }

  /** `chisan <operation> <stack> --json`, with its result read. @throws with all that was printed when it fails */
  public async operate(operation: "up" | "refresh" | "destroy", stack: StackName, ...args: string[]): Promise<OperationResult> {
    const ended = await this.chisan(operation, stack, "--json", ...args);
    if (ended.code !== 0) throw new Error(`chisan ${operation} ${stack} ended with ${ended.code ?? ended.signal}: ${ended.text}`);
    return JSON.parse(ended.stdout) as OperationResult;
  }

  /** What a user has after `eval "$(npx chisan env)"`: a script in bash. */
  public bash(script: string, { more = {}, directory = repositoryRoot }: { more?: NodeJS.ProcessEnv; directory?: string } = {}): Promise<Ended> {
    const environment = { ...this.environment, ...more };
    return run("bash", ["-c", `set -e\neval "$(node '${join(repositoryRoot, "ops/chisan.cjs")}' env)"\n${script}`], { environment, directory });
  }

  /** The front's `pulumi`, as after `eval "$(npx chisan env)"`. */
  public startPulumi(args: readonly string[], directory = repositoryRoot): Started {
    return start(join(this.paths.bin, "pulumi"), [...args, "--non-interactive"], { environment: this.environment, directory });
  }

  public pulumi(args: readonly string[], directory = repositoryRoot): Promise<Ended> {
    return this.startPulumi(args, directory).ended;
  }

  /** Makes a stack of another project, with the CLI itself: a rehearsal has CHISAN's four and refuses more. */
  public async makeStack(name: string, directory: string): Promise<void> {
    const running = await ensureService(this.paths);
    ensureSecrets(this.paths);
    const environment = sandboxEnvironment(this.environment, this.paths, running);
    const ended = await run(pulumiExecutable, ["stack", "init", name, "--non-interactive"], { environment, directory });
    if (ended.code !== 0) throw new Error(`pulumi stack init ${name} ended with ${ended.code ?? ended.signal}: ${ended.text}`);
  }

  /** @throws when no service runs */
  public running(): Running {
    const running = readRunning(this.paths);
    if (running === undefined) throw new Error(`no service runs in ${this.paths.directory}`);
    return running;
  }

  /** Switches faults of the vendors on; an empty list switches them off. */
  public async faults(faults: readonly Fault[]): Promise<void> {
    const response = await fetch(`${this.running().controlUrl}/faults`, { method: "PUT", body: JSON.stringify(faults) });
    if (!response.ok) throw new Error(`the control API answered ${response.status}: ${await response.text()}`);
  }

  /** Takes regions of Google out for visitors, and back: `{"asia-northeast3":"down"}`. */
  public async regions(states: Readonly<Record<string, "down" | "up">>): Promise<void> {
    const response = await fetch(`${this.running().controlUrl}/regions`, { method: "PUT", body: JSON.stringify(states) });
    if (!response.ok) throw new Error(`the control API answered ${response.status}: ${await response.text()}`);
  }

  /** All that exists at the vendors. */
  public world(): WorldRecord[] {
    return readWorld(this.paths.world);
  }

  /** The state's file of a stack, as text. */
  public stateText(stack: string, project = "chisan"): string {
    return readFileSync(join(this.paths.state, ".pulumi", "stacks", project, `${stack}.json`), "utf8");
  }

  public state(stack: string, project = "chisan"): State {
    const { checkpoint } = JSON.parse(this.stateText(stack, project)) as {
      checkpoint: { latest?: { resources?: State["resources"]; pending_operations?: State["pending"] } };
    };
    return { resources: checkpoint.latest?.resources ?? [], pending: checkpoint.latest?.pending_operations ?? [] };
  }

  /** The engine's process that works on a stack, by the lock that it holds. */
  public enginePid(stack: string): number | undefined {
    const folder = join(this.paths.state, ".pulumi", "locks", "organization", "chisan", stack);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.endsWith(".json")) continue;
      const text = readFileSync(join(folder, name), "utf8");
      if (text !== "") return (JSON.parse(text) as { pid: number }).pid;
    }
    return undefined;
  }

  /** Stops what runs and removes every trace. */
  public async dispose(): Promise<void> {
    await removeSandbox(this.paths);
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
    rmSync(this.envFile, { force: true });
  }
}

/** The committed configuration, by file name, as hashes. */
export function committedConfiguration(directory = repositoryRoot): Record<string, string> {
  const files = readdirSync(directory).filter((name) => /^Pulumi(\..+)?\.yaml$/.test(name));
  return Object.fromEntries(files.map((name) => [name, createHash("sha256").update(readFileSync(join(directory, name))).digest("hex")]));
}

/** Every file below a folder. */
export function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}
