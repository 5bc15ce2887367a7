/** The environment from outside, before any name points to it. */
import { askHost } from "../ask-host";
import type { DeployedResource } from "../deployed-resources";
import type { Check } from "./check";

export interface HealthChecked {
  readonly cloud: boolean;
  readonly resources: readonly DeployedResource[];
  /** That chisan-dr will take over. */
  readonly apiHost: string;
  readonly apiName: string;
  readonly ask?: typeof askHost;
}

const paths = ["/health", "/health/live"] as const;

export function healthChecks({ cloud, resources, apiHost, apiName, ask = askHost }: HealthChecked): Check[] {
  const address = textOf(resources.find(({ type }) => type === "gcp:compute/globalAddress:GlobalAddress")?.outputs["address"]);
  return [
    { name: "API's revisions", run: async () => revisionsReady(resources, apiName) },
    ...paths.map((path) => ({
      name: `API ${path}`,
      async run() {
        if (address === undefined) throw new Error("its load balancer has no address");
        const { status, words, body } = await ask(apiHost, path, { cloud, address });
        // The rule that admits Cloudflare alone answers everybody else so: certificate, load balancer and rule are there; what is behind them
        // is seen by the revisions' own probe, and through Cloudflare after the cut-over.
        if (cloud && status === 403) return `${address} has ${apiHost}'s certificate and admits Cloudflare alone`;
        if (status < 200 || status >= 300) throw new Error(`${address} answers ${status}${words === "" ? "" : `, ${words}`}`);
        // Another service's health is no proof.
        if (!cloud && body["service"] !== apiName) throw new Error(`${address} answers for ${String(body["service"])}, not for ${apiName}`);
        return `${address} answers ${status}${words === "" ? "" : `, ${words}`}`;
      },
    })),
  ];
}

/** A revision is ready when its startup probe, `/health/ready`, was answered: the update waits for it. */
function revisionsReady(resources: readonly DeployedResource[], apiName: string): string {
  const services = resources.filter(({ type, inputs }) => type === "gcp:cloudrunv2/service:Service" && inputs["name"] === apiName);
  if (services.length === 0) throw new Error(`there is no service ${apiName}`);
  const unready = services.filter(({ outputs }) => textOf(outputs["latestReadyRevision"]) === undefined || outputs["latestReadyRevision"] !== outputs["latestCreatedRevision"]);
  if (unready.length > 0) throw new Error(`the newest revision is not ready in ${unready.map(({ inputs }) => String(inputs["location"])).join(", ")}`);
  return `ready in ${services.map(({ inputs }) => String(inputs["location"])).join(", ")}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
