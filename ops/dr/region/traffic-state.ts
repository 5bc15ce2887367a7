import type { GcpRegion } from "../../../config/allowed-values";
import { gcpRegions } from "../../../config/allowed-values";

/** A stack's state as `pulumi stack export` writes it, as far as it is read here. Secrets in it are encrypted. */
export interface ExportedState {
  deployment?: { resources?: StateResource[] };
}

export interface StateResource {
  urn: string;
  type: string;
  /** The vendor's, or as the provider makes it; components have none. */
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** What carries the API's traffic, in the state. */
export interface TrafficResources {
  /** The URN of the load balancer's backend service. */
  readonly backend: string;
  /** The regions that it sends to, as the state says. */
  readonly active: readonly GcpRegion[];
  /** The URN of the API's Cloud Run service in each region. */
  readonly services: Readonly<Partial<Record<GcpRegion, string>>>;
}

/**
 * Finds the resources that a move changes, by their types and physical names.
 *
 * @param name the physical name of the backend service and of the API's services
 * @throws CHI-D005 when the state has no load balancer
 */
export function trafficResources(stack: string, name: string, state: ExportedState): TrafficResources {
  const named = (state.deployment?.resources ?? []).filter(({ inputs }) => inputs?.["name"] === name);
  const backend = named.find(({ type }) => type === "gcp:compute/backendService:BackendService");
  if (backend === undefined) {
    throw new Error(`CHI-D005 ${stack} has no load balancer whose traffic could be moved (no backend service ${name} in its state): npx chisan up ${stack}`);
  }
  const services = named.filter(({ type }) => type === "gcp:cloudrunv2/service:Service");
  const regionOf = (location: unknown) => gcpRegions.find((region) => region === location);
  return {
    backend: backend.urn,
    active: activeRegions(backend),
    services: Object.fromEntries(services.flatMap(({ urn, inputs }) => [regionOf(inputs?.["location"])].filter((region) => region !== undefined).map((region) => [region, urn]))),
  };
}

/** A backend is a region's endpoint group: `projects/<project>/regions/<region>/networkEndpointGroups/<name>`. */
function activeRegions({ inputs }: StateResource): GcpRegion[] {
  const backends = inputs?.["backends"];
  if (!Array.isArray(backends)) return [];
  return backends.flatMap((backend: { group?: unknown }) => {
    const found = /\/regions\/([^/]+)\//.exec(String(backend.group))?.[1];
    return gcpRegions.filter((region) => region === found);
  });
}
