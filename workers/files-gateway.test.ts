/** The files gateway in workerd: its requests, their signatures, and that what it replaces is in the vault. Cut off: file-writer.test.ts. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { parseVaultName, versionName } from "./file-versions/vault-name";
import { type TestBucket, Workerd, previousSecret, testOrigin, testSecret } from "./test-support/workerd";

const key = "주문/1/a b+c%2F.txt";
let workerd: Workerd;
let files: TestBucket;
let vault: TestBucket;

beforeAll(() => {
  workerd = new Workerd();
});
beforeEach(async () => {
  await workerd.empty();
  [files, vault] = [await workerd.bucket("FILES"), await workerd.bucket("VAULT")];
});
afterAll(() => workerd.stop());

const put = (content: string, parameters: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  workerd.call("PUT", "/files", { key, ...parameters }, { body: content, headers: { "content-type": "text/plain", ...headers } });
const text = async (name = key) => (await files.get(name))?.text();

describe("writing", () => {
  test("a file arrives with its metadata; what it replaces is in the vault under the keeper's name", async () => {
    const answer = await put("first", {}, { "x-chisan-meta-owner": "u1", "content-disposition": "attachment" });
    const first = await files.head(key);
    expect(answer).toMatchObject({ status: 200, body: { etag: first?.etag, uploaded: first?.uploaded.toISOString(), size: 5 } });
    expect(first?.httpMetadata).toMatchObject({ contentType: "text/plain", contentDisposition: "attachment" });
    expect(first?.customMetadata).toEqual({ owner: "u1" });
    expect(await workerd.vaultKeys()).toEqual([]);
    await put("second");
    const name = versionName({ key, uploaded: first?.uploaded as Date, etag: first?.etag as string });
    expect(await workerd.vaultKeys()).toEqual([name]);
    const kept = await vault.get(name);
    expect(await kept?.text()).toBe("first");
    expect(kept?.customMetadata).toEqual({ owner: "u1" });
    // The keeper's own copy of the same version is the same object.
    await workerd.deliver({ action: "PutObject", bucket: "files", object: { key, eTag: first?.etag }, eventTime: first?.uploaded.toISOString() });
    expect((await workerd.vaultKeys()).filter((each) => each.startsWith(name))).toEqual([name]);
    expect((await workerd.status()).lostLastDay).toBe(0);
  });

  test("thirty writes of one file at once: each version is kept, in one order", async () => {
    const contents = Array.from({ length: 30 }, (_each, index) => `content ${index}`);
    const answers = await Promise.all(contents.map((content) => put(content)));
    expect(answers.map(({ status }) => status)).toEqual(contents.map(() => 200));
    const kept = await Promise.all((await workerd.vaultKeys()).map(async (name) => (await vault.get(name))?.text()));
    expect([...kept, await text()].sort()).toEqual([...contents].sort());
    const times = (await workerd.vaultKeys()).map((name) => parseVaultName(name)).map((name) => (name?.kind === "version" ? name.uploaded.getTime() : 0));
    expect(new Set(times).size).toBe(29);
  });

  test("a deletion is recorded and its version kept; deleting again says that there was nothing", async () => {
    await put("first");
    expect(await workerd.call("DELETE", "/files", { key })).toMatchObject({ status: 200, body: { deleted: true } });
    expect(await files.head(key)).toBeNull();
    const kinds = (await workerd.vaultKeys()).map((name) => parseVaultName(name)?.kind);
    expect(kinds).toEqual(["version", "deleted"]);
    expect((await workerd.call("DELETE", "/files", { key })).body).toEqual({ deleted: false });
  });

  test("in parts: nothing is replaced before the upload is completed, and what it replaces is kept", async () => {
    await put("first");
    const { uploadId } = (await workerd.call("POST", "/uploads", { key }, { headers: { "content-type": "application/pdf" } })).body as { uploadId: string };
    const contents = [randomBytes(5 * 2 ** 20), Buffer.from("the rest")];
    const parts = [];
    for (const [index, body] of contents.entries()) {
      parts.push((await workerd.call("PUT", "/uploads", { key, upload: uploadId, part: String(index + 1) }, { body })).body);
    }
    expect(await text()).toBe("first");
    const completed = await workerd.call("POST", "/uploads", { key, upload: uploadId }, { body: JSON.stringify({ parts }) });
    expect(completed.status).toBe(200);
    const whole = await files.get(key);
    expect(Buffer.from((await whole?.arrayBuffer()) as ArrayBuffer).equals(Buffer.concat(contents))).toBe(true);
    expect(whole?.httpMetadata).toMatchObject({ contentType: "application/pdf" });
    expect(await workerd.vaultKeys()).toHaveLength(1);
    // Asked again under another signature, as by a client that never got the answer.
    const again = await workerd.call("POST", "/uploads", { key, upload: uploadId }, { body: JSON.stringify({ parts }) });
    expect(again.body).toEqual(completed.body);
  });

  test("an upload that was given up cannot be completed, and changes nothing", async () => {
    const { uploadId } = (await workerd.call("POST", "/uploads", { key })).body as { uploadId: string };
    const part = (await workerd.call("PUT", "/uploads", { key, upload: uploadId, part: "1" }, { body: "x" })).body;
    await workerd.call("DELETE", "/uploads", { key, upload: uploadId });
    const answer = await workerd.call("POST", "/uploads", { key, upload: uploadId }, { body: JSON.stringify({ parts: [part] }) });
    expect(answer.status).toBe(409);
    expect(answer.body["error"]).toContain("CHI-W045");
    expect(await files.head(key)).toBeNull();
  });

  test("a condition: only over the version that was read, only where there is none", async () => {
    await put("first", { if: "absent" });
    expect((await put("second", { if: "absent" })).status).toBe(412);
    expect((await put("second", { if: "0".repeat(32) })).status).toBe(412);
    expect(await text()).toBe("first");
    expect((await put("second", { if: (await files.head(key))?.etag as string })).status).toBe(200);
  });

  test("a content that is not what was signed is refused, and nothing changes", async () => {
    const sha256 = createHash("sha256").update("first").digest("hex");
    expect((await put("first", { sha256, length: "5", type: "text/plain" })).status).toBe(200);
    for (const [parameters, code] of [
      [{ length: "6" }, "CHI-W036"],
      [{ type: "text/html" }, "CHI-W036"],
      [{ sha256: createHash("sha256").update("another").digest("hex") }, "CHI-W0"],
    ] as const) {
      const answer = await put("changed", parameters);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body["error"]).toContain(code);
    }
    expect(await text()).toBe("first");
  });

  test("200 MB stream through, into the bucket and into the vault, without being held", async () => {
    const size = 200 * 2 ** 20;
    const chunk = randomBytes(2 ** 20);
    const hash = createHash("sha256");
    for (let at = 0; at < 200; at += 1) hash.update(chunk);
    const sha256 = hash.digest("hex");
    const body = () => {
      let left = 200;
      return new ReadableStream<Uint8Array>({ pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(chunk)) : controller.close()) });
    };
    await put("warm");
    const processes = workerdProcesses();
    expect(processes).not.toEqual([]);
    const before = memoryOf(processes);
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, memoryOf(processes))), 50);
    try {
      const large = await workerd.call("PUT", "/files", { key, sha256, length: String(size) }, { body: body(), headers: { "content-length": String(size) } });
      expect(large).toMatchObject({ status: 200, body: { size } });
      expect((await put("after")).status).toBe(200);
    } finally {
      clearInterval(watch);
    }
    const version = (await workerd.vaultKeys()).map((name) => vault.head(name));
    expect((await Promise.all(version)).map((object) => object?.size)).toContain(size);
    expect(peak - before).toBeLessThan(120 * 2 ** 20);
  }, 120_000);
});

describe("signatures", () => {
  test("a write is carried out once: sent again it changes nothing and gets the first answer", async () => {
    const address = await workerd.sign("PUT", "/files", { key });
    const first = await workerd.call("PUT", "", {}, { address, body: "first" });
    await put("second");
    const again = await workerd.call("PUT", "", {}, { address, body: "first" });
    expect(again.body).toEqual(first.body);
    expect(await text()).toBe("second");
    const deletion = await workerd.sign("DELETE", "/files", { key });
    const deleted = await workerd.call("DELETE", "", {}, { address: deletion });
    await put("third");
    expect((await workerd.call("DELETE", "", {}, { address: deletion })).body).toEqual(deleted.body);
    expect(await text()).toBe("third");
  });

  test("the previous secret is taken while rotating, another is not", async () => {
    expect((await workerd.call("PUT", "/files", { key }, { body: "x", secret: previousSecret })).status).toBe(200);
    const foreign = await workerd.call("PUT", "/files", { key }, { body: "y", secret: "a secret that nobody knows of, of 44 letters" });
    expect(foreign).toMatchObject({ status: 403, body: { error: expect.stringContaining("CHI-W015") as string } });
  });

  test.each([
    ["expired", { now: new Date(Date.now() - 3_600_000) }, "CHI-W013"],
    ["for too long", { life: 3600 }, "CHI-W014"],
    ["by a clock that is far ahead", { now: new Date(Date.now() + 3_600_000) }, "CHI-W014"],
  ])("%s: refused", async (_what, options, code) => {
    const answer = await workerd.call("PUT", "/files", { key }, { body: "x", ...options });
    expect(answer.status).toBe(403);
    expect(answer.body["error"]).toContain(code);
    expect(await files.head(key)).toBeNull();
  });

  test("a clock that is a little off is taken", async () => {
    expect((await workerd.call("PUT", "/files", { key }, { body: "x", now: new Date(Date.now() + 20_000), life: 900 })).status).toBe(200);
    expect((await workerd.call("PUT", "/files", { key }, { body: "x", now: new Date(Date.now() - 20_000), life: 10 })).status).toBe(200);
  });

  test("nothing of a signed request can be changed, added, repeated or left out", async () => {
    const address = new URL(await workerd.sign("PUT", "/files", { key, length: "1" }));
    const changes: [string, (changed: URL) => void][] = [
      ["key", (changed) => changed.searchParams.set("key", "other")],
      ["expires", (changed) => changed.searchParams.set("expires", String(Number(changed.searchParams.get("expires")) + 1))],
      ["length", (changed) => changed.searchParams.delete("length")],
      ["added", (changed) => changed.searchParams.set("if", "absent")],
      ["scope", (changed) => changed.searchParams.set("scope", "operator")],
      ["path", (changed) => (changed.pathname = "/uploads")],
      ["no signature", (changed) => changed.searchParams.delete("signature")],
      ["short signature", (changed) => changed.searchParams.set("signature", (changed.searchParams.get("signature") as string).slice(2))],
      ["other signature", (changed) => changed.searchParams.set("signature", "0".repeat(64))],
      ["twice", (changed) => changed.searchParams.append("key", "other")],
    ];
    for (const [what, change] of changes) {
      const changed = new URL(address);
      change(changed);
      const answer = await workerd.call("PUT", "", {}, { address: changed.toString(), body: "x" });
      expect([what, answer.status]).toEqual([what, 403]);
    }
    expect((await workerd.call("DELETE", "", {}, { address: address.toString() })).status).toBe(403);
    expect((await files.list()).objects).toEqual([]);
  });

  test("the API's key reads no version and restores none, the exporter's reads numbers only", async () => {
    for (const [method, path] of [["GET", "/history"], ["GET", "/present"], ["GET", "/version"], ["POST", "/restore"], ["GET", "/status"]] as const) {
      expect([path, (await workerd.call(method, path, { key })).status]).toEqual([path, 403]);
    }
    for (const [method, path] of [["GET", "/history"], ["GET", "/version"], ["PUT", "/files"], ["DELETE", "/files"], ["POST", "/restore"]] as const) {
      expect([path, (await workerd.call(method, path, { key }, { scope: "status" })).status]).toEqual([path, 403]);
    }
    expect((await workerd.call("PUT", "/files", { key }, { scope: "operator", body: "x" })).status).toBe(403);
  });

  test("no secret, no signature and no content of a file is in a log or an answer", async () => {
    const canary = "CANARY-of-a-file";
    await put(canary, { sha256: "0".repeat(64) });
    const address = await workerd.sign("PUT", "/files", { key, length: "1" });
    const refused = await workerd.call("PUT", "", {}, { address, body: canary });
    const said = workerd.log.join("") + JSON.stringify(refused.body);
    for (const secret of [canary, testSecret, previousSecret, new URL(address).searchParams.get("signature") as string]) expect(said).not.toContain(secret);
  });
});

describe("reading and restoring", () => {
  test("the vault's entries, the files, a version's content, and a version made the present one again", async () => {
    await put("first", {}, { "x-chisan-meta-owner": "u1" });
    await put("second");
    const operator = { scope: "operator" as const };
    const { objects } = (await workerd.call("GET", "/history", { key }, operator)).body as { objects: { name: string; size: number }[] };
    const [first] = objects;
    expect(objects).toMatchObject([{ size: 5, name: expect.stringMatching(/^주문%2F1%2Fa b\+c%252F\.txt\//) as string }]);
    expect((await workerd.call("GET", "/history", { prefix: "주문/" }, operator)).body["objects"]).toEqual(objects);
    expect((await workerd.call("GET", "/present", { key }, operator)).body).toMatchObject({ files: [{ key, size: 6 }], truncated: false });
    const content = await workerd.send(await workerd.sign("GET", "/version", { name: first?.name as string }, operator), { method: "GET" });
    expect([content.headers.get("content-type"), await content.text()]).toEqual(["application/octet-stream", "first"]);
    expect((await workerd.call("POST", "/restore", { key, version: first?.name as string }, operator)).status).toBe(200);
    expect(await text()).toBe("first");
    expect((await files.head(key))?.customMetadata).toEqual({ owner: "u1" });
    const kept = await Promise.all((await workerd.vaultKeys()).map(async (name) => (await vault.get(name))?.text()));
    expect(kept).toEqual(["first", "second"]);
  });

  test("a version that there is not, and a name that is none", async () => {
    for (const name of ["x", `${key}/2026-01-01T00:00:00.000Z-e`]) {
      expect((await workerd.call("GET", "/version", { name }, { scope: "operator" })).status).toBe(404);
    }
  });
});

describe("requests", () => {
  test.each([
    ["GET", "/files", {}, 404, "CHI-W031"],
    ["PUT", "/files", { key: "" }, 400, "CHI-W033"],
    ["PUT", "/files", { key: "/".repeat(301) }, 400, "CHI-W034"],
    ["POST", "/uploads", { key, upload: "no such" }, 400, "CHI-W038"],
    ["PUT", "/uploads", { key, upload: "u", part: "10001" }, 400, "CHI-W037"],
  ])("%s %s %j: %d %s", async (method, path, parameters, status, code) => {
    const answer = await workerd.call(method, path, parameters as Record<string, string>, method === "GET" ? {} : { body: "x" });
    expect([answer.status, answer.body["error"]]).toEqual([status, expect.stringContaining(code)]);
  });

  test("a key is one in every form of writing: the same file, in the form that R2 has", async () => {
    const [composed, decomposed] = ["가.txt".normalize("NFC"), "가.txt".normalize("NFD")];
    await workerd.call("PUT", "/files", { key: decomposed }, { body: "first" });
    await workerd.call("PUT", "/files", { key: composed }, { body: "second" });
    expect((await files.list()).objects.map((each) => each.key)).toEqual([composed]);
    expect(await workerd.vaultKeys()).toHaveLength(1);
  });

  test("only the web app's pages may write from a browser", async () => {
    const ask = async (origin: string) => {
      const headers = { origin, "access-control-request-method": "PUT", "access-control-request-headers": "content-type,authorization,x-chisan-meta-owner" };
      return (await workerd.send("https://files.chisan.app/files", { method: "OPTIONS", headers })).headers;
    };
    expect((await ask(testOrigin)).get("access-control-allow-origin")).toBe(testOrigin);
    expect((await ask(testOrigin)).get("access-control-allow-headers")).toBe("content-type, x-chisan-meta-owner");
    for (const foreign of ["https://chisan.app.evil.example", "null", "https://app.chisan.app.evil.example"]) {
      expect((await ask(foreign)).get("access-control-allow-origin")).toBeNull();
    }
    expect((await put("x", {}, { origin: testOrigin })).headers.get("access-control-allow-origin")).toBe(testOrigin);
  });
});

/** The processes that this test's Miniflare started. */
function workerdProcesses(): string[] {
  const isOurs = (pid: string) => new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(read(`/proc/${pid}/status`)) && read(`/proc/${pid}/comm`).startsWith("workerd");
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isOurs(pid));
}

/** Resident, in bytes. */
function memoryOf(processes: readonly string[]): number {
  return processes.reduce((sum, pid) => sum + Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024, 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Ended between the list and this look.
    return "";
  }
}
