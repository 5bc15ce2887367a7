import { readFileSync, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { repositoryRoot, sandboxDirectory, sandboxPaths } from "../../../sandbox/control/paths";
import { readRunning } from "../../../sandbox/control/running";
import { projectName } from "../../../sandbox/control/stacks";
import { stackNames } from "../../../config/naming";
import { fine, problem, type LocalCheck } from "./check";

/** Packages (0.8 GB), the engine's build (1.2 GB at its peak) and a rehearsal. */
const neededBytes = 3e9;

export async function diskSpace(directory = repositoryRoot): Promise<LocalCheck> {
  const title = "Disk space";
  const { bavail, bsize } = await statfs(directory);
  const found = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
  return bavail * bsize >= neededBytes ? fine("disk", title, found) : problem("disk", title, `${found}, ${neededBytes / 1e9} GB are needed`, "npx chisan sandbox reset --yes, or make room elsewhere");
}

export function freePort(): Promise<LocalCheck> {
  const title = "Ports on 127.0.0.1";
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code = "unknown cause" }: NodeJS.ErrnoException) => resolve(problem("ports", title, `none can be opened (${code})`, "close programs that hold many connections, or allow listening on 127.0.0.1")));
    server.listen(0, "127.0.0.1", () => server.close(() => resolve(fine("ports", title, "can be opened"))));
  });
}

/** The service: whether it answers where it says it does. One that does not run is no problem, the next command starts it. */
export async function sandboxService(paths = sandboxPaths(sandboxDirectory())): Promise<LocalCheck> {
  const title = "The sandbox's service";
  const running = readRunning(paths);
  if (running === undefined) return fine("sandbox-service", title, "not running; the next command starts it");
  const ports = Object.entries(running.providers);
  const closed = (await Promise.all(ports.map(async ([name, port]) => ((await answers(port)) ? undefined : name)))).filter((name) => name !== undefined);
  const control = await answers(Number(new URL(running.controlUrl).port));
  if (!control || closed.length > 0) return problem("sandbox-service", title, `process ${running.pid} does not answer (${[...(control ? [] : ["control"]), ...closed].join(", ")})`, "npx chisan sandbox restart");
  return fine("sandbox-service", title, `process ${running.pid} answers on ${ports.length + 1} ports`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 2000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => finish(true));
    socket.once("timeout", () => finish(false));
    socket.once("error", () => finish(false));
  });
}

/** What is rehearsed, and whether a killed command left something open. */
export function sandboxState(paths = sandboxPaths(sandboxDirectory())): LocalCheck {
  const title = "The sandbox's state";
  const folder = join(paths.state, ".pulumi", "stacks", projectName);
  const found: string[] = [];
  for (const stack of stackNames) {
    const file = join(folder, `${stack}.json`);
    if (!existsSync(file)) continue;
    try {
      const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint?: { latest?: { resources?: unknown[]; pending_operations?: unknown[] } } };
      const { resources = [], pending_operations: pending = [] } = checkpoint?.latest ?? {};
      if (pending.length > 0) return problem("sandbox-state", title, `${stack} has ${pending.length} operations that a killed command left open`, `npx chisan up ${stack}`);
      if (resources.length > 0) found.push(`${stack} ${resources.length}`);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return problem("sandbox-state", title, `the state of ${stack} cannot be read`, "npx chisan sandbox reset --yes");
    }
  }
  return fine("sandbox-state", title, found.length === 0 ? "empty; npm start brings it up" : `resources: ${found.join(", ")}`);
}
