/** One request to a host of CHISAN as a client makes it, in the cloud and in the sandbox, where no name resolves. */
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { sandboxDirectory, sandboxPaths } from "../../../sandbox/control/paths";
import { readRunning } from "../../../sandbox/control/running";

export interface HostAnswer {
  readonly status: number;
  /** Of a JSON body what says who answered: `chisan-prod-api in asia-northeast3, database ok`; of another one nothing. */
  readonly words: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether the answer came by the address that was given: a sandbox's edge that knows no address goes where DNS says. */
  readonly byAddress: boolean;
}

export interface Asking {
  readonly cloud: boolean;
  readonly signal?: AbortSignal;
  /** Asks there instead of where DNS says, as `curl --resolve` does. */
  readonly address?: string;
}

/** Bytes of a body that are read: health answers are small. */
const mostBytes = 65_536;

/**
 * @param path with its query
 * @throws the connection's own error; CHI-H055 when the sandbox has no edge
 */
export async function askHost(host: string, path: string, { cloud, signal, address }: Asking): Promise<HostAnswer> {
  const { status, text, path: trail } = await (cloud ? overTheInternet(host, path, address, signal) : throughTheEdge(host, path, address, signal));
  const body = jsonOf(text);
  return { status, body, words: wordsOf(body), byAddress: address !== undefined && (cloud || trail.includes(address)) };
}

function overTheInternet(host: string, path: string, address: string | undefined, signal: AbortSignal | undefined) {
  // The certificate is the host's, whatever the address.
  return send(secureRequest({ host: address ?? host, servername: host, path, headers: { host }, signal, timeout: 10_000 }));
}

function throughTheEdge(host: string, path: string, address: string | undefined, signal: AbortSignal | undefined) {
  const running = readRunning(sandboxPaths(sandboxDirectory()));
  if (running?.edgeUrl === undefined) throw new Error("CHI-H055 the sandbox does not say where its edge is: npx chisan sandbox restart");
  const { hostname, port } = new URL(running.edgeUrl);
  const headers = { host, ...(address === undefined ? {} : { "x-chisan-resolve": address }) };
  return send(plainRequest({ host: hostname, port, path, headers, signal, timeout: 10_000 }));
}

function send(sending: ReturnType<typeof plainRequest>): Promise<{ status: number; text: string; path: string }> {
  return new Promise((resolve, reject) => {
    sending.once("timeout", () => sending.destroy(new Error("no answer within 10 s")));
    sending.once("error", reject);
    sending.once("response", (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (part: Buffer) => {
        if ((bytes += part.length) <= mostBytes) parts.push(part);
      });
      answer.once("error", reject);
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8"), path: String(answer.headers["x-sandbox-path"] ?? "") }));
    });
    sending.end();
  });
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function wordsOf(body: Readonly<Record<string, unknown>>): string {
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : undefined);
  const service = text("service");
  const region = text("region");
  const database = text("database");
  return [service === undefined ? undefined : region === undefined ? service : `${service} in ${region}`, database === undefined ? undefined : `database ${database}`].filter((part) => part !== undefined).join(", ");
}
