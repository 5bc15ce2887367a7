import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryWorld } from "../../world/open-world";
import type { JsonObject, World } from "../../world/world";
import { freePort } from "../postgres/free-port";
import { type Edge, startEdge } from "./edge";
import { canary, change, groupId, hosts, type Place, places, putEnvironment, revision, serviceId } from "./test-support/environment";
import { visit } from "./test-support/visit";

const directory = mkdtempSync(join(tmpdir(), "chisan-edge-"));
const portFile = join(directory, "edge-port");
let world: World;
let edge: Edge;
let now: number;
/** Where nothing listens. */
let closedPort: number;

beforeAll(async () => (closedPort = await freePort()));
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(async () => {
  now = 0;
  world = memoryWorld();
  await putEnvironment(world, closedPort);
  edge = await startEdge({ world, portFile, now: () => now });
});
afterEach(() => edge.stop());

const api = (path = "/health/live", host: string = hosts.api) => visit(edge.url, host, path);
const app = (path: string) => api(path, hosts.app);

describe("the way to the API", () => {
  test("from the DNS record to the revision", async () => {
    const { status, hop, body } = await api();
    expect({ status, hop, body }).toEqual({
      status: 200,
      hop: undefined,
      body: { stack: "prod", service: "chisan-prod-api", region: "asia-northeast3", revision, version: "1.4.2", alive: true },
    });
    expect((await api("/nowhere")).status).toBe(404);
    expect((await api("/health/live", "API.chisan.app:443")).status).toBe(200);
  });

  const gone: [keyof typeof places, number, string][] = [
    ["apiRecord", 530, "DNS record"],
    ["rule", 522, "load balancer's address"],
    ["proxy", 502, "target proxy"],
    ["map", 525, "certificate"],
    ["entry", 525, "certificate"],
    ["certificate", 525, "certificate"],
    ["authorization", 525, "certificate"],
    ["proof", 525, "certificate"],
    ["urlMap", 502, "URL map"],
    ["backend", 502, "backend service"],
    ["policy", 502, "security policy"],
    ["group", 502, "network endpoint group"],
    ["service", 404, "Cloud Run service"],
    ["revision", 503, "revision"],
    ["account", 503, "secret"],
    ["secret", 503, "secret"],
    ["version", 503, "secret"],
    ["grant", 503, "secret"],
  ];
  test.each(gone)("%s gone: %i at the %s", async (what, status, hop) => {
    const [type, id] = places[what];
    await world.delete(type, id);
    const seen = await api();
    expect({ status: seen.status, hop: seen.hop, named: seen.body["hop"] }).toEqual({ status, hop, named: hop });
    expect(seen.problem).toMatch(/^CHI-S2[67]\d /);
    expect(seen.body["error"]).toBe(seen.problem);
  });

  const [other, elsewhere] = [groupId("asia-northeast1"), groupId("asia-northeast2")];
  const wrong: [string, Place, JsonObject, number, RegExp][] = [
    [
      "the record points to a stranger's address",
      places.apiRecord,
      { content: "198.18.9.9" },
      522,
      /^CHI-S261 .*nobody has the address 198\.18\.9\.9/,
    ],
    [
      "the address has no rule on the port",
      places.rule,
      { portRange: "80" },
      522,
      /^CHI-S261 .*addresses\/chisan-prod-api, but no forwarding rule has its port 443/,
    ],
    ["Cloudflare asks the origin over plain HTTP", places.ssl, { value: "flexible" }, 522, /^CHI-S261 .*its port 80/],
    ["the record is not proxied", places.apiRecord, { proxied: false }, 403, /^CHI-S263 .*not through Cloudflare's proxy/],
    [
      "the record is a name that nobody has",
      places.apiRecord,
      { type: "CNAME", content: "x.example.com" },
      530,
      /^CHI-S260 .*leads to x\.example\.com/,
    ],
    ["the record names itself", places.apiRecord, { type: "CNAME", content: hosts.api }, 530, /^CHI-S260 .*chain of more than 8/],
    [
      "the certificate is for another host",
      places.certificate,
      { managed: { domains: ["x.chisan.app"], dnsAuthorizations: [] } },
      525,
      /^CHI-S262 .*for x\.chisan\.app, not for api\.chisan\.app/,
    ],
    [
      "the proof is another one's",
      places.proof,
      { content: "y.authorize.certificatemanager.goog" },
      525,
      /^CHI-S262 .*asks for the record/,
    ],
    ["the proxy has no certificates", places.proxy, { certificateMap: `${places.map[1]}-2` }, 525, /^CHI-S262 /],
    [
      "the URL map leads elsewhere",
      places.urlMap,
      { defaultService: "other" },
      502,
      /^CHI-S264 backend service: .*urlMaps\/chisan-prod-api names .*backendServices\/other, which does not exist/,
    ],
    ["the backend service has no backends", places.backend, { backends: [] }, 503, /^CHI-S264 .*has no backends/],
    ["the backend has no capacity", places.backend, { backends: [{ group: other, capacityScaler: 0 }] }, 503, /^CHI-S264 .*capacity 0/],
    [
      "the endpoint group is of a region without one",
      places.backend,
      { backends: [{ group: elsewhere }] },
      502,
      /^CHI-S265 .*asia-northeast2/,
    ],
    [
      "the endpoint group names another service",
      places.group,
      { cloudRun: { service: "chisan-prod-old" } },
      404,
      /^CHI-S267 .*services\/chisan-prod-old, which does not exist/,
    ],
    ["the endpoint group is for something else", places.group, { cloudRun: {} }, 502, /^CHI-S265 /],
    [
      "the service is closed to the load balancer",
      places.service,
      { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" },
      404,
      /^CHI-S267 .*INTERNAL_ONLY/,
    ],
    ["the service asks for an identity", places.service, { invokerIamDisabled: false }, 403, /^CHI-S267 .*identity/],
    [
      "the traffic goes to a lost revision",
      places.service,
      { traffics: [{ revision: "chisan-prod-api-old", percent: 100 }] },
      503,
      /^CHI-S268 .*chisan-prod-api-old/,
    ],
    [
      "the secret's version is disabled",
      places.version,
      { enabled: false },
      503,
      /^CHI-S269 .*DATABASE_URL is .*version 1, which is disabled/,
    ],
    ["the version is another one", places.version, { version: "2" }, 503, /^CHI-S269 .*has the versions \[2\]/],
    [
      "another account may read it",
      places.grant,
      { member: "serviceAccount:x@y.iam.gserviceaccount.com" },
      503,
      /^CHI-S269 .*may not read/,
    ],
    ["the grant is of another role", places.grant, { role: "roles/secretmanager.viewer" }, 503, /^CHI-S269 .*may not read/],
    ["the grant is on another secret", places.grant, { secretId: "chisan-prod-jwt-secret" }, 503, /^CHI-S269 .*may not read/],
    [
      "the policy is for another host",
      places.policy,
      {
        rules: [
          { priority: 1, action: "deny(404)", match: { expr: { expression: "!(request.headers['host'].lower() == 'x.chisan.app')" } } },
        ],
      },
      404,
      /^CHI-S263 /,
    ],
  ];
  test.each(wrong)("%s", async (_what, place, edit, status, problem) => {
    await change(world, place, edit);
    const seen = await api();
    expect(seen.problem).toMatch(problem);
    expect(seen.status).toBe(status);
    expect(seen.text).not.toContain(canary);
  });

  test("what the edge cannot follow it says, and does not guess", async () => {
    await change(world, places.policy, {
      rules: [{ priority: 1, action: "allow", match: { expr: { expression: "origin.region_code == 'KR'" } } }],
    });
    expect(await api()).toMatchObject({ status: 501, hop: "security policy" });
    await change(world, places.urlMap, { hostRules: [{ hosts: ["*"], pathMatcher: "x" }] });
    expect(await api()).toMatchObject({ status: 501, hop: "URL map" });
  });

  test("two records with one name: every other visitor goes to the old one", async () => {
    await world.put({
      type: places.apiRecord[0],
      id: "second",
      urns: [],
      inputs: {},
      outputs: { ...world.get(...places.apiRecord)!.outputs, content: "198.18.9.9" },
      secretPaths: [],
    });
    const statuses = [await api(), await api(), await api(), await api()].map(({ status }) => status);
    expect([...statuses].sort()).toEqual([200, 200, 522, 522]);
    const throughApp = [await app("/api/health/live"), await app("/api/health/live")].map(({ status }) => status);
    expect([...throughApp].sort()).toEqual([200, 522]);
  });

  test("a canary gets its share", async () => {
    const canaryRevision = "chisan-prod-api-canary";
    await world.put({ ...world.get(...places.revision)!, id: `${serviceId("asia-northeast3")}/revisions/${canaryRevision}` });
    await change(world, places.service, {
      traffics: [
        { revision, percent: 95 },
        { revision: canaryRevision, percent: 5 },
      ],
    });
    const seen: unknown[] = [];
    for (let at = 0; at < 100; at++) seen.push((await api()).body["revision"]);
    expect(seen.filter((name) => name === canaryRevision).length).toBe(5);
    expect(seen.filter((name) => name === revision).length).toBe(95);
  });
});

describe("a region that is out", () => {
  test("is the visitor's failure until the load balancer sends elsewhere; other regions do not matter", async () => {
    expect(await edge.setRegions({ "asia-northeast3": "down" })).toEqual({ "asia-northeast3": "down" });
    expect(await api()).toMatchObject({ status: 503, hop: "region" });
    await change(world, places.backend, { backends: [{ group: groupId("asia-northeast1") }] });
    expect(await api()).toMatchObject({ status: 200, body: { region: "asia-northeast1" } });
    await edge.setRegions({ "asia-northeast3": "up", "asia-northeast2": "down" });
    expect(edge.regions()).toEqual({ "asia-northeast2": "down" });
    await change(world, places.backend, { backends: [{ group: groupId("asia-northeast3") }] });
    expect(await api()).toMatchObject({ status: 200, body: { region: "asia-northeast3" } });
  });

  test("stays out over a restart of the edge, which listens where it did", async () => {
    await edge.setRegions({ "asia-northeast3": "down" });
    const { url } = edge;
    await edge.stop();
    edge = await startEdge({ world, portFile });
    expect(edge.url).toBe(url);
    expect(readFileSync(portFile, "utf8")).toBe(new URL(url).port);
    expect(await api()).toMatchObject({ status: 503, hop: "region" });
  });

  test("takes a secret with it that is kept nowhere else", async () => {
    await change(world, places.backend, { backends: [{ group: groupId("asia-northeast1") }] });
    await change(world, places.secret, { replication: { userManaged: { replicas: [{ location: "asia-northeast3" }] } } });
    expect((await api()).status).toBe(200);
    await edge.setRegions({ "asia-northeast3": "down" });
    expect((await api()).problem).toMatch(/^CHI-S269 .*kept in asia-northeast3 alone/);
  });

  test.each([
    [{ mars: "down" }, /Google has no region mars/],
    [{ "asia-northeast3": "away" }, /got \{/],
    ["down", /got "down"/],
    [null, /got null/],
  ])("%j is refused, and changes nothing", async (body, problem) => {
    await expect(edge.setRegions(body)).rejects.toThrow(/^CHI-S277 /);
    await expect(edge.setRegions(body)).rejects.toThrow(problem);
    expect(edge.regions()).toEqual({});
  });

  const both = [{ group: groupId("asia-northeast3") }, { group: groupId("asia-northeast1") }];
  const outlierDetection = { consecutiveGatewayFailure: 5, baseEjectionTime: { seconds: 30 }, maxEjectionPercent: 50 };

  test("two active regions and outlier detection: five visitors fail, then the other one serves, and after its time the first is tried again", async () => {
    await change(world, places.backend, { backends: both, outlierDetection });
    await edge.setRegions({ "asia-northeast3": "down" });
    const seen: unknown[] = [];
    for (let at = 0; at < 7; at++) seen.push((await api()).body["region"]);
    expect(seen).toEqual([...Array<undefined>(5).fill(undefined), "asia-northeast1", "asia-northeast1"]);
    await edge.setRegions({ "asia-northeast3": "up" });
    now = 30_000;
    expect((await api()).body["region"]).toBe("asia-northeast3");
  });

  test("two active regions without it: nobody takes over", async () => {
    await change(world, places.backend, { backends: both });
    await edge.setRegions({ "asia-northeast3": "down" });
    for (let at = 0; at < 7; at++) expect((await api()).status).toBe(503);
  });
});

describe("behind the API", () => {
  test("a database that nobody listens for: 503, and the password is not in it; the API itself lives", async () => {
    const seen = await api("/health");
    expect(seen.status).toBe(503);
    expect(seen.body["database"]).toMatch(/ECONNREFUSED/);
    expect(seen.text).not.toContain(canary);
    expect((await api("/health/live")).status).toBe(200);
  });

  const wrong: [string, () => Promise<unknown>, RegExp][] = [
    [
      "the database does not admit the region",
      () => change(world, places.settings, { network: JSON.stringify({ restrictions: ["198.19.0.2/32"] }) }),
      /^CHI-S271 .*admits 198\.19\.0\.2\/32, and asia-northeast3 comes from 198\.19\.0\.1/,
    ],
    [
      "the database admits nobody",
      () => change(world, places.settings, { network: JSON.stringify({ restrictions: [] }) }),
      /^CHI-S271 .*admits nobody/,
    ],
    ["the database has no IPv4 address", () => world.delete(...places.ipv4), /^CHI-S271 .*IPv4 add-on/],
    [
      "the subnetwork is gone",
      () => world.delete(...places.subnetwork),
      /^CHI-S270 .*subnetworks\/chisan-prod-egress, which does not exist/,
    ],
    ["the NAT is gone", () => world.delete(...places.nat), /^CHI-S270 .*no NAT serves/],
    ["the NAT serves another subnetwork", () => change(world, places.nat, { subnetworks: [{ name: "x" }] }), /^CHI-S270 .*no NAT serves/],
    ["the NAT's address is gone", () => world.delete(...places.natAddress), /^CHI-S270 .*do not exist/],
  ];
  test.each(wrong)("%s: the API says so, and lives", async (_what, breakIt, problem) => {
    await breakIt();
    const seen = await api("/health");
    expect(seen.problem).toMatch(problem);
    expect([seen.status, seen.body["database"]]).toEqual([503, seen.problem]);
    expect((await api("/health/live")).status).toBe(200);
  });

  test("a revision without a subnetwork of its own, or without the variable", async () => {
    const record = world.get(...places.revision)!;
    const template = record.inputs["template"] as JsonObject;
    const { vpcAccess: _left, ...without } = template;
    await world.put({ ...record, inputs: { ...record.inputs, template: without } });
    expect((await api("/health")).problem).toMatch(/^CHI-S270 .*by no subnetwork of its own/);
    await world.put({ ...record, inputs: { ...record.inputs, template: { ...template, containers: [{}] } } });
    expect((await api("/health")).problem).toMatch(/^CHI-S272 .*DATABASE_URL .*is not set/);
  });
});

describe("the way to the web app", () => {
  test("what is below /api/ is the API's, but for the app's own sign-in", async () => {
    expect(await app("/api/health/live")).toMatchObject({
      status: 200,
      body: { service: "chisan-prod-api", region: "asia-northeast3", alive: true },
    });
    expect(await app("/health/live")).toMatchObject({
      status: 200,
      body: { stack: "prod", service: "chisan-prod-web", region: "icn1", alive: true },
    });
    expect((await app("/api/auth/session")).body["service"]).toBe("chisan-prod-web");
  });

  test("its health is that of all behind it", async () => {
    const seen = await app("/health");
    expect([seen.status, seen.body["stack"], seen.body["api"]]).toEqual([503, "prod", "https://api.chisan.app"]);
    expect(seen.body["database"]).toMatch(/ECONNREFUSED/);
    expect(seen.text).not.toContain(canary);
  });

  const wrong: [string, () => Promise<unknown>, number, string][] = [
    ["the record is gone", () => world.delete(...places.appRecord), 530, "DNS record"],
    ["no project has the domain", () => world.delete(...places.domain), 404, "Vercel domain"],
    ["the project is gone", () => world.delete(...places.web), 404, "Vercel project"],
    ["its Supabase project is gone", () => world.delete(...places.supabase), 503, "Supabase project"],
    ["it does not know its API", () => world.delete(...places.apiUrl), 503, "API"],
    ["the variable is of the previews alone", () => change(world, places.supabaseUrl, { targets: ["preview"] }), 503, "Supabase project"],
    ["its API is out", () => edge.setRegions({ "asia-northeast3": "down" }), 503, "region"],
  ];
  test.each(wrong)("%s", async (_what, breakIt, status, hop) => {
    await breakIt();
    expect(await app("/health")).toMatchObject({ status, hop });
  });

  test("a route that leads back to the app ends", async () => {
    const record = world.get(...places.route)!;
    const routed = (dest: string, srcSyntax = "regex") =>
      world.put({ ...record, inputs: { ...record.inputs, srcSyntax, route: { src: "^/api/(.*)$", dest } } });
    await routed(`https://${hosts.app}/api/$1`);
    expect(await app("/api/x")).toMatchObject({ status: 508, hop: "Vercel route" });
    await routed("/$1");
    expect(await app("/api/x")).toMatchObject({ status: 502, hop: "Vercel route" });
    await routed(`https://${hosts.api}/$1`, "equals");
    expect(await app("/api/x")).toMatchObject({ status: 501, hop: "Vercel route" });
  });
});

test("without a host it says which there are", async () => {
  expect((await visit(edge.url, new URL(edge.url).host, "/")).body["hosts"]).toEqual([hosts.api, hosts.app]);
});

test("a record that no provider writes is told as the edge's own failure", async () => {
  const warnings = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  await change(world, places.backend, { backends: "x" });
  const seen = await api();
  expect([seen.status, seen.body["error"]]).toEqual([500, expect.stringMatching(/^CHI-S278 /)]);
  expect(warnings).toHaveBeenCalled();
  warnings.mockRestore();
});
