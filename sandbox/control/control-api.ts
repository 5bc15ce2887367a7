import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, ProviderServers } from "../providers";
import type { WorldRecord } from "../world/world";

/**
 * What the tool and the tests ask the sandbox about itself, on 127.0.0.1:
 * `GET /records?urn=…` the things that a Pulumi resource manages, without secrets; `GET /counts` how many exist by type;
 * `GET|PUT /faults` the vendors' faults that are switched on.
 */
export async function startControlApi({ world, faults }: Pick<ProviderServers, "world" | "faults">): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => send(response, body === undefined ? 404 : 200, body ?? { message: "no such question" }),
      (error: Error) => send(response, 400, { message: error.message }),
    );
  });

  async function answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    switch (`${request.method} ${url.pathname}`) {
      case "GET /records": {
        const urn = url.searchParams.get("urn") ?? "";
        return world.types().flatMap((type) => world.list(type)).filter((record) => record.urns.includes(urn)).map(withoutSecrets);
      }
      case "GET /counts":
        return Object.fromEntries(world.types().map((type) => [type, world.list(type).length]));
      case "GET /faults":
        return faults.list();
      case "PUT /faults":
        faults.set(JSON.parse(await bodyOf(request)) as Fault[]);
        return faults.list();
      default:
        return undefined;
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

/** The identity of a thing is enough here: no property leaves the world this way. */
function withoutSecrets(record: WorldRecord): Pick<WorldRecord, "type" | "id" | "urns" | "createdAt"> & { outputs: { id?: unknown } } {
  const { type, id, urns, createdAt } = record;
  return { type, id, urns, createdAt, outputs: { id: record.outputs["id"] } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
