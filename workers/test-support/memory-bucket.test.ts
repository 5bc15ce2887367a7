/** The bucket in memory does what Miniflare's does, in all that the Workers use. */
import { join } from "node:path";
import { buildSync } from "esbuild";
import { Miniflare } from "miniflare";
import { buildOptions } from "../bundle";
import { copyObject, onlyNew } from "../file-versions/archive";
import type { R2Bucket } from "../runtime";
import { MemoryBucket, TestClock } from "./memory-bucket";
import { Workerd } from "./workerd";

let workerd: Workerd;
beforeAll(() => {
  workerd = new Workerd();
});
afterAll(() => workerd.stop());

const text = async (found: Awaited<ReturnType<R2Bucket["get"]>>) => (found !== null && "body" in found && found.body !== undefined ? new Response(found.body).text() : undefined);

describe.each(["memory", "Miniflare"])("%s", (which) => {
  let bucket: R2Bucket;
  beforeAll(async () => {
    bucket = which === "memory" ? new MemoryBucket(new TestClock()) : ((await workerd.bucket("FILES")) as unknown as R2Bucket);
  });

  test("put, head, get: etag, size, MD5, metadata; conditions", async () => {
    const put = await bucket.put("a", "first", { httpMetadata: { contentType: "text/plain" }, customMetadata: { owner: "u1" } });
    expect(put).toMatchObject({ key: "a", etag: "8b04d5e3775d298e78455efc5ca404d5", size: 5 });
    const head = await bucket.head("a");
    expect(head?.customMetadata).toEqual({ owner: "u1" });
    expect(Buffer.from(head?.checksums?.md5 as ArrayBuffer).toString("hex")).toBe(put?.etag);
    expect(await text(await bucket.get("a", { onlyIf: { etagMatches: put?.etag as string }, range: { offset: 1, length: 3 } }))).toBe("irs");
    expect(await text(await bucket.get("a", { onlyIf: { etagMatches: "other" } }))).toBeUndefined();
    expect(await bucket.put("a", "x", { onlyIf: { etagDoesNotMatch: "*" } })).toBeNull();
    expect(await bucket.put("a", "x", { onlyIf: { etagMatches: "other" } })).toBeNull();
    expect(await bucket.put("none", "x", { onlyIf: { etagMatches: "other" } })).toBeNull();
    expect(await text(await bucket.get("a"))).toBe("first");
    expect((await bucket.put("a", "second", { onlyIf: { etagMatches: put?.etag as string } }))?.etag).not.toBe(put?.etag);
    expect(await bucket.head("nothing")).toBeNull();
    await expect(bucket.put("b", "x", { md5: new ArrayBuffer(16) })).rejects.toThrow("10037");
    await bucket.delete(["a", "nothing"]);
    expect(await bucket.head("a")).toBeNull();
  });

  test("list: by bytes, in pages, from a name on", async () => {
    for (const key of ["l/b", "l/a", "l/가", "l/B", "m"]) await bucket.put(key, "x", {});
    const page = await bucket.list({ prefix: "l/", limit: 2 });
    expect([page.objects.map(({ key }) => key), page.truncated]).toEqual([["l/B", "l/a"], true]);
    const rest = await bucket.list({ prefix: "l/", startAfter: "l/a" });
    expect([rest.objects.map(({ key }) => key), rest.truncated]).toEqual([["l/b", "l/가"], false]);
  });

  test("parts: the etag counts them; what is completed or given up is no upload any more", async () => {
    const upload = await bucket.createMultipartUpload("p", {});
    const parts = [await upload.uploadPart(1, new Uint8Array(5 * 2 ** 20)), await upload.uploadPart(2, new Uint8Array([1]))];
    expect(await bucket.head("p")).toBeNull();
    expect((await upload.complete(parts)).etag).toMatch(/^[0-9a-f]{32}-2$/);
    await expect(bucket.resumeMultipartUpload("p", upload.uploadId).complete(parts)).rejects.toThrow("10024");
    const other = await bucket.createMultipartUpload("p", {});
    await other.abort();
    await expect(other.complete(parts)).rejects.toThrow("10024");
  });
});

test("a large object is copied in parts, with the same content and metadata", async () => {
  const bucket = new MemoryBucket(new TestClock());
  const content = "0123456789".repeat(1000);
  const source = await bucket.put("large", content, { customMetadata: { owner: "u1" } });
  if (source === null) throw new Error("not written");
  const target = { bucket, name: "copy", onlyIf: onlyNew };
  expect(await copyObject(bucket, source, target, 4000)).toMatchObject({ size: content.length, etag: expect.stringMatching(/-10$/) as string });
  expect(bucket.text("copy") === content).toBe(true);
  expect((await bucket.head("copy"))?.customMetadata).toEqual({ owner: "u1" });
  expect(await copyObject(bucket, source, target, 4000)).toBeNull();
});

test("in workerd too, where R2 takes only streams of known length", async () => {
  const code = `
    import { copyObject, onlyNew } from "./workers/file-versions/archive";
    export default { async fetch(_request, { FILES }) {
      // In parts of 5 MiB, the smallest that R2 takes.
      const source = await FILES.put("large", new Uint8Array(24 * 2 ** 20).fill(7), { customMetadata: { owner: "u1" } });
      const copy = await copyObject(FILES, source, { bucket: FILES, name: "copy", onlyIf: onlyNew }, 20 * 2 ** 20);
      const { customMetadata } = await FILES.head("copy");
      return Response.json([copy.size, copy.etag, customMetadata]);
    } };`;
  const [script] = buildSync({ ...buildOptions("file-version-keeper"), entryPoints: [], stdin: { contents: code, resolveDir: join(__dirname, "..", ".."), loader: "ts" } }).outputFiles;
  const miniflare = new Miniflare({ host: "127.0.0.1", port: 0, modules: true, script: script?.text ?? "", compatibilityDate: "2026-03-01", r2Buckets: ["FILES"] });
  try {
    const answer = await miniflare.dispatchFetch("https://test/");
    const said = await answer.text();
    expect(said).toContain("owner");
    const [size, etag, metadata] = JSON.parse(said) as [number, string, unknown];
    expect([size, metadata]).toEqual([24 * 2 ** 20, { owner: "u1" }]);
    expect(etag).toMatch(/-5$/);
  } finally {
    await miniflare.dispose();
  }
});
