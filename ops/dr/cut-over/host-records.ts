/** The DNS records of a host as Cloudflare has them now: what a cut-over takes over must be found without anybody's Pulumi state. */
import { z } from "zod";
import { VendorApi, defaultTiming, type ClientTiming, type VendorApiWords } from "../../../components/vendor-api/client";
import { connectionFrom } from "../../../components/vendor-api/connection";
import { readRunning } from "../../../sandbox/control/running";
import { sandboxDirectory, sandboxPaths } from "../../../sandbox/control/paths";
import type { Target } from "../../engine/target";

const recordShape = z.object({ id: z.string(), name: z.string(), type: z.string(), content: z.string().default("") });

/** Of the types that lead a browser somewhere. */
export type HostRecord = z.infer<typeof recordShape>;
const leading = ["A", "AAAA", "CNAME"];

export interface HostRecords {
  /** @throws CHI-H086 to CHI-H088 when the vendor refuses, does not answer, or answers otherwise than it describes */
  of(host: string): Promise<HostRecord[]>;
}

/** The zone's records: from Cloudflare's API, or from the sandbox's world. @throws CHI-H089, CHI-H090 without a token or with an address that is refused */
export function hostRecords(zoneId: string, target: Target): HostRecords {
  const find = target.kind === "cloud" ? fromCloudflare(zoneId, target.environment) : fromSandbox(zoneId);
  return { of: async (host) => (await find(host)).filter(({ name, type }) => name === host && leading.includes(type)) };
}

const words: VendorApiWords = {
  codes: { refused: "CHI-H086", gaveUp: "CHI-H087", notAsDescribed: "CHI-H088" },
  urlVariable: "CLOUDFLARE_API_URL",
  clientFile: "ops/dr/cut-over/host-records.ts",
  advice: {
    401: "check CLOUDFLARE_API_TOKEN; it may have expired",
    403: "check that CLOUDFLARE_API_TOKEN may read and edit the zone's DNS",
    404: "check chisan:cloudflareZoneId",
  },
  message: (body) => (body as { errors?: { message?: unknown }[] }).errors?.[0]?.message,
};
// Of the vendor's envelope only what is read here.
const answerShape = z.object({ result: z.array(recordShape) });
const timing: ClientTiming = { ...defaultTiming, requestDeadline: 60_000 };

/** https://developers.cloudflare.com/api/resources/dns/subresources/records/methods/list/ (`name.exact`). */
export function fromCloudflare(zoneId: string, environment: NodeJS.ProcessEnv): (host: string) => Promise<HostRecord[]> {
  const connection = connectionFrom(
    {
      url: "https://api.cloudflare.com/client/v4",
      urlVariable: "CLOUDFLARE_API_URL",
      tokenVariable: "CLOUDFLARE_API_TOKEN",
      tokenAdvice: "export a token that may edit the zone's DNS (dash.cloudflare.com → API tokens)",
      codes: { token: "CHI-H089", address: "CHI-H090" },
    },
    environment,
  );
  const api = new VendorApi(words, connection, timing);
  return async (host) => (await api.json("GET", `/zones/${encodeURIComponent(zoneId)}/dns_records?${new URLSearchParams({ "name.exact": host, per_page: "100" })}`, answerShape)).result;
}

/** The sandbox's world tells it by its control API. */
function fromSandbox(zoneId: string): (host: string) => Promise<HostRecord[]> {
  return async (host) => {
    const running = readRunning(sandboxPaths(sandboxDirectory()));
    if (running === undefined) throw new Error("CHI-H087 the sandbox's service does not run: npx chisan sandbox start");
    const response = await fetch(`${running.controlUrl}/dns?${new URLSearchParams({ zone: zoneId, name: host })}`);
    if (!response.ok) throw new Error(`CHI-H086 the sandbox answered ${response.status} to a question about ${host}: npx chisan sandbox restart`);
    return z.array(recordShape).parse(await response.json());
  };
}
