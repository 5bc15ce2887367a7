/** What a visitor from outside gets: through DNS, load balancer, service and database of the sandbox's world (sandbox/services/edge). */
import { request } from "node:http";
import type { ScenarioSandbox } from "./scenario-sandbox";

/** The answer to `/api/smoke`, as far as scenarios look at it. */
export interface Smoke {
  readonly status: number;
  readonly region?: string;
  readonly revision?: string;
  /** In words, for a report. */
  readonly words: string;
}

/** Milliseconds after which a visitor gives up. */
const patience = 20_000;

/** @param path `/api/smoke`, or with `?write=1` also a row written and read back */
export function visit(sandbox: ScenarioSandbox, host: string, path = "/api/smoke"): Promise<Smoke> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, sandbox.running().edgeUrl), { headers: { host }, signal: AbortSignal.any([sandbox.signal, AbortSignal.timeout(patience)]) }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.once("error", reject).once("end", () => {
        const { statusCode: status = 0 } = response;
        const body = bodyOf(text);
        resolve({ status, ...(typeof body["region"] === "string" ? { region: body["region"] } : {}), ...(typeof body["revision"] === "string" ? { revision: body["revision"] } : {}), words: `${status} ${text.slice(0, 200)}` });
      });
    });
    asked.once("error", reject).end();
  });
}

/** A broken hop may answer in words. */
function bodyOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
