/** From an address of Google's global load balancer to one region's service. */
import { z } from "zod";
import type { World, WorldRecord } from "../../world/world";
import { computeKinds, computeName, type ComputeKind } from "../../providers/models/gcp/compute-names";
import { requireCertificate } from "./certificate";
import { BrokenHop, type Hop, type Trail } from "./broken-hop";
import type { Destination } from "./dns";
import { chooseBackend, outlierDetection, type Backends } from "./choose-backend";
import { admit } from "./security-policy";

/** What the load balancer calls. */
export interface ServiceOfRegion {
  readonly project: string;
  readonly region: string;
  /** The Cloud Run service's name. */
  readonly service: string;
  /** Tells the load balancer how the call went. */
  readonly report: (status: number) => void;
}

const forwardingRule = z.object({ ipAddress: z.string(), portRange: z.string().optional(), target: z.string(), project: z.string() });
const proxy = z.object({ urlMap: z.string(), certificateMap: z.string().optional(), project: z.string() });
const urlMap = z.object({ defaultService: z.string().optional(), hostRules: z.array(z.unknown()).optional(), project: z.string() });
const backendService = z.object({
  backends: z.array(z.object({ group: z.string(), capacityScaler: z.number().optional() })).default([]),
  securityPolicy: z.string().optional(),
  outlierDetection: outlierDetection.nullish(),
});
const endpointGroup = z.object({
  region: z.string(),
  project: z.string(),
  cloudRun: z.object({ service: z.string().optional() }).optional(),
});

/**
 * Follows what is declared, from the address on.
 *
 * @throws BrokenHop CHI-S261 to CHI-S266
 */
export function throughLoadBalancer(
  world: World,
  { content: address, port, proxied }: Destination,
  host: string,
  backends: Backends,
  trail: Trail,
): ServiceOfRegion {
  const rule = ruleAt(world, address, port);
  trail.pass("load balancer's address", `${address}:${port} (${rule.id})`);
  const { target, project } = forwardingRule.parse(rule.outputs);
  const httpsProxy = follow(world, "targetHttpsProxy", target, rule, "target proxy", trail);
  const { urlMap: mapName, certificateMap } = proxy.parse(httpsProxy.outputs);
  requireCertificate(world, certificateMap, project, host, proxied);
  trail.pass("certificate", host);
  const map = follow(world, "urlMap", mapName, httpsProxy, "URL map", trail);
  const { defaultService, hostRules } = urlMap.parse(map.outputs);
  if ((hostRules ?? []).length > 0)
    throw new BrokenHop(
      "CHI-S264",
      "URL map",
      501,
      `${map.id} has host rules, which the sandbox's edge does not follow: extend sandbox/services/edge/load-balancer.ts`,
    );
  if (defaultService === undefined)
    throw new BrokenHop("CHI-S264", "URL map", 404, `${map.id} names no default service: correct components/load-balancer-inputs.ts`);
  const service = follow(world, "backendService", defaultService, map, "backend service", trail);
  const { backends: declared, securityPolicy, outlierDetection: detection } = backendService.parse(service.outputs);
  if (securityPolicy !== undefined && securityPolicy !== "") {
    const policy = find(world, "securityPolicy", securityPolicy, service, "security policy");
    admit(policy, { host, proxied });
    trail.pass("security policy", policy.id);
  }
  const choice = chooseBackend(backends, service.id, declared, detection ?? undefined);
  const group = follow(world, "networkEndpointGroup", choice.group, service, "network endpoint group", trail);
  const { region, cloudRun, project: groupsProject } = endpointGroup.parse(group.outputs);
  if (cloudRun?.service === undefined)
    throw new BrokenHop(
      "CHI-S265",
      "network endpoint group",
      502,
      `${group.id} names no Cloud Run service: correct components/load-balancer-inputs.ts`,
    );
  return { project: groupsProject, region, service: cloudRun.service, report: choice.report };
}

function ruleAt(world: World, address: string, port: number): WorldRecord {
  const found = world.list(computeKinds.forwardingRule.type).find(({ outputs }) => {
    const rule = forwardingRule.parse(outputs);
    return addressIn(world, rule) === address && covers(rule.portRange, port);
  });
  if (found !== undefined) return found;
  const owner = world.list(computeKinds.globalAddress.type).find(({ outputs }) => outputs.address === address);
  const what =
    owner === undefined ? `nobody has the address ${address}` : `${address} is ${owner.id}, but no forwarding rule has its port ${port}`;
  throw new BrokenHop(
    "CHI-S261",
    "load balancer's address",
    522,
    `${what}: run npx chisan up for the stack that the DNS record shall lead to`,
  );
}

/** A rule names its address itself, or the reserved address by its name. */
function addressIn(world: World, { ipAddress, project }: z.infer<typeof forwardingRule>): string {
  if (!ipAddress.includes("/addresses/")) return ipAddress;
  return String(world.get(computeKinds.globalAddress.type, computeName("globalAddress", ipAddress, { project }))?.outputs.address);
}

/** `443`, `443-443` or `80-8080`; absent: all ports. */
function covers(range: string | undefined, port: number): boolean {
  if (range === undefined) return true;
  const [first = "", last = first] = range.split("-");
  return Number(first) <= port && port <= Number(last);
}

function follow(world: World, kind: ComputeKind, name: string, from: WorldRecord, hop: Hop, trail: Trail): WorldRecord {
  const found = find(world, kind, name, from, hop);
  trail.pass(hop, found.id);
  return found;
}

function find(world: World, kind: ComputeKind, name: string, from: WorldRecord, hop: Hop): WorldRecord {
  const id = computeName(kind, name, from.outputs);
  const found = world.get(computeKinds[kind].type, id);
  if (found !== undefined) return found;
  const code = kind === "networkEndpointGroup" ? "CHI-S265" : "CHI-S264";
  throw new BrokenHop(
    code,
    hop,
    502,
    `${from.id} names ${id}, which does not exist: run npx chisan refresh and npx chisan up for its stack`,
  );
}
