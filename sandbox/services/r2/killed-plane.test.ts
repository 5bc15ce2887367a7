/** kill -9 of the files' plane: what was acknowledged is there afterwards, whole; what was not is either whole or absent. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { memoryWorld } from "../../world/open-world";
import { putBucket, putCredentials, putRecord, testAccount } from "./testing";

const root = join(__dirname, "../../..");
const Bucket = "test-bucket";
let directory: string;
let child: ChildProcess | undefined;

beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "chisan-killed-"))));
afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

async function start(records: unknown): Promise<string> {
  const started = spawn(
    process.execPath,
    ["--require", join(root, "toolchain/typescript.cjs"), join(__dirname, "killed-plane.fixture.ts")],
    {
      env: { PATH: process.env["PATH"], DIRECTORY: directory, RECORDS: JSON.stringify(records) },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  child = started;
  for await (const line of createInterface({ input: started.stdout })) return line;
  throw new Error("the endpoint ended before it was ready");
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child?.once("exit", resolve));
  child?.kill("SIGKILL");
  await ended;
}

test("at random moments of many writes", async () => {
  const world = memoryWorld();
  await putBucket(world, Bucket);
  const credentials = await putCredentials(world, Bucket, "read and write");
  const records = world.types().flatMap((type) => world.list(type));
  const acknowledged = new Map<string, string>();
  const sent = new Map<string, Set<string>>();
  for (let round = 0; round < 3; round++) {
    const s3 = new S3Client({ endpoint: await start(records), region: "auto", credentials, forcePathStyle: true, maxAttempts: 1 });
    let writing = true;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let at = 0; writing; at++) {
        const [Key, Body] = [`w${writer}/${at % 5}`, randomBytes(200_000)];
        const md5 = createHash("md5").update(Body).digest("hex");
        sent.set(Key, (sent.get(Key) ?? new Set()).add(md5));
        try {
          await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          acknowledged.set(Key, md5);
          // What was sent before an acknowledged write can no longer come back.
          sent.set(Key, new Set([md5]));
        } catch {
          return;
        }
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 300));
    await kill();
    writing = false;
    await Promise.all(writers);
    s3.destroy();
  }
  const s3 = new S3Client({ endpoint: await start(records), region: "auto", credentials, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(acknowledged.size).toBeGreaterThan(0);
  expect(Contents.map(({ Key }) => Key)).toEqual(expect.arrayContaining([...acknowledged.keys()]));
  for (const { Key = "", ETag } of Contents) {
    const body = await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
    const md5 = createHash("md5")
      .update(body ?? "")
      .digest("hex");
    expect(ETag).toBe(`"${md5}"`);
    expect([...(sent.get(Key) ?? [])]).toContain(md5);
  }
  // No file of a write that was cut off stays.
  expect(readdirSync(join(directory, "blobs"))).toHaveLength(Contents.length);
  s3.destroy();
});

test("workerd does not outlive it", async () => {
  const world = memoryWorld();
  const inputs = {
    accountId: testAccount,
    scriptName: "w",
    content: "export default { fetch() { return new Response(); } }",
    mainModule: "index.js",
    compatibilityDate: "2026-03-01",
  };
  await putRecord(world, "cloudflare:index/workersScript:WorkersScript", "w", inputs);
  await start(world.types().flatMap((type) => world.list(type)));
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const workerd = processes.find(([, parent, program]) => parent === String(child?.pid) && program?.includes("workerd"))?.[0];
  expect(workerd).toBeDefined();
  await kill();
  const isAlive = () => {
    try {
      return process.kill(Number(workerd), 0);
    } catch {
      return false;
    }
  };
  for (let waited = 0; waited < 30_000 && isAlive(); waited += 100) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAlive()).toBe(false);
});
