import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The clone's root: the folder with Pulumi.yaml. */
export const repositoryRoot = findRoot(__dirname);

function findRoot(directory: string): string {
  if (existsSync(join(directory, "Pulumi.yaml"))) return directory;
  if (directory === dirname(directory)) throw new Error("CHI-S001 no Pulumi.yaml above the sandbox's code: run the command from a clone of the repository");
  return findRoot(dirname(directory));
}

/** The engine that the set-up made (toolchain/setup/engine.mjs). */
export const engineDirectory = join(repositoryRoot, ".chisan", "engine");

/** The real CLI. The `pulumi` that `chisan env` puts first on PATH is a front to it. */
export const pulumiExecutable = join(engineDirectory, "pulumi");

/** Where one sandbox keeps everything. Tests name another folder, so that they neither see nor disturb the user's. */
export function sandboxDirectory(): string {
  return resolve(process.env["CHISAN_SANDBOX_DIRECTORY"] ?? join(repositoryRoot, ".chisan", "sandbox"));
}

/** The files of a sandbox. */
export function sandboxPaths(directory: string) {
  return {
    directory,
    /** What "exists at the vendors". */
    world: join(directory, "world"),
    /** Written by the service when it is ready: process id, ports, addresses. */
    running: join(directory, "running.json"),
    /** A file per provider plugin with its port, for the launchers. */
    ports: join(directory, "ports"),
    log: join(directory, "service.log"),
    /** The R2 buckets' objects, the queues' messages, the Workers' Durable Objects. */
    files: join(directory, "files"),
    /** The port of the way in from outside (sandbox/services/edge), kept over a restart. */
    edgePort: join(directory, "edge-port"),
    /** PULUMI_HOME: plugins and the selected stack; nothing of the user's own. */
    home: join(directory, "pulumi-home"),
    /** PULUMI_BACKEND_URL: the stacks' state. */
    state: join(directory, "state"),
    passphrase: join(directory, "passphrase"),
    /** From which stand-ins for secret configuration derive. */
    seed: join(directory, "seed"),
    /** A Pulumi.yaml and the rehearsal's own Pulumi.<stack>.yaml: the committed ones are only read. */
    project: join(directory, "project"),
    /** The `pulumi` that rehearses. */
    bin: join(directory, "bin"),
  };
}

export type SandboxPaths = ReturnType<typeof sandboxPaths>;
