import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { sandboxConfiguration, type SandboxValue } from "../../config/sandbox-values";
import type { StackName } from "../../config/naming";
import { committedSettings } from "./committed-settings";
import { pulumiExecutable, type SandboxPaths } from "./paths";

const run = promisify(execFile);

/** The name of the Pulumi project (Pulumi.yaml). */
export const projectName = "chisan";

/** The file with which a rehearsal configures a stack. The committed one holds the cloud's values and is only read. */
export function configurationFile(paths: SandboxPaths, stack: StackName): string {
  return join(paths.project, `Pulumi.${stack}.yaml`);
}

/** The passphrase and the seed of this sandbox, made once. */
export function ensureSecrets(paths: SandboxPaths): void {
  mkdirSync(paths.project, { recursive: true, mode: 0o700 });
  mkdirSync(paths.state, { recursive: true, mode: 0o700 });
  for (const path of [paths.passphrase, paths.seed]) {
    if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  }
  const project = join(paths.project, "Pulumi.yaml");
  if (!existsSync(project)) writeFileSync(project, `name: ${projectName}\nruntime: nodejs\n`);
}

/**
 * Makes the stack in the sandbox's backend when it is not there, and its configuration when the committed file has changed since.
 * What was set in the rehearsal itself (`pulumi config set`) is kept.
 *
 * @throws CHI-S004 with the CLI's words
 */
export async function ensureStack(paths: SandboxPaths, stack: StackName, environment: NodeJS.ProcessEnv): Promise<void> {
  const cli = (...args: string[]) => pulumi(paths, environment, args);
  if (!existsSync(join(paths.state, ".pulumi", "stacks", projectName, `${stack}.json`))) {
    await cli("stack", "init", stack, "--no-select");
  }
  const wanted = wantedConfiguration(paths, stack);
  const baseline = join(paths.project, `${stack}.baseline.json`);
  const fingerprints = Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, fingerprint(value)]));
  const before: Record<string, string> = existsSync(baseline) ? (JSON.parse(readFileSync(baseline, "utf8")) as Record<string, string>) : {};
  const changed = Object.entries(wanted).filter(([key]) => before[key] !== fingerprints[key]);
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key));
  if (changed.length === 0 && gone.length === 0) return;
  if (gone.length > 0) await cli("config", "rm-all", "--stack", stack, ...gone);
  if (changed.length > 0) {
    await cli("config", "set-all", "--stack", stack, ...changed.flatMap(([key, { value, secret }]) => [secret ? "--secret" : "--plaintext", `${key}=${value}`]));
  }
  writeFileSync(`${baseline}.draft`, JSON.stringify(fingerprints));
  renameSync(`${baseline}.draft`, baseline);
}

/** The keys that were set or removed in the rehearsal itself, against the committed file. A changed secret is not seen: it is encrypted. */
export function rehearsalsOwnKeys(paths: SandboxPaths, stack: StackName): string[] {
  const wanted = wantedConfiguration(paths, stack);
  const file = parse(readFileSync(configurationFile(paths, stack), "utf8")) as { config?: Record<string, unknown> } | null;
  const found = file?.config ?? {};
  const differs = (key: string) => {
    const [want, have] = [wanted[key], found[key]];
    if (want === undefined || have === undefined) return want !== have;
    if (want.secret || typeof have === "object") return false;
    return String(have) !== want.value;
  };
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].filter(differs).sort();
}

/** Forgets what was set in the rehearsal: the next command configures the stack from the committed file again. */
export function forgetConfiguration(paths: SandboxPaths, stack: StackName): void {
  const file = configurationFile(paths, stack);
  if (existsSync(file)) {
    const { config: _forgotten, ...rest } = (parse(readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
    writeFileSync(file, stringify(rest));
  }
  rmSync(join(paths.project, `${stack}.baseline.json`), { force: true });
}

function wantedConfiguration(paths: SandboxPaths, stack: StackName): Record<string, SandboxValue> {
  return sandboxConfiguration(stack, committedSettings(stack).config ?? {}, readFileSync(paths.seed, "utf8"));
}

function fingerprint({ value, secret }: SandboxValue): string {
  return createHash("sha256").update(`${secret}\0${value}`).digest("hex").slice(0, 16);
}

async function pulumi(paths: SandboxPaths, environment: NodeJS.ProcessEnv, args: string[]): Promise<void> {
  try {
    await run(pulumiExecutable, [...args, "--non-interactive"], { cwd: paths.project, env: environment });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const words = (stderr || message).trim().split("\n").find((line) => line.includes("error")) ?? message.split("\n")[0];
    throw new Error(`CHI-S004 \`pulumi ${args.slice(0, 2).join(" ")}\` failed in the sandbox (${words}): run the command again; its files are in ${paths.directory}`);
  }
}
