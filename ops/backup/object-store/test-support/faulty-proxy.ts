/** A proxy in front of an S3 endpoint that fails on demand: what a network and a busy service do. */
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Failure = number | "drop";

export interface FaultyProxy {
  readonly url: string;
  /** One for each of the next requests. */
  failNext(failures: readonly Failure[]): void;
  failAlways(failure: Failure): void;
  /** The next answers with a body end, or stop coming, after so many bytes. */
  cutAnswers(afterBytes: readonly number[]): void;
  stallAnswers(afterBytes: readonly number[]): void;
  /** The request is carried out, the answer does not arrive. */
  loseAnswers(count: number, of?: (request: IncomingMessage) => boolean): void;
  corruptBodies(): void;
  /** Failures that have not happened yet. */
  pending(): number;
  heal(): void;
  stop(): Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let failures: Failure[] = [];
  let always: Failure | undefined;
  let cuts: { bytes: number; stall: boolean }[] = [];
  let lost: { count: number; of: (request: IncomingMessage) => boolean } = { count: 0, of: () => true };
  let corrupt = false;

  const answerWith = (failure: Failure, incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (failure === "drop") return void incoming.socket.destroy();
    incoming.resume();
    outgoing.writeHead(failure, { "content-type": "application/xml", connection: "close" });
    outgoing.end("<Error><Code>SlowDown</Code><Message>later</Message></Error>");
  };

  const server = createServer((incoming, outgoing) => {
    const failure = always ?? failures.shift();
    if (failure !== undefined) return answerWith(failure, incoming, outgoing);
    const losing = lost.count > 0 && lost.of(incoming);
    if (losing) lost.count -= 1;
    const forwarded = send(new URL(incoming.url ?? "/", target), { method: incoming.method, headers: incoming.headers }, (answer) => {
      if (losing) {
        answer.resume().once("end", () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      const cut = incoming.method === "GET" && Number(answer.headers["content-length"] ?? 0) > megabyte ? cuts.shift() : undefined;
      if (cut === undefined) return void answer.pipe(outgoing);
      let sent = 0;
      answer.on("data", (chunk: Buffer) => {
        if (sent >= cut.bytes) return;
        sent += chunk.length;
        outgoing.write(chunk, () => {
          if (sent >= cut.bytes && !cut.stall) incoming.socket.destroy();
        });
      });
    });
    forwarded.on("error", () => incoming.socket.destroy());
    incoming.on("error", () => forwarded.destroy());
    let seen = 0;
    incoming.on("data", (chunk: Buffer) => {
      // After the beginning: a request's own framing is not what is tested.
      if (corrupt && seen <= 1000 && seen + chunk.length > 1000) chunk[1000 - seen] = (chunk[1000 - seen] as number) ^ 1;
      seen += chunk.length;
      if (!forwarded.write(chunk)) {
        incoming.pause();
        forwarded.once("drain", () => incoming.resume());
      }
    });
    incoming.on("end", () => forwarded.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const heal = () => {
    [failures, always, cuts, corrupt] = [[], undefined, [], false];
    lost = { count: 0, of: () => true };
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failNext: (next) => (failures = [...next]),
    failAlways: (failure) => (always = failure),
    cutAnswers: (bytes) => (cuts = bytes.map((at) => ({ bytes: at, stall: false }))),
    stallAnswers: (bytes) => (cuts = bytes.map((at) => ({ bytes: at, stall: true }))),
    loseAnswers: (count, of = () => true) => (lost = { count, of }),
    corruptBodies: () => (corrupt = true),
    pending: () => failures.length + cuts.length + lost.count,
    heal,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const megabyte = 1 << 20;
