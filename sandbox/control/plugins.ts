import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pluginVersions, type PluginName } from "../providers/versions";
import { repositoryRoot, type SandboxPaths } from "./paths";
import { quoted } from "./shell";

/**
 * Puts a plugin for each provider into the sandbox's PULUMI_HOME, where the engine looks for them. Each is a launcher that tells
 * the engine the port of the running service (starting it when it is not there), so a preview pays for no start of a provider.
 */
export function installPlugins(paths: SandboxPaths): void {
  for (const [name, version] of Object.entries(pluginVersions) as [PluginName, string][]) {
    const folder = join(paths.home, "plugins", `resource-${name}-v${version}`);
    const file = join(folder, `pulumi-resource-${name}`);
    const text = launcher(name, paths);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
}

/** `kill -0` and not a call over the network: the launcher runs for every provider of every command. */
function launcher(name: string, paths: SandboxPaths): string {
  return `#!/bin/sh
# Provider "${name}" of the sandbox: tells the engine where the running service listens. Made by sandbox/control/plugins.ts.
port_file=${quoted(join(paths.ports, name))}
find_port() { [ -r "$port_file" ] && read -r port pid < "$port_file" && kill -0 "$pid" 2>/dev/null; }
if ! find_port; then
  CHISAN_SANDBOX_DIRECTORY=${quoted(paths.directory)} ${quoted(process.execPath)} ${quoted(join(repositoryRoot, "ops/chisan.cjs"))} sandbox start >&2 && find_port || {
    echo "CHI-S003 the sandbox's ${name} provider is not running: npx chisan sandbox start" >&2
    exit 1
  }
fi
echo "$port"
# The engine ends its plugins; if it is killed itself, this ends too.
while kill -0 "$PPID" 2>/dev/null; do sleep 1; done
`;
}
