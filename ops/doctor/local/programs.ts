import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { pulumiExecutable, repositoryRoot } from "../../../sandbox/control/paths";
import { fine, problem, type LocalCheck } from "./check";

const run = promisify(execFile);

/** The first line that a program prints of its version; undefined when it does not run. */
async function versionOf(program: string, args: readonly string[] = ["--version"]): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, args, { cwd: repositoryRoot, timeout: 15_000 });
    return stdout.trim().split("\n")[0];
  } catch {
    // Not there, or it ends with a failure: either way it is of no use.
    return undefined;
  }
}

/** Section 1.3: Node 20.x everywhere; 20.19 is the least that package.json names. */
export function nodeVersion(version = process.versions.node): LocalCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const title = "Node.js 20 (20.19 or newer)";
  return major === 20 && minor >= 19 ? fine("node", title, version) : problem("node", title, version, "nvm install 20 && nvm use 20");
}

export async function engine(): Promise<LocalCheck> {
  const title = "Pulumi's engine";
  const version = existsSync(pulumiExecutable) ? await versionOf(pulumiExecutable, ["version"]) : undefined;
  return version === undefined ? problem("engine", title, "not there, or it does not run", "npm run setup") : fine("engine", title, version || "runs (built from its Go module)");
}

/** Section 1.3: PostgreSQL 15. A client of 15 or newer reads and writes what the server has. */
export async function postgresClient(names: readonly string[] = ["pg_dump", "pg_restore", "psql"]): Promise<LocalCheck> {
  const title = "PostgreSQL's client programs (15 or newer)";
  const fix = "apt-get install postgresql-client-15 (macOS: brew install libpq)";
  const found = await Promise.all(names.map(async (name) => ({ name, version: await clientVersion(name) })));
  const missing = found.filter(({ version }) => version === undefined).map(({ name }) => name);
  if (missing.length > 0) return problem("postgres-client", title, `not found: ${missing.join(", ")}`, fix);
  const old = found.filter(({ version }) => Number(/\d+/.exec(version ?? "")?.[0] ?? 0) < 15);
  const shown = [...new Set(found.map(({ version }) => version))].join(", ");
  return old.length > 0 ? problem("postgres-client", title, shown, fix) : fine("postgres-client", title, shown);
}

/** On PATH, or where Debian keeps several versions beside each other. */
async function clientVersion(name: string): Promise<string | undefined> {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).filter((each) => Number(each) >= 15) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, "bin", name)).filter((path) => existsSync(path));
  for (const program of [name, ...newest]) {
    const text = await versionOf(program);
    const version = /(\d+\.\d+)/.exec(text ?? "")?.[1];
    if (version !== undefined && (Number.parseInt(version, 10) >= 15 || program === newest.at(-1) || newest.length === 0)) return version;
  }
  return undefined;
}

export async function gitSettings(directory = repositoryRoot, environment: NodeJS.ProcessEnv = process.env): Promise<LocalCheck> {
  const title = "git knows who commits";
  if ((await versionOf("git")) === undefined) return problem("git", title, "git is not there", "apt-get install git (macOS: xcode-select --install)");
  const missing: string[] = [];
  for (const key of ["user.name", "user.email"]) {
    try {
      await run("git", ["config", "--get", key], { cwd: directory, env: environment });
    } catch (error) {
      // 1: the key is not set.
      if ((error as { code?: unknown }).code !== 1) throw error;
      missing.push(key);
    }
  }
  return missing.length === 0 ? fine("git", title, "user.name and user.email are set") : problem("git", title, `not set: ${missing.join(", ")}`, missing.map((key) => `git config ${key} '<…>'`).join(" && "));
}

/** What is set in a stack's file and not committed is lost on the next checkout, and the pipeline does not have it. */
export async function committedFiles(directory = repositoryRoot): Promise<LocalCheck> {
  const title = "The stacks' files are as committed";
  try {
    const { stdout } = await run("git", ["status", "--porcelain", "--", "Pulumi*.yaml"], { cwd: directory });
    const changed = stdout.split("\n").filter((line) => line !== "").map((line) => line.slice(3));
    if (changed.length === 0) return fine("committed-files", title, "no difference");
    return problem("committed-files", title, `not committed: ${changed.join(", ")}`, `git diff -- ${changed.join(" ")}, then git commit or git checkout -- ${changed.join(" ")}`);
  } catch (error) {
    // 128: git's own word for no repository.
    if ((error as { code?: unknown }).code !== 128 && (error as { code?: unknown }).code !== "ENOENT") throw error;
    return problem("committed-files", title, "git does not know this folder", "clone the repository with git");
  }
}
