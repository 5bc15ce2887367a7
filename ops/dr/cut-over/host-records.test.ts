import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fromCloudflare } from "./host-records";

const token = "canary-token-of-cloudflare";
const zone = "d002001f1bc719848877832ad8587bbc";
let server: Server;
let asked: { url: string; authorization: string | undefined }[];
let answer: { status: number; body: unknown };

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? "", authorization: request.headers.authorization });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => (asked = []));

// The connection refuses a plain address unless it is this machine's own.
const find = () => fromCloudflare(zone, { CLOUDFLARE_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, CLOUDFLARE_API_TOKEN: token, CHISAN_TARGET: "sandbox" });

test("asks for exactly this name, and reads what it needs of the vendor's envelope", async () => {
  const record = { id: "f035771fc11482a71f3df50c76ecb8a5", name: "api.chisan.app", type: "A", content: "198.51.100.7" };
  answer = { status: 200, body: { success: true, errors: [], messages: [], result: [{ ...record, proxied: true, ttl: 1, meta: {} }], result_info: { count: 1 } } };
  expect(await find()("api.chisan.app")).toEqual([record]);
  expect(asked).toEqual([{ url: `/zones/${zone}/dns_records?name.exact=api.chisan.app&per_page=100`, authorization: `Bearer ${token}` }]);
});

test("a refusal is in the vendor's words, in one line and without the token", async () => {
  answer = { status: 403, body: { success: false, errors: [{ code: 10000, message: `Authentication error ${token}` }], result: null } };
  const problem: Error = await find()("api.chisan.app").then(() => new Error("nothing was refused"), (error: Error) => error);
  expect(problem.message).toMatch(/^CHI-H086 GET .* 403 Authentication error \[token\]: check that CLOUDFLARE_API_TOKEN may read and edit/);
  answer = { status: 200, body: { result: [{ name: "x" }] } };
  await expect(find()("api.chisan.app")).rejects.toThrow(/^CHI-H088 /);
  expect(() => fromCloudflare(zone, {})).toThrow(/^CHI-H089 CLOUDFLARE_API_TOKEN is not set/);
});
