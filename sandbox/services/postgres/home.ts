/** Where the clusters of a sandbox are. */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot, type SandboxPaths } from "../../control/paths";
import { Cluster } from "./cluster";
import { own } from "./owned-files";

/** The clusters of one sandbox, a folder for each project. */
export interface DatabasesHome {
  readonly directory: string;
  /** Templates, which all sandboxes of a user share. */
  readonly templates: string;
}

/**
 * In the sandbox's own folder. For root elsewhere: the server runs as another user then, who can enter neither root's home nor a folder
 * of mode 0700 on the way to it.
 */
export function databasesHome({ directory }: Pick<SandboxPaths, "directory">): DatabasesHome {
  if (!isRoot()) return { directory: join(directory, "postgres"), templates: join(repositoryRoot, ".chisan", "cache", "postgres") };
  const name = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return { directory: join(homesOfRoot, name), templates: join(homesOfRoot, "templates") };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

const homesOfRoot = "/var/lib/chisan-sandbox";

/** In a home: the sandbox that it belongs to. */
const ownerFile = "sandbox";

/** Makes the home, and at the same time removes those of root's sandboxes that were deleted without `sandbox reset`. */
export async function openHome(paths: Pick<SandboxPaths, "directory">): Promise<DatabasesHome> {
  const home = databasesHome(paths);
  for (const directory of [home.directory, home.templates]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    own(directory);
  }
  // Only that folder's own user sees what is in it, but the server's user may pass.
  if (isRoot()) chmodSync(homesOfRoot, 0o711);
  writeFileSync(join(home.directory, ownerFile), paths.directory, { mode: 0o600 });
  if (isRoot()) await removeAbandoned(homesOfRoot);
  return home;
}

/** Removes, among these homes, those whose sandbox's folder is gone, and ends their servers. */
export async function removeAbandoned(homes: string): Promise<void> {
  for (const name of readdirSync(homes).filter((each) => /^[0-9a-f]{16}$/.test(each))) {
    const directory = join(homes, name);
    const note = join(directory, ownerFile);
    if (existsSync(note) && !existsSync(readFileSync(note, "utf8"))) await removeClusters(directory);
  }
}

/** The folders of a home that are, or were to become, a cluster. */
export function clusterFolders(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Stops every server of a home that runs, whoever started it. Resolves to how many did. */
export async function stopServers(directory: string): Promise<number> {
  const running = clustersIn(directory).filter((cluster) => cluster.isRunning());
  await Promise.all(running.map((cluster) => cluster.stop()));
  return running.length;
}

/** Stops every server of a home, whoever started it, and removes the home. */
export async function removeClusters(directory: string): Promise<void> {
  await Promise.all(clustersIn(directory).map((cluster) => cluster.remove()));
  rmSync(directory, { recursive: true, force: true });
}

/** To be stopped or removed, not to be started: on which port they listen is not known here. */
function clustersIn(directory: string): Cluster[] {
  return clusterFolders(directory).map((name) => new Cluster({ directory: join(directory, name), port: 0 }));
}
