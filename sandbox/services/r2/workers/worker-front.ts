import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { close, listen } from "../start-object-store";

/** An address for one Worker that stays the same while workerd is started anew under it. */
export interface WorkerFront {
  url: string;
  stop(): Promise<void>;
}

/**
 * @param target where the Worker listens now; waits while it is being started, and rejects when it does not run
 * @param port of the last time
 */
export async function startWorkerFront(target: () => Promise<URL>, port?: number): Promise<WorkerFront> {
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    forward(target, request, response).catch((error: Error) => {
      if (response.headersSent) return void response.destroy();
      request.resume();
      response.writeHead(502, { "content-type": "text/plain" }).end(`${error.message}\n`);
    });
  });
  await listen(server, port);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => close(server) };
}

async function forward(target: () => Promise<URL>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { hostname, port } = await target();
  // The client's own Host goes along, as Cloudflare passes it to a Worker on a custom domain.
  const onward = send({ hostname, port, method: request.method, path: request.url, headers: request.headers, agent: false });
  const answered = new Promise<void>((resolve, reject) => {
    onward.once("error", reject);
    onward.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response).then(resolve, reject);
    });
  });
  // The answer may come before the request has been read to its end; only its own failure counts then.
  await Promise.all([
    answered,
    pipeline(request, onward).catch((error: Error) => (response.headersSent ? undefined : Promise.reject(error))),
  ]);
}
