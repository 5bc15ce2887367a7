/** A sandbox of a scenario's own: nothing of the user's is seen or touched, and nothing of it is left afterwards. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientBase } from "pg";
import type { StackName } from "../../../config/naming";
import { removeSandbox } from "../../../sandbox/control/ensure-service";
import { repositoryRoot, sandboxPaths, type SandboxPaths } from "../../../sandbox/control/paths";
import { readRunning, type Running } from "../../../sandbox/control/running";
import { startOf } from "../../../sandbox/world/process-start";
import type { WorldRecord } from "../../../sandbox/world/world";
import { clientOptions } from "../../../supabase/client-options";
import { prepareDatabase } from "../../seed/prepare-database";
import { endNoted, runChild, type Ended } from "./child";
import { blocksOf } from "./runbook-blocks";
import { readWorld } from "../../../sandbox/world/read-world";

const folderPrefix = "chisan-scenario-";
/** Below the folder: the program that runs at the moment (child.ts). */
const noteName = "child.json";

/** The outputs of a cloud stack that scenarios use. */
export interface CloudOutputs {
  readonly databaseUrl: string;
  readonly filesBucket: string;
  readonly backupsBucket: string;
  readonly backupsReader: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly backupsWriter: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly filesGateway: { readonly url: string; readonly operatorKey: string };
  readonly imagePrefix: string;
  readonly supabaseProject: string;
}

export class ScenarioSandbox {
  public readonly paths: SandboxPaths;
  /** A clean shell's: of the caller only what finds programs, so that no credential and no target is in it. */
  public readonly environment: NodeJS.ProcessEnv;
  private readonly prepared = new Set<StackName>();

  private constructor(
    public readonly directory: string,
    public readonly signal: AbortSignal,
    private readonly say: (text: string) => void,
  ) {
    this.paths = sandboxPaths(join(directory, "sandbox"));
    const home = join(directory, "home");
    mkdirSync(home);
    const { PATH, TMPDIR, PG_CONFIG, npm_config_cache } = process.env;
    this.environment = { PATH, TMPDIR, PG_CONFIG, npm_config_cache, HOME: home, LANG: "C.UTF-8", NO_COLOR: "1", CHISAN_SANDBOX_DIRECTORY: this.paths.directory };
  }

  /** Names the program that runs at the moment. */
  public get note(): string {
    return join(this.directory, noteName);
  }

  /**
   * A new one. Removes first what a killed scenario has left behind.
   *
   * @param signal ends every program that runs in it
   * @param say a line for the operator
   */
  public static async create(signal: AbortSignal, say: (text: string) => void): Promise<ScenarioSandbox> {
    process.umask(0o077);
    for (const left of abandonedFolders()) {
      say(`A scenario was killed: removing what it left in ${left}`);
      await removeFolder(left);
    }
    const directory = mkdtempSync(join(tmpdir(), folderPrefix));
    writeFileSync(join(directory, "owner.json"), JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
    return new ScenarioSandbox(directory, signal, say);
  }

  /** Brings a stack up and fills its database; nothing when that was done before. */
  public async prepare(stack: StackName): Promise<void> {
    if (this.prepared.has(stack)) return;
    this.say(`Bringing up ${stack} in a sandbox of its own`);
    await this.chisan("up", stack, "--json");
    const { databaseUrl } = await this.outputs(stack);
    this.say(`Its database: ${await prepareDatabase("staging", databaseUrl)}`);
    this.prepared.add(stack);
  }

  /** `npx chisan …`, and what it printed. @throws CHI-H163 with its last words when it fails */
  public async chisan(...args: string[]): Promise<Ended> {
    const ended = await this.tryChisan(...args);
    if (ended.code !== 0) throw new Error(`CHI-H163 \`npx chisan ${args.join(" ")}\` failed: ${lastWords(ended.text)}`);
    return ended;
  }

  /** The same, also when it fails. */
  public tryChisan(...args: string[]): Promise<Ended> {
    return runChild(process.execPath, [join(repositoryRoot, "ops/chisan.cjs"), ...args], { environment: this.environment, directory: repositoryRoot, signal: this.signal, note: this.note });
  }

  /** The Pulumi CLI on one of CHISAN's stacks, as after `eval "$(npx chisan env)"`. @throws CHI-H163 */
  public async pulumi(...args: string[]): Promise<Ended> {
    const ended = await runChild(join(this.paths.bin, "pulumi"), [...args, "--non-interactive"], { environment: this.environment, directory: repositoryRoot, signal: this.signal, note: this.note });
    if (ended.code !== 0) throw new Error(`CHI-H163 \`pulumi ${args.slice(0, 2).join(" ")}\` failed: ${lastWords(ended.text)}`);
    return ended;
  }

  /**
   * Types the commands of a runbook, as they stand, one section after the other in one shell that an error ends.
   *
   * @param headings how the sections' headings begin
   * @param variables what the page asks the reader to put in (a moment, a key from the safe)
   * @returns all that was printed
   * @throws CHI-H160 when the page has no such section, CHI-H164 with the last words when a command fails
   */
  public async runbook(page: string, headings: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const blocks = blocksOf(page, headings);
    this.say(`Typing docs/runbooks/${page}: ${headings.join(" ")}`);
    const ended = await runChild("bash", ["-euo", "pipefail", "-c", blocks.join("\n")], { environment: { ...this.environment, ...variables }, directory: repositoryRoot, signal: this.signal, note: this.note });
    if (ended.code !== 0) throw new Error(`CHI-H164 the commands of docs/runbooks/${page} below ${headings.join(", ")} ended with ${ended.code}: ${lastWords(ended.text)}`);
    return ended.text;
  }

  /** With the values of secret outputs. */
  public async outputs(stack: StackName): Promise<CloudOutputs> {
    return JSON.parse((await this.chisan("output", stack, "--json", "--show-secrets")).stdout) as CloudOutputs;
  }

  /** Works in a stack's database as its owner. */
  public async database<T>(databaseUrl: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
    const client = new Client(clientOptions(databaseUrl));
    // A connection that the server drops fails the query that runs; without a listener it would end the process.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** @throws CHI-H165 when no service runs */
  public running(): Running {
    const running = readRunning(this.paths);
    if (running === undefined) throw new Error(`CHI-H165 no service runs in the scenario's sandbox, its last words are in ${this.paths.log}: run the scenario again`);
    return running;
  }

  /** Asks the sandbox about itself, or changes it (sandbox/control/control-api.ts). @throws CHI-H165 with its words */
  public async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.running().controlUrl + path, { method, signal: this.signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`CHI-H165 the sandbox answered ${response.status} to ${method} ${path.split("?")[0]}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  public world(): WorldRecord[] {
    return readWorld(this.paths.world);
  }

  /** Stops what runs and removes every trace. */
  public async dispose(): Promise<void> {
    await removeFolder(this.directory);
  }
}

/** The last lines of what a program printed, as one. */
export function lastWords(text: string): string {
  const lines = text.trim().split("\n").filter((line) => line.trim() !== "");
  const named = [/CHI-[A-Z]\d{3}/, /error:(?! (preview|update) failed)/i, /^(Policies: \d+ violation|\S+ .* (surplus|missing))/].map((form) => lines.filter((line) => form.test(line)));
  return (named.find((found) => found.length > 0)?.slice(-2) ?? lines.slice(-3)).join(" / ").slice(0, 800) || "nothing was printed";
}

/** The folders of scenarios whose process is no more. */
function abandonedFolders(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(folderPrefix))
    .map((name) => join(tmpdir(), name))
    .filter((folder) => {
      const note = join(folder, "owner.json");
      if (!existsSync(note)) return false;
      try {
        const { pid, started } = JSON.parse(readFileSync(note, "utf8")) as { pid: number; started?: string };
        return startOf(pid) !== started;
      } catch (error) {
        // Cut off in writing, or another user's: not known to be abandoned.
        if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "EACCES") return false;
        throw error;
      }
    });
}

async function removeFolder(folder: string): Promise<void> {
  endNoted(join(folder, noteName));
  await removeSandbox(sandboxPaths(join(folder, "sandbox")));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
