import type { JsonObject, World, WorldRecord } from "../../../world/world";

export const regions = ["asia-northeast3", "asia-northeast1"] as const;
export const hosts = { api: "api.chisan.app", app: "app.chisan.app" } as const;
export const ref = "abcdefghijklmnopqrst";
/** In the environment's DATABASE_URL: no answer may hold it. */
export const canary = "canaryPassword0123456789";

const project = "chisan-sandbox-prod";
const zoneId = "0123456789abcdef0123456789abcdef";
const account = `chisan-prod-api@${project}.iam.gserviceaccount.com`;
const global = `projects/${project}/global`;
const certificates = `projects/${project}/locations/global`;
const name = "chisan-prod-api";
export const revision = `${name}-0123456789`;

export type Place = readonly [type: string, id: string];

/** Where the records are of which a test changes something. */
export const places = {
  apiRecord: ["cloudflare:index/dnsRecord:DnsRecord", "record-api"],
  appRecord: ["cloudflare:index/dnsRecord:DnsRecord", "record-app"],
  proof: ["cloudflare:index/dnsRecord:DnsRecord", "record-proof"],
  ssl: ["cloudflare:index/zoneSetting:ZoneSetting", `${zoneId}/ssl`],
  address: ["gcp:compute/globalAddress:GlobalAddress", `${global}/addresses/${name}`],
  rule: ["gcp:compute/globalForwardingRule:GlobalForwardingRule", `${global}/forwardingRules/${name}`],
  proxy: ["gcp:compute/targetHttpsProxy:TargetHttpsProxy", `${global}/targetHttpsProxies/${name}`],
  map: ["gcp:certificatemanager/certificateMap:CertificateMap", `${certificates}/certificateMaps/${name}`],
  entry: [
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
    `${certificates}/certificateMaps/${name}/certificateMapEntries/${name}`,
  ],
  certificate: ["gcp:certificatemanager/certificate:Certificate", `${certificates}/certificates/${name}`],
  authorization: ["gcp:certificatemanager/dnsAuthorization:DnsAuthorization", `${certificates}/dnsAuthorizations/${name}`],
  urlMap: ["gcp:compute/uRLMap:URLMap", `${global}/urlMaps/${name}`],
  backend: ["gcp:compute/backendService:BackendService", `${global}/backendServices/${name}`],
  policy: ["gcp:compute/securityPolicy:SecurityPolicy", `${global}/securityPolicies/chisan-prod-cloudflare-only`],
  group: ["gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup", groupId("asia-northeast3")],
  service: ["gcp:cloudrunv2/service:Service", serviceId("asia-northeast3")],
  revision: ["gcp:run/revision", `${serviceId("asia-northeast3")}/revisions/${revision}`],
  account: ["gcp:serviceaccount/account:Account", `projects/${project}/serviceAccounts/${account}`],
  secret: ["gcp:secretmanager/secret:Secret", `projects/${project}/secrets/chisan-prod-database-url`],
  version: ["gcp:secretmanager/secretVersion:SecretVersion", "projects/123456789012/secrets/chisan-prod-database-url/versions/1"],
  grant: ["gcp:secretmanager/secretIamMember:SecretIamMember", "grant"],
  subnetwork: ["gcp:compute/subnetwork:Subnetwork", `projects/${project}/regions/asia-northeast3/subnetworks/chisan-prod-egress`],
  nat: ["gcp:compute/routerNat:RouterNat", `${project}/asia-northeast3/chisan-prod-egress/chisan-prod-egress`],
  natAddress: ["gcp:compute/address:Address", `projects/${project}/regions/asia-northeast3/addresses/chisan-prod-egress-1`],
  settings: ["supabase:index/settings:Settings", ref],
  ipv4: ["supabase:api/addon", `${ref}/ipv4`],
  database: ["supabase:api/database", ref],
  supabase: ["supabase:index/project:Project", ref],
  domain: ["vercel:index/projectDomain:ProjectDomain", hosts.app],
  web: ["vercel:index/project:Project", "prj_1"],
  route: ["vercel:index/projectRoute:ProjectRoute", "route_1"],
  apiUrl: ["vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", "env_1"],
  supabaseUrl: ["vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", "env_2"],
} as const satisfies Record<string, Place>;

export function groupId(region: string): string {
  return `projects/${project}/regions/${region}/networkEndpointGroups/${name}`;
}

export function serviceId(region: string): string {
  return `projects/${project}/locations/${region}/services/${name}`;
}

/**
 * Prod, as the providers of the sandbox leave it in the world: what the edge reads of it (tests/e2e/region.test.ts has the whole of it).
 *
 * @param port where the database listens
 */
export async function putEnvironment(world: World, port: number, password = canary): Promise<void> {
  const put = async ([type, id]: Place, outputs: JsonObject, inputs: JsonObject = outputs) => {
    await world.put({ type, id, urns: [], inputs, outputs: { ...outputs, id }, secretPaths: [] });
  };
  const record = { zoneId, ttl: 1 };
  await put(places.apiRecord, { ...record, name: hosts.api, type: "A", content: "198.18.0.1", proxied: true });
  await put(places.appRecord, { ...record, name: hosts.app, type: "CNAME", content: "cname.vercel-dns.com", proxied: false });
  await put(places.proof, {
    ...record,
    name: `_acme-challenge_1.${hosts.api}`,
    type: "CNAME",
    content: "proof.authorize.certificatemanager.goog",
    proxied: false,
  });
  await put(places.ssl, { zoneId, settingId: "ssl", value: "strict" });
  await put(places.address, { project, name, address: "198.18.0.1" });
  await put(places.rule, { project, name, ipAddress: "198.18.0.1", portRange: "443", target: places.proxy[1] });
  await put(places.proxy, {
    project,
    name,
    urlMap: places.urlMap[1],
    certificateMap: `//certificatemanager.googleapis.com/${places.map[1]}`,
  });
  await put(places.map, { project, name });
  await put(places.entry, { project, name, map: name, hostname: hosts.api, certificates: [places.certificate[1]] });
  await put(places.certificate, { project, name, managed: { domains: [hosts.api], dnsAuthorizations: [places.authorization[1]] } });
  const proof = { name: `_acme-challenge_1.${hosts.api}.`, type: "CNAME", data: "proof.authorize.certificatemanager.goog." };
  await put(places.authorization, { project, name, domain: hosts.api, dnsResourceRecords: [proof] });
  await put(places.urlMap, { project, name, defaultService: places.backend[1] });
  await put(places.backend, { project, name, backends: [{ group: groupId("asia-northeast3") }], securityPolicy: places.policy[1] });
  await put(places.policy, {
    project,
    rules: [
      {
        priority: 2147483647,
        action: "deny(403)",
        description: "Everybody else",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
      },
      {
        priority: 100,
        action: "deny(403)",
        description: "Another host than ours",
        match: { expr: { expression: `!(request.headers['host'].lower() == '${hosts.api}')` } },
      },
      {
        priority: 1000,
        action: "allow",
        description: "Cloudflare",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["173.245.48.0/20"] } },
      },
    ],
  });
  const plain = { DEPLOYMENT_ENVIRONMENT: "prod", APP_VERSION: "1.4.2" };
  const envs = [
    ...Object.entries(plain).map(([variable, value]) => ({ name: variable, value })),
    { name: "DATABASE_URL", valueSource: { secretKeyRef: { secret: "chisan-prod-database-url", version: "1" } } },
  ];
  const egress = "chisan-prod-egress";
  const vpcAccess = { egress: "ALL_TRAFFIC", networkInterfaces: [{ network: egress, subnetwork: egress }] };
  for (const [at, region] of regions.entries()) {
    await put([places.group[0], groupId(region)], { project, region, name, cloudRun: { service: name } });
    const latest = `${serviceId(region)}/revisions/${revision}`;
    const traffics = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }];
    await put([places.service[0], serviceId(region)], {
      project,
      location: region,
      name,
      ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      invokerIamDisabled: true,
      latestReadyRevision: latest,
      traffics,
    });
    await put(
      [places.revision[0], latest],
      {},
      { service: serviceId(region), revision, template: { serviceAccount: account, vpcAccess, containers: [{ envs }] } },
    );
    const regional = `projects/${project}/regions/${region}`;
    await put([places.subnetwork[0], `${regional}/subnetworks/${egress}`], { project, region, name: egress });
    const nat = { project, region, name: egress, sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS" };
    const root = "https://www.googleapis.com/compute/v1/";
    await put([places.nat[0], `${project}/${region}/${egress}/${egress}`], {
      ...nat,
      natIps: [`${root}${regional}/addresses/${egress}-1`],
      subnetworks: [{ name: `${root}${regional}/subnetworks/${egress}`, sourceIpRangesToNats: ["PRIMARY_IP_RANGE"] }],
    });
    await put([places.natAddress[0], `${regional}/addresses/${egress}-1`], {
      project,
      region,
      name: `${egress}-1`,
      address: `198.19.0.${at + 1}`,
    });
  }
  await put(places.account, { project, email: account });
  await put(places.secret, {
    project,
    secretId: "chisan-prod-database-url",
    replication: { userManaged: { replicas: regions.map((location) => ({ location })) } },
  });
  const secretData = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=require`;
  await put(places.version, { project, secret: places.secret[1], version: "1", enabled: true, secretData });
  await put(places.grant, {
    project,
    secretId: "chisan-prod-database-url",
    role: "roles/secretmanager.secretAccessor",
    member: `serviceAccount:${account}`,
  });
  await put(places.settings, { projectRef: ref, network: JSON.stringify({ restrictions: ["198.19.0.1/32", "198.19.0.2/32"] }) });
  await put(places.ipv4, { projectRef: ref, addonType: "ipv4" });
  if (world.get(...places.database) === undefined) await put(places.database, { projectRef: ref, port });
  if (world.get(...places.supabase) === undefined) await put(places.supabase, { name: "chisan-prod", databasePassword: password });
  await put(places.domain, { projectId: "prj_1", domain: hosts.app });
  await put(places.web, { name: "chisan-prod-web", serverlessFunctionRegion: "icn1" });
  const route = { projectId: "prj_1", enabled: true, srcSyntax: "regex" };
  // As the provider's outputs are: without source and destination.
  await put(
    places.route,
    { ...route, route: { headers: {} } },
    { ...route, route: { src: "^/api/(?!auth(?:/|$))(.*)$", dest: `https://${hosts.api}/$1` } },
  );
  await put(places.apiUrl, { projectId: "prj_1", key: "API_URL", value: `https://${hosts.api}`, targets: ["production"] });
  await put(places.supabaseUrl, {
    projectId: "prj_1",
    key: "NEXT_PUBLIC_SUPABASE_URL",
    value: `https://${ref}.supabase.co`,
    targets: ["production"],
  });
}

/** Changes what a record says. */
export async function change(world: World, place: Place, edit: JsonObject): Promise<void> {
  const record = world.get(...place) as WorldRecord;
  await world.put({ ...record, inputs: { ...record.inputs, ...edit }, outputs: { ...record.outputs, ...edit } });
}
