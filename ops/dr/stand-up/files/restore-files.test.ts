/** Files from one gateway to another, both in workerd. */
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopeKey } from "../../../../workers/file-versions/signature";
import { Workerd, testSecret } from "../../../../workers/test-support/workerd";
import type { PhaseResult } from "../../phases/phase";
import { restoreFilesPhase } from "./restore-files";
import { transfer } from "./transfer";

let prod: Workerd;
let standIn: Workerd;
let operatorKey: string;
let apiKey: string;
let at: Date;
const directory = mkdtempSync(join(tmpdir(), "chisan-files-restore-"));
const servers: Server[] = [];
/** Larger than a part. */
const big = randomBytes((11 << 20) + 17);

const put = async (key: string, body: string | Buffer, headers: Record<string, string> = {}) => expect((await prod.call("PUT", "/files", { key }, { body, headers })).status).toBe(200);
const contents = async () => {
  const files = await standIn.bucket("FILES");
  const { objects } = await files.list();
  return new Map(await Promise.all(objects.map(async ({ key, size }) => [key, size > 1000 ? size : await (await files.get(key))?.text()] as const)));
};

beforeAll(async () => {
  [prod, standIn] = [new Workerd(), new Workerd()];
  [operatorKey, apiKey] = await Promise.all([scopeKey(testSecret, "operator"), scopeKey(testSecret, "api")]);
  await put("orders/1.txt", "one");
  await put("orders/2.txt", "two", { "content-type": "text/plain" });
  await put("한글/이름%.txt", "names");
  await put("empty", "");
  await put("big.bin", big);
  await new Promise((resolve) => setTimeout(resolve, 20));
  at = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await put("orders/1.txt", "one, changed afterwards");
  expect((await prod.call("DELETE", "/files", { key: "orders/2.txt" })).status).toBe(200);
  await put("later.txt", "not there then");
  // What the gateway wrote last is in the vault when the keeper has heard of it.
  for (const key of ["한글/이름%.txt", "empty", "big.bin"]) {
    const found = await (await prod.bucket("FILES")).get(key);
    await prod.deliver({ action: "PutObject", bucket: "files", object: { key, eTag: found?.etag }, eventTime: found?.uploaded.toISOString() });
  }
}, 300_000);
afterAll(async () => {
  for (const server of servers) server.close();
  await Promise.all([prod.stop(), standIn.stop()]);
  rmSync(directory, { recursive: true });
});

async function restore(): Promise<PhaseResult> {
  const [from, to] = [await prod.url(), await standIn.url()];
  const point: PhaseResult = { summary: "", facts: { kind: "daily", id: "20261123T030000Z", manifestSha256: "0", snapshotAt: at.toISOString() } };
  return restoreFilesPhase({
    source: () => Promise.resolve({ url: from, operatorKey }),
    target: () => Promise.resolve({ operator: { url: to, operatorKey }, api: { url: to, key: apiKey } }),
    directory,
    id: "test",
    estimateSeconds: 1,
    atOnce: 2,
    partBytes: 5 << 20,
  }).run({ results: new Map([["recovery-point", point]]), say: () => undefined, signal: new AbortController().signal });
}

const asThen = new Map<string, unknown>([["orders/1.txt", "one"], ["orders/2.txt", "two"], ["한글/이름%.txt", "names"], ["empty", ""], ["big.bin", big.length]]);

test("each file as it was at the recovery point; a large one in parts, byte for byte", async () => {
  const { summary, facts } = await restore();
  expect(facts).toMatchObject({ files: 5, copied: 5, lostCount: 0, bytes: big.length + 11 });
  expect(summary).toMatch(/^5 files, 11\.5 MB, each with its ETag$/);
  expect(await contents()).toEqual(asThen);
  const arrived = await (await standIn.bucket("FILES")).get("big.bin");
  expect(arrived?.etag).toMatch(/-3$/);
  expect(Buffer.from((await arrived?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(big)).toBe(true);
});

test("repeated: nothing is copied again, by the ETags that are there, and of what was sent in parts by the list", async () => {
  expect((await restore()).facts).toMatchObject({ files: 5, copied: 0 });
});

test("a list that a kill has cut off costs one file's copy", async () => {
  const list = join(directory, "files-test.jsonl");
  const text = readFileSync(list, "utf8");
  const torn = text.split("\n").map((line) => (line.includes("big.bin") ? line.slice(0, 30) : line)).join("\n");
  rmSync(list);
  appendFileSync(list, torn);
  expect((await restore()).facts).toMatchObject({ copied: 1 });
  expect((await restore()).facts).toMatchObject({ copied: 0 });
});

test("what was damaged or deleted meanwhile is copied anew", async () => {
  const files = await standIn.bucket("FILES");
  await files.put("orders/1.txt", "damaged");
  await files.delete("empty");
  expect((await restore()).facts).toMatchObject({ copied: 2 });
  expect(await contents()).toEqual(asThen);
});

/** A gateway that answers otherwise than it should. */
async function answering(headers: Record<string, string>, body: string | object): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => response.writeHead(200, headers).end(typeof body === "string" ? body : JSON.stringify(body)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const one = { key: "orders/1.txt", etag: "f97c5d29941bfb1b2fdab0874906ab82", size: 3, version: "orders%2F1.txt/2026-11-23T03:00:00.000Z-f97c5d29941bfb1b2fdab0874906ab82" };
const moved = (from: string, to: string) => transfer(one, { from: { url: from, key: operatorKey }, to: { url: to, key: apiKey }, onBytes: () => undefined, signal: new AbortController().signal });

test.each([
  ["another length", { "content-length": "4" }, "four", { etag: one.etag }, /CHI-H066 "orders\/1.txt" .*4 bytes of it, 3 were kept/],
  ["another content of the same length", { "content-length": "3" }, "two", { etag: "x" }, /CHI-H066 .*its content has the MD5/],
  ["another ETag in the new bucket", { "content-length": "3" }, "one", { etag: "0".repeat(32) }, /CHI-H066 .*chisan-dr's bucket has the ETag 000/],
])("%s is noticed", async (_what, headers, body, written, words) => {
  const [from, to] = [await answering(headers, body), await answering({ "content-type": "application/json" }, written)];
  await expect(moved(from, to)).rejects.toThrow(words);
});

test("metadata travel with the version where the gateway tells them", async () => {
  const metadata = { "content-type": "application/pdf", "x-chisan-meta-owner": "u1" };
  const from = await answering({ "content-length": "3", "x-chisan-metadata": encodeURIComponent(JSON.stringify(metadata)) }, "one");
  expect(await moved(from, await standIn.url())).toMatchObject({ metadata: true, bytes: 3 });
  const found = await (await standIn.bucket("FILES")).get("orders/1.txt");
  expect(found).toMatchObject({ httpMetadata: { contentType: "application/pdf" }, customMetadata: { owner: "u1" } });
});

test("a gateway that refuses is told with its own line, without the signature", async () => {
  const wrong = transfer(one, { from: { url: await prod.url(), key: "0".repeat(64) }, to: { url: await standIn.url(), key: apiKey }, onBytes: () => undefined, signal: new AbortController().signal });
  await expect(wrong).rejects.toThrow(/^CHI-H065 the files gateway http:\/\/127\.0\.0\.1:\d+ refuses GET \/version: CHI-W015/);
  await expect(wrong).rejects.not.toThrow("signature=");
});
