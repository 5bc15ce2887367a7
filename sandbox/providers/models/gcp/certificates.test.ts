import type { EngineClient, Managed } from "../../testing/engine-client";
import { RunningServers } from "../../testing/running-servers";

const project = "chisan-staging";
const domain = "api-staging.chisan.app";
const type = {
  service: "gcp:projects/service:Service",
  authorization: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
  certificate: "gcp:certificatemanager/certificate:Certificate",
  map: "gcp:certificatemanager/certificateMap:CertificateMap",
  entry: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
  proxy: "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
};

let running: RunningServers;
let gcp: EngineClient;
let authorization: Managed;
let certificate: Managed;
let map: Managed;
let entry: Managed;

const authorize = (name: string, inputs: Record<string, unknown> = {}) =>
  gcp.create(type.authorization, name, { project, name, domain, type: "PER_PROJECT_RECORD", ...inputs } as never);
const recordOf = (made: Managed) => (made.outputs.dnsResourceRecords as unknown as { name: string; type: string; data: string }[])[0]!;
const enable = (api: string, of: string) =>
  gcp.create(type.service, `${of}-${api}`, { project: of, service: `${api}.googleapis.com`, disableOnDestroy: false });

beforeAll(async () => {
  running = await RunningServers.start();
  gcp = running.engine("gcp", "staging");
  await enable("compute", project);
  await enable("certificatemanager", project);
  authorization = await authorize("proof");
  certificate = await gcp.create(type.certificate, "certificate", {
    project,
    name: "certificate",
    managed: { domains: [domain], dnsAuthorizations: [authorization.id] },
  });
  await gcp.create("gcp:compute/uRLMap:URLMap", "u", {
    project,
    name: "u",
    defaultUrlRedirect: { httpsRedirect: true, stripQuery: false },
  });
  map = await gcp.create(type.map, "map", { project, name: "map" });
  entry = await gcp.create(type.entry, "entry", { project, name: "entry", map: "map", hostname: domain, certificates: [certificate.id] });
});
afterAll(() => running.stop());

test("a project's own record names the project, so that two projects prove one domain; a fixed record is the domain's", async () => {
  const mine = recordOf(authorization);
  expect(mine).toEqual({
    name: expect.stringMatching(/^_acme-challenge_[0-9a-f]{16}\.api-staging\.chisan\.app\.$/),
    type: "CNAME",
    data: expect.stringMatching(/^[0-9a-f-]{36}\.\d+\.authorize\.certificatemanager\.goog\.$/),
  });
  await enable("certificatemanager", "chisan-prod");
  const other = recordOf(await authorize("elsewhere", { project: "chisan-prod" }));
  expect(other.name).not.toBe(mine.name);
  expect(recordOf(await authorize("fixed", { type: "FIXED_RECORD" })).name).toBe(`_acme-challenge.${domain}.`);
});

test("a certificate knows its names, and an entry is named inside its map", () => {
  expect(certificate.outputs.sanDnsnames).toEqual([domain]);
  expect(entry.id).toBe(`projects/${project}/locations/global/certificateMaps/map/certificateMapEntries/entry`);
});

test.each<[string, string, Record<string, unknown>, RegExp]>([
  ["without the API", type.map, { project: "chisan-other", name: "m" }, /Certificate Manager API has not been used in project \d+/],
  ["a name that is taken", type.map, { project, name: "map" }, /409.*already exists/],
  ["a name that is no name", type.map, { project, name: "1-map" }, /Invalid resource ID "1-map"/],
  ["a wildcard to authorize", type.authorization, { project, name: "w", domain: "*.chisan.app" }, /Invalid domain "\*\.chisan\.app"/],
  [
    "an authorization of nothing",
    type.certificate,
    { project, name: "c", managed: { domains: [domain], dnsAuthorizations: ["none"] } },
    /404.*dnsAuthorizations\/none/,
  ],
  ["no domain", type.certificate, { project, name: "c", managed: { dnsAuthorizations: [] } }, /1 to 100 domains/],
  ["a domain that is none", type.certificate, { project, name: "c", managed: { domains: ["https://chisan.app"] } }, /is no domain name/],
  [
    "a certificate of nothing",
    type.entry,
    { project, name: "e", map: "map", hostname: "x.chisan.app", certificates: ["none"] },
    /404.*certificates\/none/,
  ],
  [
    "a map of nothing",
    type.entry,
    { project, name: "e", map: "none", hostname: "x.chisan.app", certificates: ["certificate"] },
    /404.*certificateMaps\/none/,
  ],
  [
    "a host for the second time",
    type.entry,
    { project, name: "e", map: "map", hostname: domain, certificates: ["certificate"] },
    /409.*has an entry for api-staging/,
  ],
  [
    "a proxy with a map of nothing",
    type.proxy,
    {
      project,
      name: "p",
      urlMap: "u",
      certificateMap: `//certificatemanager.googleapis.com/projects/${project}/locations/global/certificateMaps/none`,
    },
    /404.*certificateMaps\/none/,
  ],
])("refused: %s", async (_what, token, inputs, words) => {
  await expect(gcp.create(token, "refused", inputs as never)).rejects.toThrow(words);
});

test("what is used is not deleted", async () => {
  await expect(gcp.delete(authorization)).rejects.toThrow(/referenced by .*certificates\/certificate/);
  await expect(gcp.delete(certificate)).rejects.toThrow(/referenced by .*certificateMapEntries\/entry/);
  await expect(gcp.delete(map)).rejects.toThrow(/referenced by .*certificateMapEntries\/entry/);
});

test("an entry gets another certificate in place, a certificate with another domain is a new one", async () => {
  const second = await gcp.create(type.certificate, "second", {
    project,
    name: "second",
    managed: { domains: [domain], dnsAuthorizations: [authorization.id] },
  });
  const inputs = { project, name: "entry", map: "map", hostname: domain, certificates: [second.id] };
  expect((await gcp.diff(entry, inputs)).getReplacesList()).toEqual([]);
  entry = await gcp.update(entry, inputs);
  expect(entry.outputs.certificates).toEqual([second.id]);
  await gcp.delete(certificate);
  const other = { project, name: "second", managed: { domains: ["other.chisan.app"], dnsAuthorizations: [authorization.id] } };
  expect((await gcp.diff(second, other)).getReplacesList()).toContain("managed");
});
