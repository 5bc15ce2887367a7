import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The set-up on a machine of its own: a clone without anything installed, an empty cache, and only the programs that it is given. */
export class BareClone {
  public readonly directory = mkdtempSync(join(tmpdir(), "chisan-setup-"));
  public readonly root = join(this.directory, "clone");
  public readonly cache = join(this.directory, "cache");
  private readonly bin = join(this.directory, "bin");

  public constructor() {
    cpSync(join(root, "toolchain"), join(this.root, "toolchain"), { recursive: true });
    for (const name of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(root, name), join(this.root, name));
    mkdirSync(this.bin);
    for (const name of ["sh", "tar", "gzip"]) symlinkSync(execFileSync("which", [name], { encoding: "utf8" }).trim(), join(this.bin, name));
  }

  /** Puts a program on PATH. */
  public program(name: string, script: string): void {
    const file = join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** Starts Node on a text (an ES module), or on a file of the clone. */
  public start(what: { text: string } | { file: string }, more: NodeJS.ProcessEnv = {}, preload?: string): { pid: number; ended: Promise<Ended>; seen: () => string } {
    const args = [
      ...(preload === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`]),
      ...("text" in what ? ["--input-type=module", "--eval", what.text] : [join(this.root, what.file)]),
    ];
    const environment = { PATH: this.bin, HOME: this.directory, XDG_CACHE_HOME: this.cache, ...more };
    const child = spawn(process.execPath, args, { cwd: this.root, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Ended>((settle, reject) => {
      child.once("error", reject);
      child.once("close", (code) => settle({ code, stdout, stderr }));
    });
    return { pid: child.pid ?? 0, ended, seen: () => stderr };
  }

  /** `installEngine`, with errors reported as the set-up reports them. */
  public installEngine(more: NodeJS.ProcessEnv = {}, preload?: string) {
    const text = `import { installEngine } from "${this.root}/toolchain/setup/engine.mjs";
      import { fail } from "${this.root}/toolchain/setup/report.mjs";
      await installEngine().catch(fail);`;
    return this.start({ text }, more, preload);
  }

  /** What lies in the cache beside finished engines: drafts and locks. */
  public leftovers(): string[] {
    const folder = join(this.cache, "chisan-infrastructure");
    const within = (name: string) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((each) => join(name, each)) : []);
    return [...within("."), ...within("engine")].filter((name) => name !== "engine" && !/^engine\/[0-9a-f]{16}$/.test(name));
  }

  public dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The lines that end a failed run: everything of stderr that is no progress. */
export function errorLines(stderr: string): string[] {
  return stderr.trim().split("\n").filter((line) => !/^(▶|✔| {2})/.test(line));
}

