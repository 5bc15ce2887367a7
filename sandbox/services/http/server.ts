/** What the stand-ins of vendors' APIs have in common: HTTP on this machine only, checked against the vendor's own description. */
import { createHash, timingSafeEqual } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { Json, World, WorldChange, WorldRecord } from "../../world/world";
import { ApiFaults, type Suffering } from "./api-faults";
import type { ApiDescription, Match, Operation } from "./description";
import { ApiRefusal, notModelled } from "./refusal";

/** Reads one record of the world, as far as it is visible. */
export type Look = (type: string, id: string) => WorldRecord | undefined;

/** A checked request. */
export interface ApiCall {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly world: World;
  /** Reads what is visible already. */
  readonly look: Look;
  /** ISO 8601, UTC. */
  readonly now: string;
}

/** `changes` are made before the answer is sent; `body` is built afterwards, from what is then visible. */
export interface ApiAnswer {
  readonly status: 200 | 201;
  readonly changes?: WorldChange[];
  readonly body?: () => Json;
}

/** @throws ApiRefusal where the vendor refuses */
export type Handler<Call extends ApiCall = ApiCall> = (call: Call) => ApiAnswer;

/** One vendor's API. */
export interface StandIn {
  /** In messages: `Supabase Management API`. */
  readonly name: string;
  /** Where it is, from the repository's root. */
  readonly folder: string;
  readonly description: ApiDescription;
  /** By the vendor's operation ID. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** The vendor's words. */
  readonly words: {
    /** @param given whether the request brought any token */
    unauthorized(given: boolean): ApiRefusal;
    noPath(method: string, path: string): string;
    noMethod(method: string, path: string, allowed: readonly string[]): string;
    invalid(problems: readonly string[]): string;
    readonly throttled: string;
    readonly failed: string;
  };
  /** The vendor's shape of an error. */
  errorBody(refusal: Pick<ApiRefusal, "status" | "message" | "details">): Json;
}

export interface ApiServerOptions {
  readonly world: World;
  /** The bearer token that callers must bring. */
  readonly token: string;
  /** Kept by the caller, to switch faults while the server runs. */
  readonly faults?: ApiFaults;
  /** Milliseconds; replaced in tests. */
  readonly now?: () => number;
  /** Waits so many milliseconds; replaced in tests. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

export interface ApiServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Breaks what is under way and frees the port. May be called again. */
  stop(): Promise<void>;
}

/** No body of the modelled operations comes near it. */
const largestBody = 1_000_000;

interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Starts listening on a free port of 127.0.0.1. */
export async function startApiServer(standIn: StandIn, options: ApiServerOptions): Promise<ApiServer> {
  const service = new Service(standIn, options);
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
  private readonly faults: ApiFaults;
  private readonly now: () => number;
  private readonly sleep: (milliseconds: number) => Promise<void>;

  constructor(
    private readonly standIn: StandIn,
    private readonly options: ApiServerOptions,
  ) {
    this.now = options.now ?? Date.now;
    this.sleep = options.sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    this.faults = options.faults ?? new ApiFaults(this.now);
  }

  async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let answer: HttpAnswer | undefined;
    try {
      answer = await this.answer(request);
    } catch (error) {
      answer = this.errorAnswer(error);
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
    const { description, handlers, words } = this.standIn;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    // A request that is not allowed or has no place is answered whatever faults are on, as by the vendor's front door.
    this.authorize(request.headers.authorization);
    const match = this.route(request.method ?? "", url.pathname);
    const operation = match.operation as Operation;
    const suffering = this.faults.suffer(operation.method, operation.template);
    if (suffering.latency > 0) await this.sleep(suffering.latency);
    if (suffering.drop === "before") return undefined;
    this.refuse(suffering.refusal);
    const parts = {
      parameters: match.parameters,
      query: url.searchParams,
      contentType: mediaType(request),
      body: await readBody(request, description.bodyTypes(operation)),
    };
    const { query, problems } = description.checkRequest(operation, parts);
    if (problems.length > 0) throw new ApiRefusal(400, words.invalid(problems));
    const handler = handlers[operation.id];
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
    const departures = this.standIn.description.checkAnswer(operation, status, content);
    if (departures.length > 0) {
      throw new Error(
        `CHI-S042 the sandbox's answer to ${operation.method} ${operation.template} is not what the vendor describes (${departures.join("; ")}): correct ${this.standIn.folder}`,
      );
    }
    return content === undefined ? { status, headers: {}, body: "" } : jsonAnswer(status, content);
  }

  private surroundings(): Pick<ApiCall, "world" | "look" | "now"> {
    const { world } = this.options;
    return { world, look: (type, id) => this.faults.visible(world, type, id), now: new Date(this.now()).toISOString() };
  }

  private authorize(header: string | undefined): void {
    const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
    if (timingSafeEqual(digest(header ?? ""), digest(`Bearer ${this.options.token}`))) return;
    throw this.standIn.words.unauthorized(header !== undefined);
  }

  private route(method: string, pathname: string): Match {
    const { description, words } = this.standIn;
    let match: Match | undefined;
    try {
      match = description.match(method, pathname);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
    }
    if (!match) throw new ApiRefusal(404, words.noPath(method, pathname));
    if (!match.operation) throw new ApiRefusal(405, words.noMethod(method, pathname, match.allowed), { allow: match.allowed.join(", ") });
    return match;
  }

  private refuse(refusal: Suffering["refusal"]): void {
    if (refusal === undefined) return;
    const { throttled, failed } = this.standIn.words;
    if (refusal.status === 429) throw new ApiRefusal(429, throttled, { "retry-after": String(refusal.retryAfterSeconds) });
    throw new ApiRefusal(500, failed);
  }

  /** What is not a refusal is a bug of the sandbox: it says so instead of looking like a vendor's 500. */
  private errorAnswer(error: unknown): HttpAnswer {
    if (error instanceof ApiRefusal) return jsonAnswer(error.status, this.standIn.errorBody(error), error.headers);
    const message = error instanceof Error ? error.message : String(error);
    process.emitWarning(`the sandbox's ${this.standIn.name} failed: ${message}`);
    const told = message.startsWith("CHI-") ? message : `CHI-S043 the sandbox's ${this.standIn.name} failed: ${message}`;
    return jsonAnswer(500, this.standIn.errorBody({ status: 500, message: told, details: {} }));
  }
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
