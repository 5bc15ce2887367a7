/**
 * The sandbox's way in from outside: what a visitor of `api.chisan.app` or `app.chisan.app` gets, following what the world says from the DNS
 * record to the database. A stand-in: what it is not is told in docs/pitfalls.md.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { World } from "../../world/world";
import { close, listen } from "../r2/start-object-store";
import { BrokenHop, Trail } from "./broken-hop";
import { Backends } from "./choose-backend";
import { instanceOf } from "./cloud-run";
import { knownHosts, resolve } from "./dns";
import { throughLoadBalancer } from "./load-balancer";
import { regionsDown, setRegions } from "./regions";
import { type Answer, answerAsApi } from "./stand-in-api";
import { answerAsWebApp } from "./web-app";

export interface Edge {
  /** `http://127.0.0.1:<port>`; which name is asked for says the header `Host`. */
  readonly url: string;
  /** Google's regions that are out. */
  regions(): Record<string, "down">;
  /** Takes Google's regions out of service, and back. @throws CHI-S277 */
  setRegions(body: unknown): Promise<Record<string, "down">>;
  stop(): Promise<void>;
}

export interface EdgeOptions {
  readonly world: World;
  /** Remembers the port, so that an address that was noted stays good over a restart. */
  readonly portFile: string;
  /** Milliseconds since 1970; replaced in tests. */
  readonly now?: () => number;
}

/** A host whose rewrites come back to it, or to one before it. */
const mostRewrites = 4;

/** Starts listening on 127.0.0.1. */
export async function startEdge({ world, portFile, now }: EdgeOptions): Promise<Edge> {
  const way = new Way(world, new Backends(now));
  const server = createServer((request, response) => void serve(way, world, request, response));
  await listen(server, portIn(portFile));
  remember(portFile, server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    regions: () => regionsDown(world),
    setRegions: (body) => setRegions(world, body),
    stop: () => close(server),
  };
}

/** One request after the other, from its host to its answer. */
class Way {
  /** Requests so far, by host: what is shared out among several is shared out for each host by itself. */
  private readonly turns = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly backends: Backends,
  ) {}

  /** @throws BrokenHop */
  async answer(host: string, url: URL, trail: Trail, address?: string, rewrites = 0): Promise<Answer> {
    if (rewrites > mostRewrites)
      throw new BrokenHop(
        "CHI-S274",
        "Vercel route",
        508,
        `${host} is rewritten more than ${mostRewrites} times: its routes lead back to it`,
      );
    const turn = this.turns.get(host) ?? 0;
    this.turns.set(host, turn + 1);
    // As `curl --resolve`, from within Cloudflare: for what no name points to yet.
    const destination = address === undefined ? resolve(this.world, host, turn, trail) : ({ to: "address", content: address, proxied: true, port: 443 } as const);
    if (destination.to === "vercel") {
      const ask = (next: URL) => this.answer(next.hostname, next, trail, undefined, rewrites + 1);
      return answerAsWebApp(this.world, host, url, ask, trail);
    }
    const called = throughLoadBalancer(this.world, destination, host, this.backends, trail);
    try {
      const answer = await answerAsApi(this.world, instanceOf(this.world, called, turn, trail), url);
      called.report(answer.status);
      return answer;
    } catch (error) {
      if (error instanceof BrokenHop) called.report(error.status);
      throw error;
    }
  }
}

async function serve(way: Way, world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const trail = new Trail();
  const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  try {
    if (/^[\d.]*$/.test(host) || host === "localhost")
      return send(response, 200, { hosts: knownHosts(world), use: "curl -H 'Host: <host>' <this address>/health" }, trail);
    const { status, body, broken } = await way.answer(host, new URL(request.url ?? "/", "https://edge.invalid"), trail, request.headers["x-chisan-resolve"]?.toString());
    send(response, status, body, trail, broken);
  } catch (error) {
    if (error instanceof BrokenHop)
      send(response, error.status, { error: error.message, hop: error.hop, path: trail.list() }, trail, error);
    else {
      const message = `CHI-S278 the sandbox's edge failed: ${error instanceof Error ? error.message : String(error)}`;
      process.emitWarning(message);
      send(response, 500, { error: message, path: trail.list() }, trail);
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown, trail: Trail, broken?: BrokenHop): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-sandbox-path": headerText(trail.list().join("; ")),
    ...(broken === undefined ? {} : { "x-sandbox-hop": broken.hop, "x-sandbox-problem": headerText(broken.message) }),
  });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Printable ASCII, as a header's value must be. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

function portIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function remember(file: string, server: Server): void {
  writeFileSync(`${file}.new`, String((server.address() as AddressInfo).port), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
