/** A client from outside, as a user's browser is one: it knows a host's name and nothing of what stands behind it. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface EdgeAnswer {
  /** 0: no answer at all. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const limitMilliseconds = 10_000;

/** Asks through the sandbox's edge. Never fails: that there is no answer is an answer. */
export function askEdge(edgeUrl: string, host: string, path: string): Promise<EdgeAnswer> {
  const { hostname, port } = new URL(edgeUrl);
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, body: {} });
    const sending = request({ host: hostname, port, path, headers: { host }, timeout: limitMilliseconds });
    sending.once("timeout", () => sending.destroy());
    sending.once("error", none);
    sending.once("response", (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.once("error", none);
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, body: objectOf(Buffer.concat(parts).toString("utf8")) }));
    });
    sending.end();
  });
}

/** Asks until the answer is as wanted. @returns it, or the last one when it never was within the limit */
export async function askUntil(ask: () => Promise<EdgeAnswer>, wanted: (answer: EdgeAnswer) => boolean, limitSeconds: number, signal: AbortSignal): Promise<EdgeAnswer> {
  for (const deadline = Date.now() + limitSeconds * 1000; ; ) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > deadline) return answer;
    await sleep(250, undefined, { signal });
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
