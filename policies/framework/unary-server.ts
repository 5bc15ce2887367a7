/**
 * A gRPC server for unary calls on 127.0.0.1, on Node's own HTTP/2. @grpc/grpc-js can do far more, and is loaded and warmed up anew in every
 * preview: that alone was most of what a policy pack cost (docs/adr/0008-policy-packs.md).
 * The protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import { constants, createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

/** gRPC's status codes, those that are used here. */
export const status = { ok: 0, unknown: 2, failedPrecondition: 9, unimplemented: 12, internal: 13 } as const;

/** Why a call failed; the message reaches the caller. */
export class CallError extends Error {
  public constructor(
    public readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Takes a message's bytes and gives the answer's. What it throws or rejects with is the call's status. */
export type Method = (request: Buffer) => Uint8Array | Promise<Uint8Array>;

const prefix = 5;

/**
 * Serves methods by their path (`/package.Service/Method`) on a free port of 127.0.0.1, and resolves to it and to what closes it. Others are answered
 * as unimplemented, without waiting for the question.
 *
 * @param answered told of a method's path when its answer has left
 */
export function serveUnary(methods: ReadonlyMap<string, Method>, answered?: (path: string) => void): Promise<{ port: number; close(): void }> {
  const server = createServer({ settings: { initialWindowSize: 1 << 24, maxConcurrentStreams: 1000 } });
  server.on("session", (session) => {
    session.setLocalWindowSize(1 << 26);
    // The engine went away without a word: there is nobody to tell.
    session.on("error", () => undefined);
  });
  server.on("stream", (stream, headers) => {
    const path = String(headers[constants.HTTP2_HEADER_PATH]);
    const method = methods.get(path);
    stream.on("error", () => undefined);
    if (method === undefined) {
      stream.resume();
      stream.respond(unimplemented, { endStream: true });
      return;
    }
    if (answered !== undefined) stream.once("close", () => answered(path));
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      try {
        const body = method(messageOf(chunks));
        if (body instanceof Promise) body.then((bytes) => succeed(stream, bytes), (error: unknown) => fail(stream, error));
        else succeed(stream, body);
      } catch (error) {
        fail(stream, error);
      }
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() }));
  });
}

/** A message is its length behind a flag for compression, which nobody asked for. Never "unimplemented": for that the engine passes over a question. */
function messageOf(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  if (body.length < prefix || body[0] !== 0 || body.readUInt32BE(1) !== body.length - prefix) throw new CallError(status.internal, "not one plain message");
  return body.subarray(prefix);
}

const answering = { [constants.HTTP2_HEADER_STATUS]: 200, [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc" };
/** Made once: it is the answer to as many calls as there are resources. */
const unimplemented = { ...answering, "grpc-status": String(status.unimplemented), "grpc-message": "not implemented by this policy pack" };

function succeed(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  const body = Buffer.allocUnsafe(prefix + message.length);
  body[0] = 0;
  body.writeUInt32BE(message.length, 1);
  body.set(message, prefix);
  stream.respond(answering, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(body);
}

/** Without a message, the status goes into the headers. */
function fail(stream: ServerHttp2Stream, error: unknown): void {
  if (stream.destroyed) return;
  const { code, message } = error instanceof CallError ? error : new CallError(status.unknown, error instanceof Error ? error.message : String(error));
  stream.respond({ ...answering, "grpc-status": String(code), "grpc-message": encodeURI(message).replace(/%20/g, " ") }, { endStream: true });
}
