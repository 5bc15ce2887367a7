/**
 * The sandbox's one long-running process: provider plugins, vendors' APIs, and the world behind them.
 * Started by `ensureService` (or by a plugin's launcher), told its folder as the only argument.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProviderServers } from "../providers";
import { startEdge } from "../services/edge/edge";
import { startManagementApi } from "../services/management-api/management-api";
import { Databases } from "../services/postgres/databases";
import { openHome } from "../services/postgres/home";
import { Recoveries, archiveSettingsIn } from "../services/postgres/recovery-service";
import { worldWithDatabases } from "../services/postgres/world-with-databases";
import { startFilesPlane } from "../services/r2/files-plane";
import { startVercelApi } from "../services/vercel-api/vercel-api";
import { openWorld } from "../world/open-world";
import { startOf } from "../world/process-start";
import { startControlApi } from "./control-api";
import { sandboxToken } from "./environment";
import { sandboxPaths } from "./paths";
import { codeFingerprint, type Running } from "./running";

async function main(directory: string): Promise<void> {
  const code = codeFingerprint();
  const paths = sandboxPaths(directory);
  mkdirSync(paths.ports, { recursive: true, mode: 0o700 });
  const remembered = await openWorld(paths.world);
  const home = await openHome(paths);
  const databases = await Databases.open({ world: remembered, home, settingsFor: archiveSettingsIn(home), notify: log });
  const files = await startFilesPlane({ directory: paths.files, world: remembered });
  const world = worldWithDatabases(remembered, databases);
  const providers = await startProviderServers({ stateDirectory: paths.world, world, probes: { r2ObjectCount: files.objectCount } });
  const recoveries = Recoveries.open({ world, databases, notify: log });
  const managementApi = await startManagementApi({ world, token: sandboxToken, databaseHost: (ref) => databases.address(ref), recovery: recoveries });
  const vercelApi = await startVercelApi({ world: providers.world, token: sandboxToken });
  const edge = await startEdge({ world: remembered, portFile: paths.edgePort });
  const control = await startControlApi({ ...providers, databases, files, edge });

  const stop = async () => {
    rmSync(paths.running, { force: true });
    await Promise.all([control.stop(), managementApi.stop(), vercelApi.stop(), edge.stop()]);
    await providers.stop();
    await recoveries.stop();
    await Promise.all([databases.stop(), files.stop()]);
    await remembered.close();
    process.exit(0);
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());

  for (const [name, port] of Object.entries(providers.ports)) writeWhole(join(paths.ports, name), `${port} ${process.pid}\n`);
  const running: Running = {
    pid: process.pid,
    started: startOf(process.pid) ?? "",
    code,
    startedAt: new Date().toISOString(),
    providers: providers.ports,
    supabaseApiUrl: managementApi.url,
    vercelApiUrl: vercelApi.url,
    controlUrl: control.url,
    s3Url: files.s3Url,
    edgeUrl: edge.url,
  };
  writeWhole(paths.running, JSON.stringify(running, null, 2));
  log(`ready ${JSON.stringify(running)}`);
}

function log(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`);
}

/** A reader sees the old content or the new, never half. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
