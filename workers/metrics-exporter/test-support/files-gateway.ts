/** Stands in for the files gateway's `/status`: asks for a signature as the gateway does, and answers as it is told. */
import type { KeeperStatus } from "../../file-versions/ledger";
import { signatureProblem } from "../../file-versions/signature";
import { type LocalServer, startLocalServer } from "./local-server";

export const statusKey = "c4n4ry-status-key";

export interface FilesGatewayStandIn extends LocalServer {
  answer: { status: number; body: string };
  /** `GET /status 200`: what was asked for, and what the answer was. */
  readonly seen: string[];
}

export function keeperStatus(change: Partial<KeeperStatus> = {}): string {
  const status: KeeperStatus = {
    at: "2026-11-23T00:00:00.000Z",
    lagSeconds: 7.5,
    lostLastDay: 3,
    failedLastTenMinutes: 0,
    sweepAgeSeconds: 240,
    purgeAgeSeconds: 300,
    ...change,
  };
  return JSON.stringify(status);
}

export async function startFilesGateway(): Promise<FilesGatewayStandIn> {
  const state = { answer: { status: 200, body: keeperStatus() }, seen: [] as string[] };
  const server = await startLocalServer((request, _body, response) => {
    const address = new URL(request.url ?? "/", "http://gateway");
    const method = request.method ?? "";
    const reply = (status: number, body: string): void => {
      state.seen.push(`${method} ${address.pathname} ${status}`);
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    };
    void signatureProblem(method, address, [statusKey], new Date()).then((problem) => {
      if (address.searchParams.get("scope") !== "status") reply(403, JSON.stringify({ error: "another scope" }));
      else if (problem !== undefined) reply(403, JSON.stringify({ error: problem }));
      else reply(state.answer.status, state.answer.body);
    });
  });
  return Object.assign(state, server);
}
