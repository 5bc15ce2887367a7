/** A sandbox of the drill's own: what exists in it, and how the drill acts in it. Nothing of the user's is seen or touched. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { apiServiceName } from "../../../components/api-service";
import { fileStoreNames } from "../../../components/file-store-inputs";
import { environmentSlug, type StackName } from "../../../config/naming";
import { removeSandbox } from "../../../sandbox/control/ensure-service";
import { sandboxPaths, type SandboxPaths } from "../../../sandbox/control/paths";
import { readRunning, type Running } from "../../../sandbox/control/running";
import { runningFiles } from "../../../sandbox/control/running-files";
import { readWorld } from "../../../sandbox/world/read-world";
import { variablesOfService } from "../scenarios/vendors";
import { endLeftover, runCommand } from "./child-command";
import type { DrillPaths } from "./drill-directory";
import { openFiles } from "./sentinels/sentinel-files";
import { openRows } from "./sentinels/sentinel-rows";
import type { SentinelStores } from "./sentinels/write-steadily";

export interface Doing {
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** Seconds for an answer of the sandbox about itself, on a machine that is busy. */
const answerLimit = 180;

export class DrillSandbox {
  public readonly sandbox: SandboxPaths;
  private readonly environment: NodeJS.ProcessEnv;
  /** What opened something in this run: a report may hold none of it. */
  private readonly seen = new Set<string>();

  public constructor(public readonly paths: DrillPaths) {
    this.sandbox = sandboxPaths(paths.sandbox);
    // Of the caller only what finds programs, so that no credential and no target is in it.
    const { PATH, TMPDIR, PG_CONFIG, npm_config_cache } = process.env;
    this.environment = { PATH, TMPDIR, PG_CONFIG, npm_config_cache, HOME: paths.home, LANG: "C.UTF-8", NO_COLOR: "1", CHISAN_SANDBOX_DIRECTORY: paths.sandbox };
  }

  public get secrets(): readonly string[] {
    return [...this.seen];
  }

  /** Makes its folder, ends what a killed drill has left running in it, and starts its service again where that was killed too. */
  public async open(): Promise<void> {
    mkdirSync(this.paths.home, { recursive: true, mode: 0o700 });
    await endLeftover(this.paths.child, `CHISAN_SANDBOX_DIRECTORY=${this.paths.sandbox}`);
    if (existsSync(this.sandbox.world)) await this.chisan(["sandbox", "start"], { signal: new AbortController().signal, say: () => undefined });
  }

  /** `npx chisan …` in it. @returns stdout @throws CHI-H125 with the command's own line when it fails */
  public async chisan(args: readonly string[], { signal, say }: Doing): Promise<string> {
    const { code, stdout, failure } = await runCommand(args, { environment: this.environment, note: this.paths.child, signal, say });
    if (code !== 0) throw new Error(`CHI-H125 \`npx chisan ${args.join(" ")}\` failed in the drill's sandbox: ${failure}`);
    return stdout;
  }

  /** The same, with `--json`. */
  public async answer(args: readonly string[], doing: Doing): Promise<unknown> {
    const stdout = await this.chisan([...args, "--json"], doing);
    try {
      return JSON.parse(stdout);
    } catch {
      throw new Error(`CHI-H126 \`npx chisan ${args.join(" ")} --json\` printed no JSON: this is a fault of the tool; run it by hand`);
    }
  }

  /** A stack's outputs, with secrets. */
  public async outputs(stack: StackName, doing: Doing): Promise<Record<string, unknown>> {
    const outputs = JSON.parse(await this.chisan(["output", stack, "--json", "--show-secrets"], { ...doing, say: () => undefined })) as Record<string, unknown>;
    const { databaseUrl } = outputs;
    if (typeof databaseUrl === "string") this.seen.add(new URL(databaseUrl).password);
    for (const name of ["backupsReader", "backupsWriter", "filesGateway"]) {
      const { secretAccessKey, operatorKey } = (outputs[name] ?? {}) as Record<string, unknown>;
      for (const secret of [secretAccessKey, operatorKey]) if (typeof secret === "string") this.seen.add(secret);
    }
    return outputs;
  }

  /** Where sentinels of a stack go: its database, and its files as its application writes them. */
  public async sentinelStores(stack: StackName, signal: AbortSignal): Promise<SentinelStores> {
    const running = this.running();
    const slug = environmentSlug(stack);
    const variables = variablesOfService(readWorld(this.sandbox.world), apiServiceName({ slug }));
    const variable = (name: string): string => {
      const value = variables[name];
      if (value === undefined || value === "") throw new Error(`CHI-H127 the API of ${stack} has no variable ${name}: npx chisan up ${stack}`);
      return value;
    };
    const { workers, offsetSeconds } = await inTime(runningFiles(running), signal);
    const gateway = workers[fileStoreNames({ slug }).gateway];
    if (gateway === undefined) throw new Error(`CHI-H127 the sandbox runs no files gateway of ${stack}: npx chisan up ${stack}`);
    const [databaseUrl, gatewayKey, secretAccessKey] = [variable("DATABASE_URL"), variable("FILES_GATEWAY_SECRET"), variable("R2_SECRET_ACCESS_KEY")];
    for (const secret of [new URL(databaseUrl).password, gatewayKey, secretAccessKey]) this.seen.add(secret);
    return {
      row: await openRows(databaseUrl),
      file: openFiles({ gateway, gatewayKey, clockAhead: offsetSeconds, s3: { endpoint: running.s3Url, bucket: variable("R2_BUCKET_NAME"), accessKeyId: variable("R2_ACCESS_KEY_ID"), secretAccessKey } }),
    };
  }

  /** @throws CHI-H128 */
  public running(): Running {
    const running = readRunning(this.sandbox);
    if (running === undefined) throw new Error(`CHI-H128 the drill's sandbox does not run, its last words are in ${this.sandbox.log}: run the same command again`);
    return running;
  }

  /** Where a stack's state lies, and the engine's copies of it. */
  public stateFiles(stack: StackName): { readonly folder: string; readonly names: readonly [string, string] } {
    return { folder: join(this.sandbox.state, ".pulumi", "stacks", "chisan"), names: [`${stack}.json`, `${stack}.json.bak`] };
  }

  /** Types of what a stack's state still has, components and providers left out. */
  public remainingTypes(stack: StackName): string[] {
    const { folder, names } = this.stateFiles(stack);
    const file = join(folder, names[0]);
    if (!existsSync(file)) return [];
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest?: { resources?: { type: string; custom?: boolean }[] } } };
    return (checkpoint.latest?.resources ?? []).filter(({ type, custom }) => custom === true && !type.startsWith("pulumi:")).map(({ type }) => type);
  }

  /** Stops what runs and removes every trace but the journal and the ledger, which the report is still made of. */
  public async remove(): Promise<void> {
    await endLeftover(this.paths.child, `CHISAN_SANDBOX_DIRECTORY=${this.paths.sandbox}`);
    if (existsSync(this.paths.sandbox)) await removeSandbox(this.sandbox);
    for (const each of [this.paths.home, this.paths.taken, this.paths.child]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @throws the signal's reason; CHI-H128 when the sandbox hangs */
async function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerLimit * 1000)]);
  const over = new Promise<never>((_resolve, reject) => {
    limit.addEventListener("abort", () => reject(signal.aborted ? (signal.reason as Error) : new Error(`CHI-H128 the drill's sandbox does not answer within ${answerLimit} s: run the same command again`)), { once: true });
  });
  return Promise.race([answer, over]);
}
