/** Whether clients get to an environment: asked as a client asks, by the host's name. */
import { setTimeout as pause } from "node:timers/promises";
import { askHost, type HostAnswer } from "../stand-up/ask-host";
import type { Side } from "./belongings";

export interface Measured {
  readonly host: string;
  /** HTTP status; 0 when nobody answered. */
  readonly status: number;
  /** Whether the answer is this environment's, as far as it can be told. */
  readonly arrived: boolean;
  /** From the beginning of the measurement to the first answer that was. */
  readonly seconds: number;
  readonly words: string;
}

export interface Measuring {
  readonly hosts: { readonly app: string; readonly api: string };
  readonly from: Side;
  readonly cloud: boolean;
  readonly say: (text: string) => void;
  /** Milliseconds. */
  readonly limit?: number;
  readonly ask?: typeof askHost;
}

/** A record's TTL is a minute at most (components/dns-inputs.ts), and a certificate at Vercel is issued in about one. */
const usualLimit = 300_000;
const between = 2000;

/**
 * Asks both hosts until they answer from the environment. The sandbox's edge says who answers; in the cloud an answer of the health endpoint
 * is what can be seen from outside, and that the records lead there is compared with the vendors before.
 *
 * @throws CHI-H105 naming the host that does not
 */
export async function measureArrival({ hosts, from, cloud, say, limit = usualLimit, ask = askHost }: Measuring): Promise<readonly Measured[]> {
  const begun = Date.now();
  return Promise.all(
    [hosts.app, hosts.api].map(async (host) => {
      for (;;) {
        const measured = await once(host, from, cloud, ask, begun);
        if (measured.arrived) return measured;
        if (Date.now() - begun > limit) throw new Error(`CHI-H105 ${host} does not answer from ${from} after ${Math.round(limit / 1000)} s (${inWords(measured)}): npx chisan dr region --help for one region that is out; else type the same command again`);
        say(`waiting for ${host} (${inWords(measured)})`);
        await pause(between);
      }
    }),
  );
}

/** Asks each host once, as a client does: whether users are served there now. */
export function askOnce({ hosts, from, cloud, ask = askHost }: { readonly hosts: readonly string[] } & Pick<Measuring, "from" | "cloud" | "ask">): Promise<readonly Measured[]> {
  return Promise.all(hosts.map((host) => once(host, from, cloud, ask, Date.now())));
}

async function once(host: string, from: Side, cloud: boolean, ask: typeof askHost, begun: number): Promise<Measured> {
  const path = cloud ? (host.startsWith("api.") ? "/health" : "/api/health") : "/api/smoke";
  const answer = await ask(host, path, { cloud, signal: AbortSignal.timeout(15_000) }).catch((error: unknown): HostAnswer => ({ status: 0, words: error instanceof Error ? error.message : String(error), body: {}, byAddress: false }));
  const arrived = answer.status === 200 && (cloud || answer.body["stack"] === from);
  return { host, status: answer.status, arrived, seconds: Math.round((Date.now() - begun) / 100) / 10, words: answer.words };
}

/** `status 530: …`, `no answer`. */
export function inWords({ status, words }: Measured): string {
  return `${status === 0 ? "no answer" : `status ${status}`}${words === "" ? "" : `: ${words}`}`;
}
