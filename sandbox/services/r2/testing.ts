import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { permissionGroups } from "../../providers/models/cloudflare/permission-groups";
import { memoryWorld } from "../../world/open-world";
import type { JsonObject, World } from "../../world/world";
import type { SandboxClock } from "./clock";
import { startObjectStore, type RunningObjectStore } from "./start-object-store";

export const testAccount = "0123456789abcdef0123456789abcdef";

/** An S3 credential; of no secret that opens anything but a test's own endpoint. */
export interface TestCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Puts a record as the providers would. @param id unique within the type */
export async function putRecord(world: World, type: string, id: string, inputs: JsonObject, computed: JsonObject = {}): Promise<void> {
  await world.put({ type, id, urns: [], inputs, outputs: { ...inputs, ...computed }, secretPaths: [] });
}

export async function putBucket(world: World, name: string): Promise<void> {
  const inputs = { accountId: testAccount, name };
  await putRecord(world, "cloudflare:index/r2Bucket:R2Bucket", `${testAccount}/default/${name}`, inputs, {
    id: name,
    jurisdiction: "default",
  });
}

/** @param rules as `R2BucketLock` has them */
export async function putLockRules(world: World, bucketName: string, rules: JsonObject[]): Promise<void> {
  const inputs = { accountId: testAccount, bucketName, rules };
  await putRecord(world, "cloudflare:index/r2BucketLock:R2BucketLock", `${testAccount}/default/${bucketName}`, inputs, {
    id: bucketName,
    jurisdiction: "default",
  });
}

/** A token for one bucket, as components/r2-credentials.ts declares it. @param settings of the token: `expiresOn`, `status` */
export async function putCredentials(
  world: World,
  bucket: string,
  access: "read" | "read and write",
  settings: JsonObject = {},
): Promise<TestCredentials> {
  const group = permissionGroups.find(({ name }) => name === `Workers R2 Storage Bucket Item ${access === "read" ? "Read" : "Write"}`);
  const [id, value] = [randomBytes(16).toString("hex"), randomBytes(20).toString("hex")];
  const inputs = {
    accountId: testAccount,
    name: `${bucket} ${access}`,
    policies: [
      {
        effect: "allow",
        permissionGroups: [{ id: group?.id ?? "" }],
        resources: JSON.stringify({ [`com.cloudflare.edge.r2.bucket.${testAccount}_default_${bucket}`]: "*" }),
      },
    ],
    ...settings,
  };
  await putRecord(world, "cloudflare:index/accountToken:AccountToken", id, inputs, { id, value, status: "active", ...settings });
  return { accessKeyId: id, secretAccessKey: createHash("sha256").update(value).digest("hex") };
}

/** An object store for tests: a world in memory with one bucket, and its credentials. */
export interface TestObjectStore extends RunningObjectStore {
  world: World;
  directory: string;
  bucket: string;
  writer: TestCredentials;
  reader: TestCredentials;
  /** Moves the clock of locks, lifecycle and upload times forward. */
  forward(seconds: number): Promise<void>;
  /** Stops it, and starts it anew on the same bytes and the same port. */
  restart(): Promise<void>;
}

/** Stop it with `stop()`, which also removes its directory unless that was given. */
export async function startTestObjectStore({
  bucket = "test-bucket",
  clock,
  ...given
}: { bucket?: string; directory?: string; clock?: SandboxClock } = {}): Promise<TestObjectStore> {
  const directory = given.directory ?? mkdtempSync(join(tmpdir(), "chisan-r2-"));
  const world = memoryWorld();
  await putBucket(world, bucket);
  const writer = await putCredentials(world, bucket, "read and write");
  const reader = await putCredentials(world, bucket, "read");
  let running = await startObjectStore({ directory, world, clock });
  const test: TestObjectStore = {
    ...running,
    world,
    directory,
    bucket,
    writer,
    reader,
    forward: (seconds) => running.store.index.change([{ clock: { offsetSeconds: running.store.index.offsetSeconds + seconds } }]),
    restart: async () => {
      await running.stop();
      running = await startObjectStore({ directory, world, clock, port: Number(new URL(running.url).port) });
      Object.assign(test, { url: running.url, store: running.store, faults: running.faults });
    },
    stop: async () => {
      await running.stop();
      if (given.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
  return test;
}
