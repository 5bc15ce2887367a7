/** The sandbox's stand-in for the Supabase Management API, over HTTP on this machine only. */
import { createHash, timingSafeEqual } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { World } from "../../world/world";
import { ApiFaults, type Suffering } from "./api-faults";
import { ApiDescription, type Match, type Operation } from "./description";
import { type ApiAnswer, type ApiCall, type Handler, handlers as modelled } from "./operations";
import { ApiRefusal, notModelled } from "./refusal";

export interface ManagementApiOptions {
  readonly world: World;
  /** The bearer token that callers must bring. */
  readonly token: string;
  /** Kept by the caller, to switch faults while the server runs. */
  readonly faults?: ApiFaults;
  /** The PostgreSQL version of a project; `defaultPostgresVersion` for all unless given. */
  readonly postgresVersion?: (ref: string) => string;
  /** Milliseconds; replaced in tests. */
  readonly now?: () => number;
  /** Waits so many milliseconds; replaced in tests. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Replaced in tests. */
  readonly handlers?: Readonly<Record<string, Handler>>;
}

export interface ManagementApi {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Breaks what is under way and frees the port. May be called again. */
  stop(): Promise<void>;
}

/** The version that the vendor gave new PostgreSQL 15 projects, in the form in which it names versions. */
export const defaultPostgresVersion = "15.8.1.085";

/** No body of the modelled operations comes near it. */
const largestBody = 1_000_000;

interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Starts listening on a free port of 127.0.0.1. */
export async function startManagementApi(options: ManagementApiOptions): Promise<ManagementApi> {
  const service = new Service(options);
  const server = http.createServer((request, response) => void service.serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        if (!server.listening) return resolve();
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

class Service {
  private readonly description = new ApiDescription();
  private readonly faults: ApiFaults;
  private readonly handlers: Readonly<Record<string, Handler>>;
  private readonly now: () => number;
  private readonly sleep: (milliseconds: number) => Promise<void>;

  constructor(private readonly options: ManagementApiOptions) {
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.faults = options.faults ?? new ApiFaults(this.now);
    this.handlers = options.handlers ?? modelled;
  }

  async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let answer: HttpAnswer | undefined;
    try {
      answer = await this.answer(request);
    } catch (error) {
      answer = errorAnswer(error);
    }
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(request.method === "HEAD" ? undefined : answer.body);
  }

  /** Undefined: break the connection. */
  private async answer(request: http.IncomingMessage): Promise<HttpAnswer | undefined> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    // A request that is not allowed or has no place is answered whatever faults are on, as by the vendor's front door.
    this.authorize(request.headers.authorization);
    const match = this.route(request.method ?? "", url.pathname);
    const operation = match.operation as Operation;
    const suffering = this.faults.suffer(operation.method, operation.template);
    if (suffering.latency > 0) await this.sleep(suffering.latency);
    if (suffering.drop === "before") return undefined;
    refuse(suffering.refusal);
    const parts = {
      parameters: match.parameters,
      query: url.searchParams,
      contentType: mediaType(request),
      body: await readBody(request, this.description.bodyTypes(operation)),
    };
    const { query, problems } = this.description.checkRequest(operation, parts);
    if (problems.length > 0) throw new ApiRefusal(400, problems.join("; "));
    const handler = this.handlers[operation.id];
    if (!handler) throw notModelled(`${operation.method} ${operation.template}`);
    const answer = await this.carryOut(
      handler,
      operation,
      { parameters: match.parameters, query, body: parts.body, ...this.surroundings() },
      suffering,
    );
    return suffering.drop === "after" ? undefined : answer;
  }

  private async carryOut(handler: Handler, operation: Operation, call: ApiCall, suffering: Suffering): Promise<HttpAnswer> {
    const { world } = this.options;
    const { status, changes = [], body }: ApiAnswer = handler(call);
    if (suffering.invisibleFor > 0) this.faults.hide(world, changes, suffering.invisibleFor);
    await world.apply(changes);
    const content = body?.();
    const departures = this.description.checkAnswer(operation, status, content);
    if (departures.length > 0) {
      throw new Error(
        `CHI-S042 the sandbox's answer to ${operation.method} ${operation.template} is not what the vendor describes (${departures.join("; ")}): correct sandbox/services/management-api/`,
      );
    }
    return content === undefined ? { status, headers: {}, body: "" } : jsonAnswer(status, content);
  }

  private surroundings(): Pick<ApiCall, "world" | "look" | "now" | "postgresVersion"> {
    const { world } = this.options;
    return {
      world,
      look: (type, id) => this.faults.visible(world, type, id),
      now: new Date(this.now()).toISOString(),
      postgresVersion: this.options.postgresVersion ?? (() => defaultPostgresVersion),
    };
  }

  private authorize(header: string | undefined): void {
    const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
    if (!timingSafeEqual(digest(header ?? ""), digest(`Bearer ${this.options.token}`))) throw new ApiRefusal(401, "Unauthorized");
  }

  private route(method: string, pathname: string): Match {
    let match: Match | undefined;
    try {
      match = this.description.match(method, pathname);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
    }
    if (!match) throw new ApiRefusal(404, `Cannot ${method} ${pathname}`);
    if (!match.operation) throw new ApiRefusal(405, `Cannot ${method} ${pathname}`, { allow: match.allowed.join(", ") });
    return match;
  }
}

function refuse(refusal: Suffering["refusal"]): void {
  if (refusal?.status === 429) {
    throw new ApiRefusal(429, "ThrottlerException: Too Many Requests", { "retry-after": String(refusal.retryAfterSeconds) });
  }
  if (refusal) throw new ApiRefusal(500, "Internal server error");
}

function mediaType(request: http.IncomingMessage): string | undefined {
  return request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
}

/** Undefined when there is none. @throws ApiRefusal 413, 415 or 400 */
async function readBody(request: http.IncomingMessage, taken: readonly string[]): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new ApiRefusal(413, "request entity too large", { connection: "close" });
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const type = mediaType(request);
  if (taken.length > 0 && !taken.includes(type ?? "")) {
    throw new ApiRefusal(415, `Unsupported media type ${type ?? "(none)"}: ${taken.join(" or ")} is taken`);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (type !== undefined && type !== "application/json") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiRefusal(400, "The body is not valid JSON");
  }
}

function jsonAnswer(status: number, content: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, body: JSON.stringify(content) };
}

/** The vendor's shape of an error. What is not a refusal is a bug of the sandbox: it says so instead of looking like a vendor's 500. */
function errorAnswer(error: unknown): HttpAnswer {
  if (error instanceof ApiRefusal) return jsonAnswer(error.status, { message: error.message }, error.headers);
  const message = error instanceof Error ? error.message : String(error);
  process.emitWarning(`the sandbox's Supabase Management API failed: ${message}`);
  return jsonAnswer(500, { message: message.startsWith("CHI-") ? message : `CHI-S043 the sandbox's Management API failed: ${message}` });
}
