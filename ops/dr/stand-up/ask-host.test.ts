import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sandboxPaths } from "../../../sandbox/control/paths";
import { startOf } from "../../../sandbox/world/process-start";
import { askHost } from "./ask-host";

const directory = mkdtempSync(join(tmpdir(), "chisan-ask-host-"));
let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mkdirSync(directory, { recursive: true });
  process.env["CHISAN_SANDBOX_DIRECTORY"] = directory;
});
beforeEach(() => note({ edgeUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
afterAll(() => {
  delete process.env["CHISAN_SANDBOX_DIRECTORY"];
  server.close();
  rmSync(directory, { recursive: true });
});

/** As the sandbox's service says where it is. */
function note(more: object): void {
  writeFileSync(sandboxPaths(directory).running, JSON.stringify({ pid: process.pid, started: startOf(process.pid), ...more }));
}

test("the edge is asked for the host, at an address where one is given, and tells who answered", async () => {
  const seen: unknown[] = [];
  handle = (request, response) => {
    seen.push([request.headers.host, request.url, request.headers["x-chisan-resolve"]]);
    response.writeHead(200, { "x-sandbox-path": "load balancer's address 198.51.100.7:443" }).end(JSON.stringify({ service: "chisan-dr-api", region: "asia-northeast1", database: "ok" }));
  };
  expect(await askHost("api.chisan.app", "/health", { cloud: false, address: "198.51.100.7" })).toMatchObject({ status: 200, words: "chisan-dr-api in asia-northeast1, database ok", byAddress: true });
  expect(await askHost("api.chisan.app", "/health?x=1", { cloud: false })).toMatchObject({ byAddress: false });
  expect(seen).toEqual([["api.chisan.app", "/health", "198.51.100.7"], ["api.chisan.app", "/health?x=1", undefined]]);
});

test("an edge that goes another way than by the address is noticed", async () => {
  handle = (_request, response) => response.writeHead(200, { "x-sandbox-path": "DNS record api.chisan.app A 198.51.100.1" }).end("{}");
  expect(await askHost("api.chisan.app", "/health", { cloud: false, address: "198.51.100.7" })).toMatchObject({ byAddress: false });
});

test("a body that is no JSON has no words; a status is an answer, a broken connection is none", async () => {
  handle = (_request, response) => response.writeHead(522).end("<html>");
  expect(await askHost("app.chisan.app", "/health", { cloud: false })).toMatchObject({ status: 522, words: "", body: {} });
  handle = (request) => request.socket.destroy();
  await expect(askHost("app.chisan.app", "/health", { cloud: false })).rejects.toThrow(/socket hang up|ECONNRESET/);
});

test("a sandbox that does not say where its edge is", async () => {
  note({});
  await expect(askHost("app.chisan.app", "/health", { cloud: false })).rejects.toThrow("CHI-H055");
});
