import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { World } from "../../world/world";
import type { SandboxClock } from "./clock";
import { runLifecycle, type LifecycleOutcome } from "./lifecycle";
import type { S3Faults } from "./s3/faults";
import { startObjectStore } from "./start-object-store";
import { findBucket } from "./world-buckets";
import { WorkerPlane } from "./workers/worker-plane";

/** Buckets, queues and Workers: the part of Cloudflare that holds and moves bytes. */
export interface FilesPlane {
  /** The S3 endpoint. */
  s3Url: string;
  faults: S3Faults;
  /** Addresses by the script's name. */
  workers(): Record<string, string>;
  /** What runs, and what does not and why. */
  status(): {
    workers: Record<string, string>;
    problems: Record<string, string>;
    queues: Record<string, number>;
    offsetSeconds: number;
    now: string;
  };
  /** How many objects a bucket holds: R2 deletes only an empty one. */
  objectCount(bucket: { accountId: string; name: string }): Promise<number>;
  /** Moves the clock of locks, lifecycle, queues, cron triggers and Workers. @throws CHI-S240 */
  setClock(body: unknown): Promise<{ offsetSeconds: number; now: string }>;
  /** The lifecycle's pass, which otherwise runs each minute. */
  runLifecycle(): Promise<LifecycleOutcome>;
  /** Runs a Worker's cron triggers now; resolves to their expressions. */
  triggerCrons(script: string): Promise<string[]>;
  /** Waits until the Workers that run are those of the world. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const lifecycleMilliseconds = 60_000;
const clockSchema = z.strictObject({ offsetSeconds: z.number().int() });

/** Starts all of it. @throws CHI-S013, CHI-S011 of the object store */
export async function startFilesPlane({
  directory,
  world,
  clock,
}: {
  directory: string;
  world: World;
  clock?: SandboxClock;
}): Promise<FilesPlane> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const portFile = join(directory, "s3-port");
  let workers: WorkerPlane | undefined;
  const { url, store, faults, stop } = await startObjectStore({
    directory,
    world,
    clock,
    port: readPort(portFile),
    onMessages: () => workers?.queues.look(),
  });
  writeFileSync(`${portFile}.new`, new URL(url).port);
  renameSync(`${portFile}.new`, portFile);
  try {
    workers = await WorkerPlane.start(store, join(directory, "workers"));
  } catch (error) {
    await stop();
    throw error;
  }
  const plane = workers;
  let passing: Promise<LifecycleOutcome> | undefined;
  const pass = () => (passing ??= runLifecycle(store).finally(() => (passing = undefined)));
  const timer = setInterval(() => void pass().catch((error: Error) => console.error(error.message)), lifecycleMilliseconds).unref();
  const now = () => new Date(store.clock.now()).toISOString();
  return {
    s3Url: url,
    faults,
    workers: () => plane.urls(),
    status: () => ({
      workers: plane.urls(),
      problems: plane.problems(),
      queues: plane.queues.waiting(),
      offsetSeconds: store.index.offsetSeconds,
      now: now(),
    }),
    objectCount: ({ accountId, name }) => {
      const bucket = findBucket(world, accountId, name);
      return Promise.resolve(bucket === undefined ? 0 : store.index.objects(bucket.id).size);
    },
    setClock: async (body) => {
      const parsed = clockSchema.safeParse(body);
      if (!parsed.success)
        throw new Error(`CHI-S240 the clock is moved by {"offsetSeconds": a whole number}, got ${JSON.stringify(body)}: send that`);
      await store.index.change([{ clock: parsed.data }]);
      await plane.clockMoved();
      return { offsetSeconds: store.index.offsetSeconds, now: now() };
    },
    runLifecycle: pass,
    triggerCrons: (script) => plane.crons.trigger(script),
    settled: () => plane.settled(),
    stop: async () => {
      clearInterval(timer);
      await passing;
      await plane.stop();
      await stop();
    },
  };
}

/** The port of the last time, so that an address that was noted stays good. */
function readPort(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
