/** The engine's commands on single resources of a stack: what a hand-over needs, and no more of the stack than that. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { StackName } from "../../../config/naming";
import { pulumiExecutable, repositoryRoot } from "../../../sandbox/control/paths";
import { heldLocks, lockInWords, unlockCommand } from "../../engine/held-lock";
import { watchOperation } from "../../engine/stack-operation";
import type { Target } from "../../engine/target";
import { engineWords, firstLine } from "../region/engine-words";
import type { PreviewStep } from "../region/expected-changes";
import type { ExportedState } from "../region/traffic-state";

const run = promisify(execFile);
/** An engine that a `kill -9` of this tool left at work ends by itself; it is waited for so long. */
const lockLimit = 15 * 60_000;
const lockPause = 5000;
/** A vendor that neither answers nor refuses is not waited for longer. A preview takes seconds, an import less. */
const limitMinutes = 5;

/** A step of a preview with what the resource shall be. */
export interface Step extends PreviewStep {
  newState?: { inputs?: Record<string, unknown> };
}

export interface ToImport {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly provider: string;
}

/** One stack's engine; what each method throws is at {@link Engine}. */
export interface StackEngine {
  with(file: string): StackEngine;
  state(): Promise<ExportedState>;
  plainState(): Promise<unknown>;
  preview(urns: readonly string[]): Promise<readonly Step[]>;
  import(resources: readonly ToImport[]): Promise<void>;
  refresh(urns: readonly string[]): Promise<void>;
  update(urns: readonly string[], notify: (text: string) => void): Promise<void>;
  operate(args: readonly string[], notify: (text: string) => void): Promise<void>;
  forget(urns: readonly string[]): Promise<void>;
}

/** With Pulumi's CLI. */
export class Engine implements StackEngine {
  /** @param file the stack's configuration: the real one, or a draft */
  public constructor(
    public readonly stack: StackName,
    private readonly target: Target,
    private readonly file: string,
  ) {}

  /** The same stack with another configuration. */
  public with(file: string): Engine {
    return new Engine(this.stack, this.target, file);
  }

  /** Secrets in it are encrypted. @throws CHI-H096 */
  public async state(): Promise<ExportedState> {
    return JSON.parse(await this.said("CHI-H096", "state", ["stack", "export"])) as ExportedState;
  }

  /** With its secrets in plain: for the memory of this process alone. @throws CHI-H096 */
  public async plainState(): Promise<unknown> {
    return JSON.parse(await this.said("CHI-H096", "state", ["stack", "export", "--show-secrets"])) as unknown;
  }

  /** What an update of these resources alone would do. @throws CHI-H097 with the engine's words */
  public async preview(urns: readonly string[]): Promise<readonly Step[]> {
    const text = await this.said("CHI-H097", "preview", ["preview", "--json", "--show-sames", "--config-file", this.file, ...targets(urns)]);
    return (JSON.parse(text) as { steps?: Step[] }).steps ?? [];
  }

  /** Takes what exists into the state, and changes nothing at the vendors. @throws CHI-H099, CHI-H100 */
  public async import(resources: readonly ToImport[]): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "chisan-dr-"));
    try {
      const names = [...new Set(resources.flatMap(({ parent, provider }) => [parent, provider]))];
      const nameOf = (urn: string) => `n${names.indexOf(urn)}`;
      const wanted = resources.map(({ type, name, id, parent, provider }) => ({ type, name, id, parent: nameOf(parent), provider: nameOf(provider) }));
      writeFileSync(join(folder, "import.json"), JSON.stringify({ nameTable: Object.fromEntries(names.map((urn) => [nameOf(urn), urn])), resources: wanted }));
      const quiet = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false", "--suppress-outputs"];
      await this.said("CHI-H099", "import", ["import", "--file", join(folder, "import.json"), "--config-file", this.file, ...quiet]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Reads these resources back from the vendors. @throws CHI-H099, CHI-H100 */
  public async refresh(urns: readonly string[]): Promise<void> {
    await this.said("CHI-H099", "refresh", ["refresh", "--yes", "--skip-preview", "--suppress-outputs", "--config-file", this.file, ...targets(urns)]);
  }

  /** @throws CHI-H099 with the engine's words, CHI-H100 when the state is locked */
  public async update(urns: readonly string[], notify: (text: string) => void): Promise<void> {
    await this.operate(["up", "--skip-preview", ...targets(urns)], notify);
  }

  /** Any other operation with the stack's configuration. @throws CHI-H099; CHI-H100 when the state stays locked */
  public operate(args: readonly string[], notify: (text: string) => void): Promise<void> {
    return whenUnlocked(() => this.once(args, notify), notify);
  }

  private async once([command = "", ...rest]: readonly string[], notify: (text: string) => void): Promise<void> {
    const consent = command === "preview" ? [] : ["--yes"];
    const { exitCode, errors, policies } = await watchOperation([command, "--stack", this.stack, "--config-file", this.file, ...consent, ...rest], this.target, (_done, what) => {
      if (!what.startsWith("same ")) notify(what);
    });
    if (exitCode === 0) return;
    const violated = policies.violations.map(({ policy, resource }) => `${policy}: ${resource}`);
    throw this.failure("CHI-H099", command, violated.length > 0 ? `against the policies: ${violated.slice(0, 5).join(", ")}` : errors.join("\n"));
  }

  /** The state forgets these resources; at the vendors they stay as they are. @throws CHI-H099, CHI-H100 */
  public async forget(urns: readonly string[]): Promise<void> {
    if (urns.length > 0) await this.said("CHI-H099", "state delete", ["state", "delete", ...urns, "--yes", "--force"]);
  }

  private said(code: string, what: string, args: readonly string[]): Promise<string> {
    return whenUnlocked(() => this.asked(code, what, args), () => undefined);
  }

  private async asked(code: string, what: string, args: readonly string[]): Promise<string> {
    const options = { cwd: repositoryRoot, env: this.target.environment, maxBuffer: 1 << 28, timeout: limitMinutes * 60_000 };
    try {
      return (await run(pulumiExecutable, [...args, "--stack", this.stack, "--non-interactive"], options)).stdout;
    } catch (error) {
      // Its message has the whole command line, and what was printed may name every resource.
      const { stdout = "", stderr = "", killed, code: exit } = error as { stdout?: string; stderr?: string; killed?: boolean; code?: unknown };
      if (killed === true) throw this.failure(code, what, `no end after ${limitMinutes} minutes`);
      throw this.failure(code, what, heldLocks(stderr).length > 0 ? stderr : (engineWords(stdout, stderr) ?? errorLine(stdout) ?? `pulumi ended with ${String(exit)}`));
    }
  }

  private failure(code: string, what: string, words: string): Error {
    const locks = heldLocks(words);
    if (locks.length > 0) {
      return new Error(
        `CHI-H100 the state of ${this.stack} is ${lockInWords(locks)}: wait for that run to end; if it is dead (killed, or its machine is gone): ` +
          `${unlockCommand(this.stack)}, then type the same command again`,
      );
    }
    return new Error(`${code} \`pulumi ${what}\` failed for ${this.stack} (${firstLine(words) ?? "without words"}): mend what it says and type the same command again, it carries on`);
  }
}

async function whenUnlocked<T>(work: () => Promise<T>, notify: (text: string) => void): Promise<T> {
  const until = Date.now() + lockLimit;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("CHI-H100") || Date.now() > until) throw error;
      notify("the state is locked, by an engine that is still at work: waiting for it");
      await pause(lockPause);
    }
  }
}

/** Of an operation's own display. */
function errorLine(stdout: string): string | undefined {
  return firstLine(stdout.split("\n").find((line) => /error:/.test(line)) ?? "");
}

function targets(urns: readonly string[]): string[] {
  return urns.flatMap((urn) => ["--target", urn]);
}
