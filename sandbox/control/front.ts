import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot, type SandboxPaths } from "./paths";
import { quoted } from "./shell";

/**
 * Writes the `pulumi` that `chisan env` puts first on PATH. The CLI has no variable for "another configuration file" and none for
 * "another environment", so something must stand in front of it; ops/pulumi-front.ts says what it does.
 */
export function writeFront(paths: SandboxPaths): void {
  const file = join(paths.bin, "pulumi");
  const text = `#!/bin/sh
# Rehearses: see ops/pulumi-front.ts. Made by sandbox/control/front.ts.
export CHISAN_SANDBOX_DIRECTORY=${quoted(paths.directory)}
exec ${quoted(process.execPath)} ${quoted(join(repositoryRoot, "ops/pulumi-front.cjs"))} "$@"
`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(paths.bin, { recursive: true, mode: 0o700 });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
