import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, ProviderServers } from "../providers";
import { modelOf } from "../providers/models";
import type { Edge } from "../services/edge/edge";
import type { Databases } from "../services/postgres/databases";
import type { FilesPlane } from "../services/r2/files-plane";
import type { World } from "../world/world";

interface Served extends Pick<ProviderServers, "world" | "faults"> {
  readonly databases: Pick<Databases, "list">;
  readonly files: Pick<FilesPlane, "status" | "faults" | "setClock" | "runLifecycle" | "triggerCrons" | "settled">;
  readonly edge: Pick<Edge, "regions" | "setRegions">;
}

/**
 * What the tool and the tests ask the sandbox about itself, on 127.0.0.1:
 * `DELETE /leftovers?urn=…&known=…` discards what a Pulumi resource made and its state does not know (`discardLeftovers`);
 * `GET /dns?zone=…&name=…` the DNS records of a host, by whomever they were made;
 * `GET /databases` where each database listens, as which process, and on which files; `GET /counts` how many things exist by type; `GET|PUT /faults` the vendors' faults that are switched on;
 * `GET /files` the Workers' addresses, what keeps one from running, and how many messages wait in each queue, once all is as the world says;
 * `PUT /clock {"offsetSeconds":…}` moves the clock of locks, lifecycle, queues and cron triggers; `POST /lifecycle` runs the lifecycle's pass now;
 * `POST /crons?worker=…` a Worker's cron triggers; `GET|PUT /s3-faults` the S3 endpoint's faults;
 * `GET|PUT /regions {"asia-northeast3":"down"}` Google's regions that are out for visitors, until `{"asia-northeast3":"up"}` lifts it.
 */
export async function startControlApi({ world, faults, databases, files, edge }: Served): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => send(response, body === undefined ? 404 : 200, body ?? { message: "no such question" }),
      (error: Error) => send(response, 400, { message: error.message }),
    );
  });

  async function answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    switch (`${request.method} ${url.pathname}`) {
      case "DELETE /leftovers":
        return discardLeftovers(world, url.searchParams.get("urn") ?? "", url.searchParams.getAll("known"));
      case "GET /counts":
        return Object.fromEntries(world.types().map((type) => [type, world.list(type).length]));
      case "GET /dns":
        return dnsRecords(world, url.searchParams.get("zone") ?? "", url.searchParams.get("name") ?? "");
      case "GET /databases":
        return databases.list();
      case "GET /faults":
        return faults.list();
      case "PUT /faults":
        faults.set(JSON.parse(await bodyOf(request)) as Fault[]);
        return faults.list();
      case "GET /files":
        await files.settled();
        return files.status();
      case "PUT /clock":
        return files.setClock(JSON.parse(await bodyOf(request)));
      case "POST /lifecycle":
        return files.runLifecycle();
      case "POST /crons":
        return files.triggerCrons(url.searchParams.get("worker") ?? "");
      case "GET /s3-faults":
        return files.faults.list();
      case "PUT /s3-faults":
        files.faults.set(JSON.parse(await bodyOf(request)));
        return files.faults.list();
      case "GET /regions":
        return edge.regions();
      case "PUT /regions":
        return edge.setRegions(JSON.parse(await bodyOf(request)));
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

/**
 * Removes things that a resource made without its state knowing of it, because the engine was killed in between. Only of types whose
 * things have no name of their own (a token, a version of a secret): a repeated create would make a second one. For all others the vendor's
 * side knows the repeated create by the name, and it carries on with what is there.
 *
 * @param known ids that are in the state
 */
export async function discardLeftovers(world: World, urn: string, known: readonly string[]): Promise<{ discarded: number }> {
  const leftovers = world
    .types()
    .filter((type) => modelOf(type) !== undefined && modelOf(type)?.identity === undefined)
    .flatMap((type) => world.list(type))
    .filter((record) => record.urns.includes(urn) && !known.includes(String(record.outputs["id"])));
  await world.apply(leftovers.map(({ type, id }) => ({ delete: { type, id } })));
  return { discarded: leftovers.length };
}

/** As Cloudflare lists them: a record of a deleted stack is still one. */
function dnsRecords(world: World, zone: string, host: string): object[] {
  return world
    .list("cloudflare:index/dnsRecord:DnsRecord")
    .filter(({ outputs }) => outputs["zoneId"] === zone && outputs["name"] === host)
    .map(({ outputs: { id, name, type, content } }) => ({ id, name, type, content }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
