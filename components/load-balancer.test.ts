import fc from "fast-check";
import { cloudflareRanges } from "../config/cloudflare-ranges";
import { environmentSlug, stackNames } from "../config/naming";
import { LoadBalancer, certificateRecord } from "./load-balancer";
import {
  type LoadBalancerArgs,
  certificateName,
  checkLoadBalancer,
  keepAliveSeconds,
  loadBalancerName,
  securityPolicyInputs,
} from "./load-balancer-inputs";
import { ProjectServices } from "./project-services";
import { type RecordedResource, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const type = {
  address: "gcp:compute/globalAddress:GlobalAddress",
  authorization: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
  certificate: "gcp:certificatemanager/certificate:Certificate",
  map: "gcp:certificatemanager/certificateMap:CertificateMap",
  entry: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
  policy: "gcp:compute/securityPolicy:SecurityPolicy",
  tls: "gcp:compute/sSLPolicy:SSLPolicy",
  endpoint: "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
  backend: "gcp:compute/backendService:BackendService",
  routes: "gcp:compute/uRLMap:URLMap",
  proxy: "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
  rule: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
};
const seoul = "asia-northeast3" as const;
const tokyo = "asia-northeast1" as const;
const args: LoadBalancerArgs = {
  slug: "prod",
  project: "chisan-prod",
  host: "api.chisan.app",
  services: [seoul, tokyo].map((region) => ({ region, name: "chisan-prod-api" })),
  activeRegions: [seoul, tokyo],
  cloudflare: cloudflareRanges,
  protect: true,
};
const common = { project: "chisan-prod", name: "chisan-prod-api" };
const labels = { environment: "prod" };
const certificate = certificateName("prod", "api.chisan.app");

async function recorded(change: Partial<LoadBalancerArgs> = {}): Promise<{ balancer: LoadBalancer; resources: RecordedResource[] }> {
  const built: LoadBalancer[] = [];
  const resources = await recordResources(() => built.push(new LoadBalancer("prod-edge", { ...args, ...change })));
  return { balancer: built[0] as LoadBalancer, resources };
}

test("exactly these resources: one address, one rule, one backend; no second port, no health check", async () => {
  const { resources } = await recorded();
  expect(names(resources)).toEqual(
    [
      "chisan:infrastructure:LoadBalancer prod-edge",
      `${type.address} prod-edge-address`,
      `${type.authorization} prod-edge-authorization`,
      `${type.certificate} prod-edge-certificate`,
      `${type.map} prod-edge-certificates`,
      `${type.entry} prod-edge-certificates-entry`,
      `${type.policy} prod-edge-cloudflare-only`,
      `${type.tls} prod-edge-tls`,
      `${type.endpoint} prod-edge-endpoint-${tokyo}`,
      `${type.endpoint} prod-edge-endpoint-${seoul}`,
      `${type.backend} prod-edge-backend`,
      `${type.routes} prod-edge-routes`,
      `${type.proxy} prod-edge-proxy`,
      `${type.rule} prod-edge-https`,
    ].sort(),
  );
  for (const child of resources.filter(({ custom }) => custom)) expect(child.parent).toBe("prod-edge");
  expect(refusals(resources)).toEqual([]);
});

test("HTTPS on port 443 of one protected IPv4 address", async () => {
  const { resources, balancer } = await recorded();
  const address = only(resources, type.address);
  expect(address.inputs).toEqual({
    ...common,
    description: "Public address of the API (prod)",
    addressType: "EXTERNAL",
    ipVersion: "IPV4",
    labels,
  });
  expect(only(resources, type.rule).inputs).toEqual({
    ...common,
    loadBalancingScheme: "EXTERNAL_MANAGED",
    ipAddress: await promiseOf(balancer.address),
    ipProtocol: "TCP",
    portRange: "443",
    target: "prod-edge-proxy_id",
    labels,
  });
  expect(resources.filter(({ protect }) => protect)).toEqual([address]);
  expect((await recorded({ protect: false })).resources.filter(({ protect }) => protect)).toEqual([]);
});

test("TLS 1.2 at least, and connections outlive Cloudflare's idle time of 900 s", async () => {
  const { resources } = await recorded();
  expect(only(resources, type.tls).inputs).toEqual({ ...common, profile: "MODERN", minTlsVersion: "TLS_1_2" });
  expect(only(resources, type.proxy).inputs).toEqual({
    ...common,
    urlMap: "prod-edge-routes_id",
    certificateMap: "//certificatemanager.googleapis.com/prod-edge-certificates_id",
    sslPolicy: "prod-edge-tls_id",
    httpKeepAliveTimeoutSec: keepAliveSeconds,
  });
  expect(keepAliveSeconds).toBeGreaterThan(900);
  // The vendor's limit.
  expect(keepAliveSeconds).toBeLessThanOrEqual(1200);
});

test("the certificate is proven by a DNS record of the project's own, for the API's host alone", async () => {
  const { resources, balancer } = await recorded();
  const project = "chisan-prod";
  expect(only(resources, type.authorization).inputs).toEqual({
    project,
    name: certificate,
    domain: "api.chisan.app",
    type: "PER_PROJECT_RECORD",
    labels,
  });
  expect(only(resources, type.certificate).inputs).toEqual({
    project,
    name: certificate,
    description: "Certificate of api.chisan.app (prod)",
    managed: { domains: ["api.chisan.app"], dnsAuthorizations: ["prod-edge-authorization_id"] },
    labels,
  });
  expect(only(resources, type.map).inputs).toEqual({ ...common, labels });
  expect(only(resources, type.entry).inputs).toEqual({
    project,
    name: certificate,
    map: "chisan-prod-api",
    hostname: "api.chisan.app",
    certificates: ["prod-edge-certificate_id"],
    labels,
  });
  expect(await promiseOf(balancer.certificateRecord)).toEqual({
    name: "_acme-challenge_abc.api.chisan.app",
    content: "def.1.authorize.certificatemanager.goog",
  });
  // The proxy waits for the entry: an empty map refuses every connection.
  expect(only(resources, type.proxy).dependencies).toContain("prod-edge-certificates-entry");
});

test("another host makes another certificate beside the old one, in the same map", async () => {
  const { resources } = await recorded({ host: "api2.chisan.app" });
  for (const kind of [type.authorization, type.certificate, type.entry]) expect(only(resources, kind).inputs.name).not.toBe(certificate);
  expect(only(resources, type.map).inputs.name).toBe("chisan-prod-api");
});

test("an endpoint per region, on the service of that region; the backend sends to the active ones through the policy", async () => {
  const { resources } = await recorded();
  for (const region of [seoul, tokyo]) {
    expect(only(resources, type.endpoint, `prod-edge-endpoint-${region}`).inputs).toEqual({
      ...common,
      region,
      networkEndpointType: "SERVERLESS",
      cloudRun: { service: "chisan-prod-api" },
    });
  }
  // Absent because the vendor knows none of them for serverless backends: timeoutSec, healthChecks, portName, capacityScaler.
  expect(only(resources, type.backend).inputs).toEqual({
    ...common,
    description: `The API in [${seoul}, ${tokyo}] of [${seoul}, ${tokyo}]`,
    loadBalancingScheme: "EXTERNAL_MANAGED",
    backends: [{ group: `prod-edge-endpoint-${seoul}_id` }, { group: `prod-edge-endpoint-${tokyo}_id` }],
    securityPolicy: "prod-edge-cloudflare-only_id",
    outlierDetection: {
      consecutiveGatewayFailure: 5,
      enforcingConsecutiveGatewayFailure: 100,
      enforcingConsecutiveErrors: 0,
      interval: { seconds: 10 },
      baseEjectionTime: { seconds: 30 },
      maxEjectionPercent: 50,
    },
    logConfig: { enable: true, sampleRate: 0.1 },
  });
  expect(only(resources, type.routes).inputs).toEqual({ ...common, defaultService: "prod-edge-backend_id" });
});

test.each([seoul, tokyo])(
  "with %s alone in service only the backend service differs: no DNS record, no deployment, no other resource",
  async (region) => {
    const both = (await recorded()).resources;
    const { resources } = await recorded({ activeRegions: [region] });
    const others = (list: RecordedResource[]) =>
      list.filter((resource) => resource.type !== type.backend).map(({ name, inputs }) => [name, inputs]);
    expect(others(resources)).toEqual(others(both));
    const { inputs } = only(resources, type.backend);
    expect(inputs.backends).toEqual([{ group: `prod-edge-endpoint-${region}_id` }]);
    // The only region is never thrown out.
    expect(inputs).not.toHaveProperty("outlierDetection");
  },
);

describe("who is admitted", () => {
  interface Rule {
    priority: number;
    action: string;
    match: { versionedExpr?: string; config?: { srcIpRanges: string[] }; expr?: { expression: string } };
  }
  const rulesOf = (change: Partial<LoadBalancerArgs> = {}): Rule[] => {
    const rules = securityPolicyInputs({ ...args, ...change }).rules as Rule[];
    return [...rules].sort((one, other) => one.priority - other.priority);
  };
  const rangesOf = ({ match }: Rule): string[] => match.config?.srcIpRanges ?? [];

  test("another host is refused first, then exactly Cloudflare's ranges are admitted, then everybody is refused", () => {
    const [host, ...rest] = rulesOf();
    const last = rest.pop();
    expect(host).toMatchObject({
      priority: 100,
      action: "deny(403)",
      match: { expr: { expression: "!(request.headers['host'].lower() == 'api.chisan.app')" } },
    });
    expect(rest.map(({ action }) => action)).toEqual(["allow", "allow", "allow"]);
    expect(rest.flatMap(rangesOf)).toEqual([...cloudflareRanges.ipv4, ...cloudflareRanges.ipv6]);
    expect(last).toMatchObject({
      priority: 2_147_483_647,
      action: "deny(403)",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    });
  });

  test("the policy says of which day its list is", async () => {
    const policy = only((await recorded()).resources, type.policy).inputs;
    expect(policy).toMatchObject({ ...common, name: "chisan-prod-cloudflare-only", type: "CLOUD_ARMOR" });
    expect(policy.description).toBe(`Admits Cloudflare's ranges of ${cloudflareRanges.asOf}`);
    expect(Object.keys(policy).sort()).toEqual(["description", "name", "project", "rules", "type"]);
  });

  test("however long the list: all of it, at most ten ranges a rule, no priority twice, and the plugin takes it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 45 }), fc.integer({ min: 1, max: 45 }), async (four, six) => {
        const cloudflare = {
          ...cloudflareRanges,
          ipv4: Array.from({ length: four }, (_, index) => `104.${index}.0.0/16`),
          ipv6: Array.from({ length: six }, (_, index) => `2400:${index + 1}::/32`),
        };
        const rules = rulesOf({ cloudflare });
        const allowed = rules.filter(({ action }) => action === "allow");
        expect(allowed.flatMap(rangesOf)).toEqual([...cloudflare.ipv4, ...cloudflare.ipv6]);
        for (const rule of allowed) expect(rangesOf(rule).length).toBeLessThanOrEqual(10);
        expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
        expect(refusals([{ ...only(shape, type.policy), inputs: { ...securityPolicyInputs({ ...args, cloudflare }) } }])).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  let shape: RecordedResource[] = [];
  beforeAll(async () => {
    shape = (await recorded()).resources;
  });
});

test("everything waits for the APIs, and the first preview shows every resource", async () => {
  const build = () => {
    const services = new ProjectServices("prod-apis", { project: "chisan-prod" });
    new LoadBalancer("prod-edge", args, { dependsOn: services });
  };
  const resources = await recordResources(build);
  for (const kind of [type.address, type.authorization, type.map, type.policy, type.tls]) {
    expect(only(resources, kind).dependencies).toEqual(expect.arrayContaining(["prod-apis-compute", "prod-apis-certificatemanager"]));
  }
  for (const endpoint of ofType(resources, type.endpoint)) expect(endpoint.dependencies).toContain("prod-apis-compute");
  expect(names(await recordResources(build, { preview: true }))).toEqual(names(resources));
});

test.each<[string, Partial<LoadBalancerArgs>]>([
  ["CHI-C811", { host: "api.chisan.app/" }],
  ["CHI-C811", { host: "API.chisan.app" }],
  ["CHI-C811", { host: "a' || true || 'b.app" }],
  ["CHI-C811", { host: "localhost" }],
  ["CHI-C812", { services: [], activeRegions: [seoul] }],
  ["CHI-C812", { services: [...args.services, { region: seoul, name: "chisan-prod-api" }] }],
  ["CHI-C813", { activeRegions: [] }],
  ["CHI-C813", { activeRegions: [seoul, seoul] }],
  ["CHI-C814", { activeRegions: ["asia-northeast2"] }],
  ["CHI-K010", { cloudflare: { ...cloudflareRanges, ipv4: ["0.0.0.0/0"] } }],
])("%s is thrown for %j before anything is registered", async (code, change) => {
  expect(() => checkLoadBalancer({ ...args, ...change })).toThrow(code);
  const registered: string[] = [];
  await expect(
    recordResources(() => new LoadBalancer("prod-edge", { ...args, ...change }), { outputs: ({ name }) => (registered.push(name), {}) }),
  ).rejects.toThrow(code);
  expect(registered).not.toContain("prod-edge-address");
});

test("all problems are named at once", () => {
  expect(() => checkLoadBalancer({ ...args, host: "x", activeRegions: [] })).toThrow(/^CHI-C811 [^\n]+\nCHI-C813 [^\n]+$/);
});

test.each([[[]], [[{ name: "a.", type: "TXT", data: "b." }]], [[{ type: "CNAME" }]]])("CHI-C815 for the records %j", (records) => {
  expect(() => certificateRecord(records)).toThrow(/^CHI-C815 /);
});

test("names fit the vendor's limits for every environment and host, and differ between hosts", () => {
  const slug = fc.constantFrom(...stackNames.map(environmentSlug));
  fc.assert(
    fc.property(slug, fc.domain(), fc.domain(), (environment, host, other) => {
      const policy = securityPolicyInputs({ ...args, slug: environment }).name;
      for (const name of [loadBalancerName(environment), certificateName(environment, host), policy]) {
        expect(name).toMatch(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/);
      }
      expect(certificateName(environment, host) === certificateName(environment, other)).toBe(host === other);
    }),
  );
});
