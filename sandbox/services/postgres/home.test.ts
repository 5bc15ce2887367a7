import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "./cluster";
import { createCluster } from "./create-cluster";
import { freePort } from "./free-port";
import { databasesHome, openHome, removeAbandoned, removeClusters, stopServers } from "./home";
import { own } from "./owned-files";
import { temporaryHome } from "./test-support/temporary-home";

const home = temporaryHome();
const sandboxes = mkdtempSync(join(tmpdir(), "chisan-sandboxes-"));
afterAll(async () => {
  await home.remove();
  rmSync(sandboxes, { recursive: true });
});

async function runningCluster(directory: string): Promise<Cluster> {
  const cluster = await createCluster({ directory, templates: home.templates, port: await freePort(), password: "password", durable: false });
  await cluster.start();
  return cluster;
}

test("the home of a sandbox can be used by the server's user, whatever the caller's umask; another sandbox has another", async () => {
  const paths = { directory: join(sandboxes, "mine") };
  mkdirSync(paths.directory, { mode: 0o700 });
  const umask = process.umask(0o077);
  try {
    const opened = await openHome(paths);
    expect(opened).toEqual(databasesHome(paths));
    expect(databasesHome({ directory: join(sandboxes, "other") }).directory).not.toBe(opened.directory);
    const cluster = await createCluster({ directory: join(opened.directory, "a"), templates: opened.templates, port: await freePort(), password: "password", durable: false });
    await cluster.start();
    expect(statSync(opened.directory).mode & 0o077).toBe(0);
    await removeClusters(opened.directory);
    expect([cluster.isRunning(), existsSync(opened.directory)]).toEqual([false, false]);
  } finally {
    process.umask(umask);
  }
});

test("servers that a killed service left are stopped, their data kept", async () => {
  const cluster = await runningCluster(join(home.directory, "left"));
  expect(await stopServers(home.directory)).toBe(1);
  expect([cluster.isRunning(), existsSync(cluster.dataDirectory)]).toEqual([false, true]);
  expect(await stopServers(home.directory)).toBe(0);
  expect(await stopServers(join(home.directory, "nowhere"))).toBe(0);
});

test("a home goes, with its servers, when its sandbox's folder is gone, and not before", async () => {
  const homes = join(home.directory, "homes");
  const [kept, abandoned, unknown] = ["0123456789abcdef", "fedcba9876543210", "templates"].map((name) => join(homes, name)) as [string, string, string];
  for (const each of [homes, kept, abandoned, unknown]) {
    mkdirSync(each);
    own(each);
  }
  writeFileSync(join(kept, "sandbox"), sandboxes);
  writeFileSync(join(abandoned, "sandbox"), join(sandboxes, "gone"));
  const cluster = await runningCluster(join(abandoned, "project"));
  await removeAbandoned(homes);
  expect(cluster.isRunning()).toBe(false);
  expect(readdirSync(homes).sort()).toEqual(["0123456789abcdef", "templates"]);
});
