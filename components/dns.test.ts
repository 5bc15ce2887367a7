import { Dns } from "./dns";
import { type DnsArgs, checkDns, vercelTarget } from "./dns-inputs";
import { cloudflareMocks } from "./test-support/cloudflare";
import { type RecordedResource, names, ofType, only, promiseOf, recordResources } from "./test-support/mocks";
import { refusals } from "./test-support/vendor-rules";

const recordType = "cloudflare:index/dnsRecord:DnsRecord";
const settingType = "cloudflare:index/zoneSetting:ZoneSetting";
const dnssecType = "cloudflare:index/zoneDnssec:ZoneDnssec";
const zoneId = "fedcba9876543210fedcba9876543210";

const args: DnsArgs = {
  slug: "prod",
  zoneId,
  zone: "chisan.app",
  app: { host: "app.chisan.app", target: vercelTarget },
  api: { host: "api.chisan.app", target: { type: "A", content: "203.0.113.7" } },
};
const zoneSettings = { securityContact: "security@chisan.app" };

async function recorded(change: Partial<DnsArgs> = {}): Promise<{ dns: Dns; resources: RecordedResource[] }> {
  const made: Dns[] = [];
  const resources = await recordResources(() => made.push(new Dns("prod-dns", { ...args, ...change })), cloudflareMocks);
  return { dns: made[0] as Dns, resources };
}

test("an environment has exactly the records of its two hosts, and leaves the zone's settings alone", async () => {
  const { resources, dns } = await recorded();
  expect(names(resources)).toEqual(["chisan:infrastructure:Dns prod-dns", `${recordType} prod-dns-api`, `${recordType} prod-dns-app`]);
  expect(dns.dnssecDelegation).toBeUndefined();
  expect(refusals(resources)).toEqual([]);
});

test("the web app goes straight to Vercel, and can be moved within a minute", async () => {
  const { resources } = await recorded();
  expect(only(resources, recordType, "prod-dns-app").inputs).toEqual({
    zoneId,
    name: "app.chisan.app",
    type: "CNAME",
    content: "cname.vercel-dns.com",
    ttl: 60,
    proxied: false,
    comment: "CHISAN prod: web app",
  });
});

test("the API goes through Cloudflare", async () => {
  const { resources } = await recorded();
  expect(only(resources, recordType, "prod-dns-api").inputs).toEqual({
    zoneId,
    name: "api.chisan.app",
    type: "A",
    content: "203.0.113.7",
    ttl: 1,
    proxied: true,
    comment: "CHISAN prod: API",
  });
});

test("the proof of the API's host is not proxied, and is there whether or not the API's own record is", async () => {
  const certificate = { name: "_acme-challenge_abc.api.chisan.app", content: "def.authorize.certificatemanager.goog" };
  for (const change of [{ certificate }, { certificate, api: undefined }]) {
    const { resources } = await recorded(change);
    expect(only(resources, recordType, "prod-dns-api-certificate").inputs).toEqual({
      zoneId,
      ...certificate,
      type: "CNAME",
      ttl: 3600,
      proxied: false,
      comment: "CHISAN prod: proof of the API's host for its certificate",
    });
    expect(refusals(resources)).toEqual([]);
  }
});

test("the two records depend on nothing, so that a targeted update moves them alone", async () => {
  const { resources } = await recorded({ zoneSettings });
  for (const name of ["prod-dns-app", "prod-dns-api"]) expect(only(resources, recordType, name).dependencies).toEqual([]);
});

test("without hosts there are no records", async () => {
  const { resources } = await recorded({ app: undefined, api: undefined });
  expect(names(resources)).toEqual(["chisan:infrastructure:Dns prod-dns"]);
});

test("the owner of the zone's settings: strict TLS, HTTPS only, HSTS", async () => {
  const { resources } = await recorded({ zoneSettings });
  expect(refusals(resources)).toEqual([]);
  expect(Object.fromEntries(ofType(resources, settingType).map(({ inputs }) => [inputs.settingId, inputs.value]))).toEqual({
    ssl: "strict",
    always_use_https: "on",
    automatic_https_rewrites: "on",
    min_tls_version: "1.2",
    tls_1_3: "on",
    security_header: {
      strict_transport_security: { enabled: true, max_age: 31_536_000, include_subdomains: true, preload: false, nosniff: true },
    },
  });
  for (const { inputs } of ofType(resources, settingType)) expect(inputs.zoneId).toBe(zoneId);
});

test("the owner of the zone's settings: DNSSEC, and certificates from two authorities only", async () => {
  const { resources, dns } = await recorded({ zoneSettings });
  expect(only(resources, dnssecType).inputs).toEqual({ zoneId, status: "active" });
  expect(await promiseOf(dns.dnssecDelegation as NonNullable<Dns["dnssecDelegation"]>)).toBe("prod-dns-dnssec DS");
  const authorities = ofType(resources, recordType).filter(({ inputs }) => inputs.type === "CAA");
  expect(authorities.map(({ inputs }) => inputs.data)).toEqual([
    { flags: 0, tag: "issue", value: "letsencrypt.org" },
    { flags: 0, tag: "issue", value: "pki.goog" },
    { flags: 0, tag: "iodef", value: "mailto:security@chisan.app" },
  ]);
  for (const { inputs } of authorities) expect(inputs).toMatchObject({ zoneId, name: "chisan.app", ttl: 3600 });
});

test.each([
  ["CHI-C501", { app: { host: "app.chisan.dev", target: vercelTarget } }],
  ["CHI-C501", { app: { host: "evilchisan.app", target: vercelTarget } }],
  ["CHI-C501", { app: { host: "chisan.app", target: vercelTarget } }],
  ["CHI-C501", { app: { host: "App.chisan.app", target: vercelTarget } }],
  ["CHI-C502", { api: { host: "api.staging.chisan.app", target: { type: "A", content: "203.0.113.7" } } }],
  ["CHI-C503", { api: { host: "app.chisan.app", target: { type: "A", content: "203.0.113.7" } } }],
  ["CHI-C504", { zoneSettings: { securityContact: "mailto:security" } }],
] as const)("%s: %j", (code, change) => {
  expect(() => checkDns({ ...args, ...change })).toThrow(code);
});

test("all problems are named at once", () => {
  const wrong = { ...args, app: { host: "a.example.com", target: vercelTarget }, zoneSettings: { securityContact: "nobody" } };
  expect(() => checkDns(wrong)).toThrow(/CHI-C501 .*\nCHI-C504 /);
});
