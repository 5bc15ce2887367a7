import type { JsonObject, WorldRecord } from "../../../world/world";
import type { Reference } from "../model";

/** The kinds of Compute Engine resources that are modelled: collection in the API, scope, and Pulumi type. */
export const computeKinds = {
  network: { collection: "networks", scope: "global", type: "gcp:compute/network:Network" },
  subnetwork: { collection: "subnetworks", scope: "region", type: "gcp:compute/subnetwork:Subnetwork" },
  router: { collection: "routers", scope: "region", type: "gcp:compute/router:Router" },
  address: { collection: "addresses", scope: "region", type: "gcp:compute/address:Address" },
  globalAddress: { collection: "addresses", scope: "global", type: "gcp:compute/globalAddress:GlobalAddress" },
  networkEndpointGroup: {
    collection: "networkEndpointGroups",
    scope: "region",
    type: "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
  },
  backendService: { collection: "backendServices", scope: "global", type: "gcp:compute/backendService:BackendService" },
  urlMap: { collection: "urlMaps", scope: "global", type: "gcp:compute/uRLMap:URLMap" },
  targetHttpsProxy: { collection: "targetHttpsProxies", scope: "global", type: "gcp:compute/targetHttpsProxy:TargetHttpsProxy" },
  targetHttpProxy: { collection: "targetHttpProxies", scope: "global", type: "gcp:compute/targetHttpProxy:TargetHttpProxy" },
  forwardingRule: { collection: "forwardingRules", scope: "global", type: "gcp:compute/globalForwardingRule:GlobalForwardingRule" },
  sslCertificate: { collection: "sslCertificates", scope: "global", type: "gcp:compute/managedSslCertificate:ManagedSslCertificate" },
  sslPolicy: { collection: "sslPolicies", scope: "global", type: "gcp:compute/sSLPolicy:SSLPolicy" },
  securityPolicy: { collection: "securityPolicies", scope: "global", type: "gcp:compute/securityPolicy:SecurityPolicy" },
} as const;
export type ComputeKind = keyof typeof computeKinds;

/** `projects/p/global/networks/n` from a self link, that form, or a bare name in the project (and region) of the resource that names it. */
export function computeName(kind: ComputeKind, value: string, inputs: JsonObject): string {
  const { collection, scope } = computeKinds[kind];
  const path = /projects\/.*$/.exec(value)?.[0];
  if (path) return path;
  const place = scope === "global" ? "global" : `regions/${String(inputs.region ?? inputs.location)}`;
  return `projects/${String(inputs.project)}/${place}/${collection}/${value}`;
}

/** A property that names a Compute Engine resource. */
export function computeReference(
  property: string,
  kind: ComputeKind,
  options: { onDelete?: Reference["onDelete"]; applies?: (value: string) => boolean } = {},
): Reference {
  return {
    property,
    type: computeKinds[kind].type,
    identity: (value, inputs) => (options.applies && !options.applies(value) ? undefined : computeName(kind, value, inputs)),
    missing: (value, inputs) => `googleapi: Error 404: The resource '${computeName(kind, value, inputs)}' was not found, notFound`,
    onDelete:
      options.onDelete ??
      ((target: WorldRecord, by: WorldRecord) =>
        `googleapi: Error 400: The ${kind} resource '${target.id}' is already being used by '${by.id}', resourceInUseByAnotherResource`),
  };
}
