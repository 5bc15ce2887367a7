import * as grpc from "@grpc/grpc-js";
import { CallError, serveUnary, status } from "./unary-server";

/** Asks as the engine does, with a real gRPC client. */
function ask(port: number, path: string, request: Buffer): Promise<{ code: number; details: string; body?: Buffer }> {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, (bytes: Buffer) => bytes, (bytes) => bytes, request, (error, body) => {
      client.close();
      resolve({ code: error?.code ?? 0, details: error?.details ?? "", body });
    });
  });
}

let port: number;
beforeAll(async () => {
  const server = await serveUnary(
    new Map<string, (request: Buffer) => Uint8Array | Promise<Uint8Array>>([
      ["/s/Echo", (request) => request],
      ["/s/Later", (request) => Promise.resolve(request)],
      ["/s/Refuse", () => { throw new CallError(status.failedPrecondition, "100 % wrong: é"); }],
      ["/s/Reject", () => Promise.reject(new Error("late"))],
    ]),
  );
  port = server.port;
  close = server.close;
});
let close: () => void;
afterAll(() => close());

test.each([0, 1, 100, 3_000_000])("a message of %i bytes comes back as it was sent", async (size) => {
  const message = Buffer.alloc(size, 7);
  for (const path of ["/s/Echo", "/s/Later"]) expect((await ask(port, path, message)).body?.equals(message)).toBe(true);
});

test("what a method throws is the status, with its words", async () => {
  expect(await ask(port, "/s/Refuse", Buffer.alloc(0))).toMatchObject({ code: status.failedPrecondition, details: "100 % wrong: é" });
  expect(await ask(port, "/s/Reject", Buffer.alloc(0))).toMatchObject({ code: status.unknown, details: "late" });
});

test("an unknown method is unimplemented", async () => {
  expect(await ask(port, "/s/None", Buffer.alloc(0))).toMatchObject({ code: status.unimplemented });
});
