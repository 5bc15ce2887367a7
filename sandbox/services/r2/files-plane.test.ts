/** Events, queues and Workers over the object store, in workerd. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { memoryWorld } from "../../world/open-world";
import type { JsonObject, World } from "../../world/world";
import { workerContent } from "../../../workers/bundle";
import { startFilesPlane, type FilesPlane } from "./files-plane";
import { putBucket, putCredentials, putLockRules, putRecord, testAccount } from "./testing";

let directory: string;
let world: World;
let plane: FilesPlane;
let files: S3Client;
let vault: S3Client;

async function putQueue(name: string): Promise<void> {
  await putRecord(
    world,
    "cloudflare:index/queue:Queue",
    `id-${name}`,
    { accountId: testAccount, queueName: name },
    { queueId: `id-${name}` },
  );
}

async function putWorker(scriptName: string, content: string, bindings: JsonObject[], more: JsonObject = {}): Promise<void> {
  const inputs = {
    accountId: testAccount,
    scriptName,
    content,
    mainModule: "index.js",
    compatibilityDate: "2026-03-01",
    bindings,
    ...more,
  };
  await putRecord(world, "cloudflare:index/workersScript:WorkersScript", `${testAccount}/${scriptName}`, inputs, { id: scriptName });
}

async function putConsumer(queue: string, scriptName: string, settings: JsonObject, deadLetterQueue?: string): Promise<void> {
  const inputs = {
    accountId: testAccount,
    queueId: `id-${queue}`,
    type: "worker",
    scriptName,
    settings,
    ...(deadLetterQueue === undefined ? {} : { deadLetterQueue }),
  };
  await putRecord(world, "cloudflare:index/queueConsumer:QueueConsumer", `consumer-${queue}`, inputs, { consumerId: `consumer-${queue}` });
}

async function notify(bucketName: string, queue: string): Promise<void> {
  const actions = ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject", "LifecycleDeletion"];
  const inputs = { accountId: testAccount, bucketName, queueId: `id-${queue}`, rules: [{ actions }] };
  await putRecord(world, "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification", `${bucketName}-${queue}`, inputs, {
    jurisdiction: "default",
  });
}

async function client(bucket: string): Promise<S3Client> {
  return new S3Client({
    endpoint: plane.s3Url,
    region: "auto",
    credentials: await putCredentials(world, bucket, "read and write"),
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

/** Waits for what is to become true; fails with what is seen at last. */
async function eventually<T>(look: () => Promise<T> | T, isRight: (seen: T) => boolean): Promise<T> {
  for (let waited = 0; ; waited += 50) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (waited > 40_000) throw new Error(`still ${JSON.stringify(seen)}`);
    await sleep(50);
  }
}

async function keys(s3: S3Client, Bucket: string): Promise<string[]> {
  return ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key ?? "");
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "chisan-files-"));
  world = memoryWorld();
  for (const name of ["files", "vault"]) await putBucket(world, name);
  plane = await startFilesPlane({ directory, world });
  [files, vault] = [await client("files"), await client("vault")];
});
afterEach(async () => {
  files.destroy();
  vault.destroy();
  await plane.stop();
  rmSync(directory, { recursive: true, force: true });
});

const bucketBindings: JsonObject[] = [
  { type: "r2_bucket", name: "FILES", bucketName: "files" },
  { type: "r2_bucket", name: "VAULT", bucketName: "vault" },
];
const keeperBindings: JsonObject[] = [
  ...bucketBindings,
  { type: "plain_text", name: "VERSION_DAYS", text: "30" },
  { type: "durable_object_namespace", name: "LEDGER", className: "Ledger" },
];

async function putKeeper(): Promise<void> {
  await putWorker("keeper", workerContent("file-version-keeper"), keeperBindings, { migrations: { newSqliteClasses: ["Ledger"] } });
}

test("the file version keeper copies what is written over S3 into the vault, and records a deletion", async () => {
  await putQueue("events");
  await putKeeper();
  await putConsumer("events", "keeper", { batchSize: 10, maxWaitTimeMs: 100, maxRetries: 100, retryDelay: 1 });
  await notify("files", "events");
  const { ETag } = await files.send(
    new PutObjectCommand({ Bucket: "files", Key: "a.txt", Body: "first", ContentType: "text/plain", Metadata: { owner: "u1" } }),
  );
  const [version = ""] = await eventually(
    () => keys(vault, "vault"),
    (found) => found.length === 1,
  );
  expect(version).toMatch(new RegExp(`^a\\.txt/.*${ETag?.slice(1, -1)}`));
  const kept = await vault.send(new GetObjectCommand({ Bucket: "vault", Key: version }));
  expect(await kept.Body?.transformToString()).toBe("first");
  expect(kept).toMatchObject({ ContentType: "text/plain", Metadata: { owner: "u1" } });
  await files.send(new DeleteObjectCommand({ Bucket: "files", Key: "a.txt" }));
  await eventually(
    () => keys(vault, "vault"),
    (found) => found.some((key) => /^a\.txt\/.*deleted/.test(key)),
  );
});

test("events survive a restart, and are delivered once there is a consumer", async () => {
  await putQueue("events");
  await notify("files", "events");
  await files.send(new PutObjectCommand({ Bucket: "files", Key: "a.txt", Body: "first" }));
  expect(plane.status().queues).toEqual({ events: 1 });
  const { s3Url } = plane;
  await plane.stop();
  plane = await startFilesPlane({ directory, world });
  expect(plane.s3Url).toBe(s3Url);
  expect(plane.status().queues).toEqual({ events: 1 });
  await putKeeper();
  await putConsumer("events", "keeper", { batchSize: 10, maxWaitTimeMs: 100, maxRetries: 3 });
  await eventually(
    () => keys(vault, "vault"),
    (found) => found.length === 1,
  );
  await eventually(
    () => plane.status().queues,
    ({ events }) => events === 0,
  );
});

const everything = `
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async next() { const n = ((await this.ctx.storage.get("n")) ?? 0) + 1; await this.ctx.storage.put("n", n); return n; }
}
const said = (object) => object && { key: object.key, etag: object.etag, size: object.size, custom: object.customMetadata, range: object.range, version: typeof object.version };
export default {
  async fetch(request, env) {
    const url = new URL(request.url), bucket = env.FILES;
    try {
      switch (url.pathname) {
        case "/env": return Response.json({ text: env.TEXT, secret: env.SECRET, host: url.host });
        case "/count": return Response.json(await env.COUNTER.get(env.COUNTER.idFromName("one")).next());
        case "/send": await env.QUEUE.sendBatch([{ body: { n: 1 } }, { body: "words", contentType: "text" }]); return new Response("sent");
        case "/put": return Response.json(said(await bucket.put("w", request.body, { customMetadata: { by: "worker" } })));
        case "/once": return Response.json(said(await bucket.put("w", "again", { onlyIf: { etagDoesNotMatch: "*" } })));
        case "/range": return new Response((await bucket.get("w", { range: { offset: 1, length: 3 } })).body);
        case "/stale": { const got = await bucket.get("w", { onlyIf: { etagMatches: "x" } }); return Response.json({ ...said(got), hasBody: "body" in got }); }
        case "/list": { const page = await bucket.list({ limit: 1, include: ["customMetadata"] }); return Response.json({ objects: page.objects.map(said), truncated: page.truncated }); }
        case "/absent": return Response.json([await bucket.get("absent"), await bucket.head("absent")]);
        case "/multipart": {
          const upload = await bucket.createMultipartUpload("m", { customMetadata: { by: "parts" } });
          const part = await bucket.resumeMultipartUpload("m", upload.uploadId).uploadPart(1, "whole");
          return Response.json(said(await upload.complete([part])));
        }
        case "/delete": await bucket.delete(["w", "absent"]); return new Response("deleted");
      }
    } catch (error) { return new Response(error.message, { status: 500 }); }
    return new Response("no such path", { status: 404 });
  },
  async queue(batch, env) {
    for (const { body, attempts } of batch.messages) {
      if (body.fail) throw new Error("refused");
      await env.VAULT.put("got-" + batch.queue + "-" + (body.n ?? body) + "-" + attempts, "");
    }
  },
  async scheduled({ cron }, env) { await env.VAULT.put("cron " + cron, ""); },
};`;

const everythingBindings: JsonObject[] = [
  ...bucketBindings,
  { type: "plain_text", name: "TEXT", text: "shown" },
  { type: "secret_text", name: "SECRET", text: "kept" },
  { type: "queue", name: "QUEUE", queueName: "jobs" },
  { type: "durable_object_namespace", name: "COUNTER", className: "Counter" },
];

async function putEverything(): Promise<string> {
  for (const queue of ["jobs", "dead"]) await putQueue(queue);
  await putWorker("everything", everything, everythingBindings, { migrations: { newSqliteClasses: ["Counter"] } });
  await plane.settled();
  return plane.workers().everything ?? "";
}

test("a Worker over HTTP: bindings, buckets as R2's own binding gives them, Durable Objects that survive", async () => {
  const url = await putEverything();
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return response.headers.get("content-type")?.includes("json") ? (JSON.parse(text) as unknown) : text;
  };
  expect(await ask("/env")).toMatchObject({ text: "shown", secret: "kept" });
  expect(await ask("/absent")).toEqual([null, null]);
  const put = { key: "w", size: 5, etag: "5d41402abc4b2a76b9719d911017c592", custom: { by: "worker" }, version: "string" };
  expect(await ask("/put", { method: "POST", body: "hello" })).toMatchObject(put);
  expect(await ask("/once")).toBeNull();
  expect(await ask("/range")).toBe("ell");
  expect(await ask("/stale")).toMatchObject({ key: "w", hasBody: false });
  expect(await ask("/multipart")).toMatchObject({
    key: "m",
    size: 5,
    custom: { by: "parts" },
    etag: expect.stringMatching(/^[0-9a-f]{32}-1$/) as string,
  });
  expect(await ask("/list")).toMatchObject({ objects: [{ key: "m", custom: { by: "parts" } }], truncated: true });
  expect(await (await files.send(new GetObjectCommand({ Bucket: "files", Key: "w" }))).Body?.transformToString()).toBe("hello");
  await putLockRules(world, "files", [{ id: "l", enabled: true, condition: { type: "Age", maxAgeSeconds: 1000 } }]);
  expect(await ask("/put", { method: "POST", body: "other" })).toMatch(/locked.*\(10069\)$/);
  expect(await ask("/delete")).toMatch(/\(10069\)$/);
  await plane.setClock({ offsetSeconds: 1000 });
  expect(await ask("/delete")).toBe("deleted");
  expect(await keys(files, "files")).toEqual(["m"]);
  expect(await ask("/count")).toBe(1);
  await plane.stop();
  plane = await startFilesPlane({ directory, world });
  expect(plane.workers().everything).toBe(url);
  expect(await ask("/count")).toBe(2);
  await world.delete("cloudflare:index/workersScript:WorkersScript", `${testAccount}/everything`);
  await plane.settled();
  expect(plane.workers()).toEqual({});
});

test("a Worker's own messages, retries, the dead-letter queue, and cron triggers", async () => {
  const url = await putEverything();
  await putConsumer("jobs", "everything", { batchSize: 1, maxWaitTimeMs: 0, maxRetries: 1, retryDelay: 3600 }, "dead");
  expect((await fetch(`${url}/send`)).status).toBe(200);
  await eventually(
    () => keys(vault, "vault"),
    (found) => found.includes("got-jobs-1-1") && found.includes("got-jobs-words-1"),
  );
  // Its consumer refuses this one: once more after an hour, then to the dead-letter queue.
  await notify("files", "jobs");
  await putWorker("everything", everything.replace("if (body.fail)", "if (body.action)"), everythingBindings, {
    migrations: { newSqliteClasses: ["Counter"] },
  });
  await plane.settled();
  await files.send(new PutObjectCommand({ Bucket: "files", Key: "a", Body: "1" }));
  await sleep(500);
  expect(plane.status().queues).toEqual({ jobs: 1, dead: 0 });
  await plane.setClock({ offsetSeconds: 3601 });
  await eventually(
    () => plane.status().queues,
    ({ dead }) => dead === 1,
  );
  await putRecord(world, "cloudflare:index/workersCronTrigger:WorkersCronTrigger", "cron", {
    accountId: testAccount,
    scriptName: "everything",
    schedules: [{ cron: "17 3 * * *" }],
  });
  expect(await plane.triggerCrons("everything")).toEqual(["17 3 * * *"]);
  expect(await keys(vault, "vault")).toContain("cron 17 3 * * *");
});

test("a Worker that cannot start is named, and the others run", async () => {
  const logged = jest.spyOn(console, "error").mockImplementation();
  await putWorker("broken", "export default {}", [{ type: "kv_namespace", name: "KV" }]);
  await putWorker("good", `export default { fetch() { return new Response("ok"); } }`, []);
  await plane.settled();
  expect(plane.status().problems).toEqual({ broken: expect.stringContaining("CHI-S236") as string });
  expect(await (await fetch(plane.workers().good ?? "")).text()).toBe("ok");
  expect(logged.mock.calls.flat().join()).toContain("Worker broken does not run: CHI-S236");
  logged.mockRestore();
});
