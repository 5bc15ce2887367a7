import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { World } from "../../world/world";
import type { SandboxClock } from "./clock";
import { ObjectStore } from "./object-store";
import { S3Faults } from "./s3/faults";
import { s3Server } from "./s3/s3-server";
import { bucketOf, bucketType } from "./world-buckets";

export interface ObjectStoreOptions {
  /** Where the objects are kept; made when it is not there. One process at a time. */
  directory: string;
  world: World;
  /** The port of the last time, when it should be the same; another one when that is taken. */
  port?: number;
  clock?: SandboxClock;
  /** Called when events were put into queues. */
  onMessages?: () => void;
}

export interface RunningObjectStore {
  /** The S3 endpoint, `http://127.0.0.1:<port>`. */
  url: string;
  store: ObjectStore;
  faults: S3Faults;
  /** Waits for requests under way, at most some seconds; then it is as if there had been none after. */
  stop(): Promise<void>;
}

/** Requests under way get so long to end. */
const stopMilliseconds = 3000;

/**
 * Starts the buckets of the world on an S3 endpoint of 127.0.0.1. A bucket can be used as soon as the world has it.
 *
 * @throws CHI-S013 when another process has the directory, CHI-S011 when its journal is damaged
 */
export async function startObjectStore({ directory, world, port, clock, onMessages }: ObjectStoreOptions): Promise<RunningObjectStore> {
  const store = await ObjectStore.open({ directory, world, clock, onMessages });
  const unwatch = world.watch((event) => {
    if (event.kind === "delete" && event.record.type === bucketType) {
      store.dropBucket(bucketOf(event.record).id).catch((error: Error) => console.error(error.message));
    }
  });
  const faults = new S3Faults();
  const server = s3Server(store, faults);
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    faults,
    stop: async () => {
      unwatch();
      await close(server);
      await store.close();
    },
  };
}

/** Listens on 127.0.0.1, on the wished port unless another program has it. */
export async function listen(server: Server, wished = 0): Promise<void> {
  const on = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  try {
    await on(wished);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    await on(0);
  }
}

export async function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), stopMilliseconds);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
