/** Addresses that carry their signature, made by the vendor's own signer. */
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { startTestObjectStore, type TestObjectStore } from "./testing";

let store: TestObjectStore;
beforeAll(async () => {
  store = await startTestObjectStore();
});
afterAll(() => store.stop());

/** SHA-256 as the signer wants it. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : Buffer.from(secret as Uint8Array));
  }
  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error("not used");
  }
}

async function presigned(
  method: string,
  key: string,
  { expiresIn = 60, signingDate = new Date(), secret = store.writer.secretAccessKey, query = {} } = {},
): Promise<string> {
  const url = new URL(store.url);
  const signer = new SignatureV4({
    service: "s3",
    region: "auto",
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
    credentials: { ...store.writer, secretAccessKey: secret },
  });
  const request = {
    method,
    protocol: "http:",
    hostname: url.hostname,
    port: Number(url.port),
    path: `/${store.bucket}/${key}`,
    query,
    headers: { host: url.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
  };
  const signed = await signer.presign(request as never, { expiresIn, signingDate });
  const text = new URLSearchParams(signed.query as Record<string, string>);
  return `${store.url}${signed.path}?${text.toString()}`;
}

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${/<Code>(.*)<\/Code>/.exec(await response.text())?.[1] ?? ""}`.trim();
}

test("upload and download", async () => {
  expect((await fetch(await presigned("PUT", "a%20b.txt"), { method: "PUT", body: "hello" })).status).toBe(200);
  const got = await fetch(await presigned("GET", "a%20b.txt", { query: { "response-content-disposition": "attachment" } }));
  expect([got.status, got.headers.get("content-disposition"), await got.text()]).toEqual([200, "attachment", "hello"]);
});

test("an expired one, one of the future, another method, another key, a wrong secret, a changed query", async () => {
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
  expect(await codeOf(await fetch(await presigned("GET", "x", { signingDate: ago(61) })))).toBe("400 ExpiredRequest");
  expect(await codeOf(await fetch(await presigned("GET", "x", { signingDate: ago(-3600) })))).toBe("403 RequestTimeTooSkewed");
  expect(await codeOf(await fetch(await presigned("GET", "x"), { method: "PUT", body: "" }))).toBe("403 SignatureDoesNotMatch");
  expect(await codeOf(await fetch((await presigned("GET", "x")).replace("/x?", "/y?")))).toBe("403 SignatureDoesNotMatch");
  expect(await codeOf(await fetch(await presigned("GET", "x", { secret: "0".repeat(64) })))).toBe("403 SignatureDoesNotMatch");
  expect(await codeOf(await fetch(`${await presigned("GET", "x")}&partNumber=1`))).toBe("403 SignatureDoesNotMatch");
  expect(await codeOf(await fetch(await presigned("GET", "x")))).toBe("404 NoSuchKey");
  expect(await codeOf(await fetch(`${store.url}/${store.bucket}/x`))).toBe("401 Unauthorized");
});
