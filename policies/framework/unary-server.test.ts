import { askUnary } from "../test-support/ask-unary";
import { CallError, serveUnary, status } from "./unary-server";

let port: number;
const answered: string[] = [];
beforeAll(async () => {
  const server = await serveUnary(
    new Map<string, (request: Buffer) => Uint8Array | Promise<Uint8Array>>([
      ["/s/Echo", (request) => request],
      ["/s/Later", (request) => Promise.resolve(request)],
      ["/s/Refuse", () => { throw new CallError(status.failedPrecondition, "100 % wrong: é"); }],
      ["/s/Reject", () => Promise.reject(new Error("late"))],
    ]),
    (path) => answered.push(path),
  );
  port = server.port;
  close = server.close;
});
let close: () => void;
afterAll(() => close());

test.each([0, 1, 100, 3_000_000])("a message of %i bytes comes back as it was sent", async (size) => {
  const message = Buffer.alloc(size, 7);
  for (const path of ["/s/Echo", "/s/Later"]) expect((await askUnary(port, path, message)).body?.equals(message)).toBe(true);
});

test("what a method throws is the status, with its words", async () => {
  expect(await askUnary(port, "/s/Refuse")).toMatchObject({ code: status.failedPrecondition, details: "100 % wrong: é" });
  expect(await askUnary(port, "/s/Reject")).toMatchObject({ code: status.unknown, details: "late" });
});

test.each([0, 3_000_000])("an unknown method is unimplemented, also with a question of %i bytes", async (size) => {
  expect(await askUnary(port, "/s/None", Buffer.alloc(size))).toMatchObject({ code: status.unimplemented });
});

test("after an answer has left, its method is told", async () => {
  answered.length = 0;
  await askUnary(port, "/s/Echo");
  expect(answered).toEqual(["/s/Echo"]);
});
