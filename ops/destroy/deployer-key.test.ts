import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { deployerAccess } from "./deployer-key";

const token = "canary-of-a-deployers-token";
const id = "0123456789abcdef0123456789abcdef";
let server: Server;
let answers: Record<string, [number, object]> = {};
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    const [status, body] = answers[request.url ?? ""] ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(() => void asked.splice(0));

const open = () => deployerAccess({ kind: "cloud", environment: { CHISAN_TARGET: "sandbox", CLOUDFLARE_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, CLOUDFLARE_API_TOKEN: token } }, "acc");
const expected = { endpoint: "https://acc.r2.cloudflarestorage.com", bucket: "files", accessKeyId: id, secretAccessKey: createHash("sha256").update(token).digest("hex") };

test("an account's token is its own S3 key", async () => {
  answers = { "/accounts/acc/tokens/verify": [200, { result: { id, status: "active" }, success: true }] };
  expect((await open())("files")).toEqual(expected);
  expect(asked).toEqual([`Bearer ${token} /accounts/acc/tokens/verify`]);
});

test("and so is a person's", async () => {
  answers = { "/accounts/acc/tokens/verify": [401, { errors: [{ message: "Invalid API Token" }] }], "/user/tokens/verify": [200, { result: { id } }] };
  expect((await open())("files")).toEqual(expected);
});

test("one that Cloudflare does not know is told, without its value", async () => {
  const refusal = { errors: [{ message: `Invalid API Token ${token}` }] };
  answers = { "/accounts/acc/tokens/verify": [401, refusal], "/user/tokens/verify": [401, refusal] };
  const problem = await open().then(String, (error: Error) => error);
  expect((problem as Error).message).toMatch(/^CHI-O020 GET \/user\/tokens\/verify: 401 Invalid API Token \[token\]: check CLOUDFLARE_API_TOKEN/);
  await expect(deployerAccess({ kind: "cloud", environment: {} }, "acc")).rejects.toThrow(/^CHI-O023 CLOUDFLARE_API_TOKEN is not set/);
});
