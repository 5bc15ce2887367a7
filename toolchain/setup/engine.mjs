import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { contentHash } from "./content.mjs";
import { withLock } from "./lock.mjs";
import { cache, engine, root } from "./paths.mjs";
import { SetupError, step } from "./report.mjs";
import { run } from "./run.mjs";

/** The one version of the CLI: the last whose Node SDK (3.248.0) runs on Node 20 was released with it. */
export const pulumiVersion = "3.250.0";

const launcher = "pulumi-resource-pulumi-nodejs";

/**
 * Puts the Pulumi CLI, its Node language host and the dynamic-provider launcher into one folder, `.chisan/engine`.
 * The official release where it can be downloaded; else both are built from the CLI's own Go module (toolchain/engine).
 * Cached outside the clone by the content that it is made from.
 */
export async function installEngine() {
  const name = contentHash(["toolchain/engine", "toolchain/setup/engine.mjs"], pulumiVersion, process.platform, process.arch);
  const finished = join(cache, "engine", name);
  if (!existsSync(join(finished, "pulumi"))) {
    await withLock(join(cache, "engine.lock"), async () => {
      if (existsSync(join(finished, "pulumi"))) return; // the one we waited for has made it
      // We hold the lock: every draft that lies here is of a set-up that was killed.
      for (const left of draftsOf(finished)) rmSync(left, { recursive: true, force: true });
      const draft = `${finished}.${process.pid}`;
      mkdirSync(draft, { recursive: true });
      try {
        const refusal = await step(`Looking for the official Pulumi CLI ${pulumiVersion}`, () => download(draft));
        if (refusal) await build(draft, refusal);
        copyFileSync(join(root, "toolchain/engine", launcher), join(draft, launcher));
        chmodSync(join(draft, launcher), 0o755);
        renameSync(draft, finished);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    });
  }
  link(finished);
}

function draftsOf(finished) {
  const folder = dirname(finished);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((each) => /^[0-9a-f]{16}\.\d+$/.test(each)).map((each) => join(folder, each));
}

/** Points `.chisan/engine` at the cached build; atomic, so that a running command keeps what it has. */
function link(finished) {
  mkdirSync(dirname(engine), { recursive: true });
  const draft = `${engine}.${process.pid}`;
  rmSync(draft, { force: true });
  symlinkSync(finished, draft);
  renameSync(draft, engine);
}

/** @returns {Promise<string | undefined>} why the official release cannot be had, or undefined when it was installed */
async function download(target) {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  const base = process.env.CHISAN_PULUMI_RELEASES ?? "https://github.com/pulumi/pulumi/releases/download";
  const file = `pulumi-v${pulumiVersion}-${platform}-${architecture}.tar.gz`;
  try {
    const [archive, checksums] = await Promise.all([
      get(`${base}/v${pulumiVersion}/${file}`),
      get(`${base}/v${pulumiVersion}/pulumi-${pulumiVersion}-checksums.txt`),
    ]);
    const wanted = checksums.toString("utf8").split("\n").find((line) => line.endsWith(` ${file}`))?.split(" ")[0];
    const found = createHash("sha256").update(archive).digest("hex");
    if (wanted !== found) {
      throw new SetupError("CHI-T003", `${file} has SHA-256 ${found}, its release says ${wanted ?? "nothing of this file"}: do not use it; try again later`);
    }
    const path = join(target, "release.tar.gz");
    writeFileSync(path, archive);
    await run("tar", ["--extract", "--gzip", "--strip-components=1", "--file", path, "--directory", target]);
    rmSync(path);
    return undefined;
  } catch (error) {
    if (error instanceof SetupError || error.code === "ENOSPC") throw error;
    return error.cause?.code ?? error.message;
  }
}

async function get(url) {
  // Ten seconds to answer at all: behind a firewall that drops packets, a clone should not hang. The body may take its time.
  const answered = new AbortController();
  const timer = setTimeout(() => answered.abort(new Error("no answer in 10 s")), 10_000);
  const response = await fetch(url, { signal: answered.signal }).finally(() => clearTimeout(timer));
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Builds the CLI and the language host with Go, from versions pinned in toolchain/engine/go.sum. */
async function build(target, refusal) {
  const module = join(root, "toolchain/engine");
  const wanted = /^go (\S+)$/m.exec(readFileSync(join(module, "go.mod"), "utf8"))[1];
  const go = (args, onLine) => run("go", args, { cwd: module, onLine, env: { ...process.env, GOFLAGS: "", CGO_ENABLED: "0" } });
  try {
    await go(["version"]);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new SetupError(
      "CHI-T004",
      `Pulumi CLI ${pulumiVersion} cannot be downloaded (${refusal}) and Go is not installed to build it: allow github.com, or install Go ${wanted} or newer, then run it again`,
    );
  }
  process.stderr.write(`  the official release cannot be downloaded (${refusal}): building it from its Go module\n`);
  const compile = (title, output, packagePath) =>
    step(title, async (progress) => {
      const total = (await go(["list", "-deps", packagePath])).trim().split("\n").length;
      let compiled = 0;
      await go(["build", "-v", "-trimpath", "-ldflags=-s -w", "-o", join(target, output), packagePath], () => {
        compiled += 1;
        progress(`${compiled} of at most ${total} Go packages compiled`);
      });
    });
  try {
    let modules = 0;
    await step("Downloading Go modules", (progress) => go(["mod", "download", "-x"], () => progress(`${(modules += 1)} requests`)));
    await compile(`Building Pulumi CLI ${pulumiVersion} (about 4 minutes on 2 cores, once per machine)`, "pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    await compile("Building the Node language host", "pulumi-language-nodejs", "./language-host");
  } catch (error) {
    throw new SetupError("CHI-T005", `Pulumi CLI ${pulumiVersion} could not be built with Go (${error.message}): check the network and the disk, then run it again`);
  }
}
