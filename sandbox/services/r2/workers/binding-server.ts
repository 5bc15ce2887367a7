import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { ObjectStore } from "../object-store";
import { close, listen } from "../start-object-store";
import { worldBuckets } from "../world-buckets";
import { answerBinding } from "./bucket-protocol";
import type { Queues } from "./queues";

const outgoing = z
  .array(
    z.object({ contentType: z.enum(["json", "text", "bytes"]), body: z.string(), delaySeconds: z.number().min(0).max(86_400).optional() }),
  )
  .min(1)
  .max(100);

/** What the Workers' bindings reach: buckets and queues. */
export interface BindingServer {
  /** For `remoteProxyConnectionString` of an R2 binding. @param bucketId `<account>/<jurisdiction>/<name>` */
  bucketUrl(bucketId: string): URL;
  address: string;
  /** The path to which a queue's messages are posted. */
  queuePath(queueId: string): string;
  stop(): Promise<void>;
}

/** Listens on 127.0.0.1, under a path that only the Workers are told: other programs of this machine go through S3 and its tokens. */
export async function startBindingServer(store: ObjectStore, queues: Queues): Promise<BindingServer> {
  const secret = randomBytes(24).toString("base64url");
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    // workerd lost answers on connections that it used again ("Network connection lost").
    response.setHeader("connection", "close");
    answer(request, response).catch((error: Error) => {
      console.error(`a Worker's binding: ${error.message}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  // Miniflare's proxy also opens a channel for bindings that R2 and queues do not need.
  server.on("upgrade", (_request, socket) =>
    socket.end("HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\n\r\n", () => socket.destroy()),
  );

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, given, kind, id = ""] = new URL(request.url ?? "/", "http://127.0.0.1").pathname.split("/");
    if (given !== secret) return void response.writeHead(404).end();
    if (kind === "bucket") {
      const bucket = worldBuckets(store.world).find((each) => each.id === decodeURIComponent(id));
      // workerd writes a header as UTF-8, Node reads it as Latin-1: without this a key in Korean is another key.
      const header = (name: string) => {
        const value = request.headers[`mf-header-${name}`]?.toString();
        return value === undefined ? undefined : Buffer.from(value, "latin1").toString("utf8");
      };
      if (bucket === undefined) {
        request.resume();
        return void response
          .writeHead(404, { "cf-r2-error": JSON.stringify({ version: 1, v4code: 10006, message: "The specified bucket does not exist." }) })
          .end();
      }
      return answerBinding(store, bucket, request, response, header);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const messages = outgoing.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    if (!messages.success) return void response.writeHead(400).end(messages.error.issues[0]?.message);
    await queues.send(decodeURIComponent(id), messages.data);
    response.writeHead(200).end();
  }

  await listen(server);
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    bucketUrl: (bucketId) => new URL(`http://${address}/${secret}/bucket/${encodeURIComponent(bucketId)}`),
    address,
    queuePath: (queueId) => `/${secret}/queue/${encodeURIComponent(queueId)}`,
    stop: () => close(server),
  };
}
