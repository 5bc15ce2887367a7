import { z } from "zod";
import { certificateMapType } from "../../providers/models/gcp/certificates";
import type { World } from "../../world/world";
import { BrokenHop } from "./broken-hop";
import { hasCname } from "./dns";

const types = {
  entry: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
  certificate: "gcp:certificatemanager/certificate:Certificate",
  authorization: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
} as const;

const entries = z.object({ map: z.string(), hostname: z.string().optional(), certificates: z.array(z.string()), project: z.string() });
const managed = z.object({ managed: z.object({ domains: z.array(z.string()), dnsAuthorizations: z.array(z.string()).default([]) }) });
const authorizations = z.object({ dnsResourceRecords: z.array(z.object({ name: z.string(), type: z.string(), data: z.string() })) });

/**
 * Whether the load balancer can answer TLS for the host: its map has an entry, the entry's certificate is for the host, and every proof of
 * it is in the DNS. A real certificate outlives its proof until it is to be renewed; here it ends with it, so that a rehearsal finds the loss.
 *
 * @param proxied Cloudflare answers 525 for an origin without TLS; without the proxy the visitor's connection itself fails
 * @throws BrokenHop CHI-S262
 */
export function requireCertificate(world: World, map: string | undefined, project: string, host: string, proxied: boolean): void {
  const refuse = (problem: string): never => {
    const seen = proxied ? "" : " (without Cloudflare's proxy a visitor sees no status, but a failed TLS handshake)";
    throw new BrokenHop("CHI-S262", "certificate", 525, `${problem}: run npx chisan up for the load balancer's stack${seen}`);
  };
  const mapId = map === undefined ? undefined : inFull("certificateMaps", map, project);
  if (mapId === undefined || world.get(certificateMapType, mapId) === undefined)
    return refuse(`the target proxy's certificate map is ${map ?? "not set"}, and there is none such`);
  const entry = world
    .list(types.entry)
    .map(({ outputs }) => entries.parse(outputs))
    .find((each) => inFull("certificateMaps", each.map, each.project) === mapId && each.hostname === host);
  if (entry === undefined) return refuse(`${mapId} has no entry for ${host}`);
  for (const name of entry.certificates) {
    const id = inFull("certificates", name, entry.project);
    const certificate = world.get(types.certificate, id);
    if (certificate === undefined) return refuse(`the map's entry for ${host} names ${id}, which does not exist`);
    const { domains, dnsAuthorizations } = managed.parse(certificate.outputs).managed;
    if (!domains.includes(host)) return refuse(`${id} is for ${domains.join(", ")}, not for ${host}`);
    for (const authorization of dnsAuthorizations) requireProof(world, inFull("dnsAuthorizations", authorization, entry.project), refuse);
  }
}

function requireProof(world: World, id: string, refuse: (problem: string) => never): void {
  const authorization = world.get(types.authorization, id);
  if (authorization === undefined) return refuse(`the DNS authorization ${id} does not exist`);
  for (const { name, data } of authorizations.parse(authorization.outputs).dnsResourceRecords) {
    if (!hasCname(world, name, data)) return refuse(`${id} asks for the record ${name} CNAME ${data}, and the zone has none such`);
  }
}

/** `projects/p/locations/global/<collection>/<name>` from a name, that form, or `//certificatemanager.googleapis.com/projects/…`. */
function inFull(collection: string, value: string, project: string): string {
  return /projects\/.*$/.exec(value)?.[0] ?? `projects/${project}/locations/global/${collection}/${value}`;
}
