import type { Json, JsonObject } from "../../../world/world";
import { account, zone } from "../../testing/whole-environment";
import { record, situation } from "../../testing/situation";
import { cloudflare } from "../cloudflare";

const seed = { cloudflareAccounts: [account], cloudflareZones: [{ id: zone, name: "chisan.app", accountId: account }] };
const records = [record("cloudflare:index/r2Bucket:R2Bucket", "files", {}, [`${account}/default/files`])];
const validate = (token: string, inputs: JsonObject): void => cloudflare.resources[token]!.validate!(situation(inputs, { records, seed }));

const dns = "cloudflare:index/dnsRecord:DnsRecord";
const setting = "cloudflare:index/zoneSetting:ZoneSetting";
const token = "cloudflare:index/accountToken:AccountToken";
const worker = "cloudflare:index/workersScript:WorkersScript";
const lifecycle = "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle";
const lock = "cloudflare:index/r2BucketLock:R2BucketLock";
const notification = "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification";
const route = "cloudflare:index/workersRoute:WorkersRoute";
const workerDomain = "cloudflare:index/workersCustomDomain:WorkersCustomDomain";

const bucketItemWrite = "2efd5506f9c8494dacb1fa10a3e7d5b6";
const dnsWrite = "4755a26eedb94da69e1066d98aa820be";
const policy = (group: string, resources: { [name: string]: Json }): JsonObject => ({
  policies: [{ effect: "allow", permissionGroups: [{ id: group }], resources: JSON.stringify(resources) }],
});
const bucketResource = (name: string): string => `com.cloudflare.edge.r2.bucket.${account}_default_${name}`;
const ages = (condition: JsonObject): JsonObject => ({ rules: [{ id: "a", deleteObjectsTransition: { condition } }] });
const lockFor = (condition: JsonObject): JsonObject => ({ rules: [{ id: "a", condition }] });
const rules = (...each: JsonObject[]): JsonObject => ({ rules: each });

/** Of each type, inputs that are taken: what a case changes is what is refused. */
const taken: { [token: string]: JsonObject } = {
  [dns]: { zoneId: zone, name: "app.chisan.app", type: "A", content: "203.0.113.9", ttl: 1, proxied: true },
  [setting]: { zoneId: zone, settingId: "ssl", value: "strict" },
  [token]: { accountId: account, name: "t", ...policy(bucketItemWrite, { [bucketResource("files")]: "*" }) },
  [worker]: {
    accountId: account,
    scriptName: "keeper",
    content: "export default { async fetch() { return new Response('ok'); } };",
    mainModule: "index.js",
    compatibilityDate: "2026-11-23",
  },
  [lifecycle]: { accountId: account, bucketName: "files", ...ages({ type: "Age", maxAge: 86_400 }) },
  [lock]: { accountId: account, bucketName: "files", ...lockFor({ type: "Age", maxAgeSeconds: 86_400 }) },
  [notification]: {
    accountId: account,
    bucketName: "files",
    queueId: "q",
    ...rules(
      { actions: ["PutObject"], prefix: "a/" },
      { actions: ["PutObject"], prefix: "b/" },
      { actions: ["DeleteObject"], prefix: "a/" },
    ),
  },
  [route]: { zoneId: zone, pattern: "*.chisan.app/*" },
  [workerDomain]: { accountId: account, zoneId: zone, hostname: "keeper.chisan.app", service: "keeper" },
};
test.each(Object.entries(taken))("%s takes what is right", (type, inputs) => {
  expect(() => validate(type, inputs)).not.toThrow();
});
test.each<[string, JsonObject]>([
  [dns, { type: "AAAA", content: "2001:db8::1" }],
  [dns, { type: "CNAME", content: "cname.vercel-dns.com" }],
  [dns, { name: "_acme-challenge.chisan.app", type: "CNAME", content: "x.1.authorize.certificatemanager.goog.", proxied: false }],
  [dns, { name: "*.chisan.app" }],
  [dns, { name: "chisan.app", type: "CAA", content: null, proxied: false, data: { flags: 0, tag: "iodef", value: "mailto:a@chisan.app" } }],
  [dns, { type: "MX", content: "mx.chisan.app", priority: 0, proxied: false }],
  [setting, { settingId: "http2", value: "off" }],
  [setting, { settingId: "min_tls_version", value: "1.3" }],
  [setting, { settingId: "security_header", value: { strict_transport_security: { enabled: true, max_age: 31_536_000 } } }],
  [token, policy(dnsWrite, { [`com.cloudflare.api.account.${account}`]: { "com.cloudflare.api.account.zone.*": "*" } })],
  [worker, { compatibilityDate: "" }],
  [lifecycle, ages({ type: "Date", date: "2027-01-01" })],
  [lock, lockFor({ type: "Indefinite" })],
])("%s takes %j", (type, change) => {
  expect(() => validate(type, { ...taken[type], ...change })).not.toThrow();
});

/** The vendor's words, out of the JSON in which they come. */
function refusal(act: () => void): string {
  try {
    act();
  } catch (error) {
    return String(error).replaceAll('\\"', '"');
  }
  return "";
}

const header = (value: Json): JsonObject => ({ settingId: "security_header", value });
test.each<[string, JsonObject, RegExp]>([
  [dns, { name: "app.example.com" }, /is not in the zone chisan\.app/],
  [dns, { name: "evilchisan.app" }, /is not in the zone chisan\.app/],
  [dns, { name: "a b.chisan.app" }, /DNS name is invalid/],
  [dns, { name: "a.*.chisan.app" }, /DNS name is invalid/],
  [dns, { content: "203.0.113.256" }, /valid IPv4 address/],
  [dns, { content: "2001:db8::1" }, /valid IPv4 address/],
  [dns, { type: "AAAA", content: "1:2:3" }, /valid IPv6 address/],
  [dns, { type: "AAAA", content: "203.0.113.9" }, /valid IPv6 address/],
  [dns, { type: "CNAME", content: "https://app.example.com" }, /CNAME record is invalid/],
  [dns, { type: "CNAME", content: "203.0.113.9" }, /CNAME record is invalid/],
  [dns, { type: "MX", content: "mx.chisan.app", proxied: false }, /priority is a required field/],
  [dns, { type: "TXT", content: "x".repeat(2049), proxied: false }, /1 to 2048 characters/],
  [dns, { type: "CAA", data: { tag: "isue", value: "x" }, proxied: false }, /data\.tag of a CAA record/],
  [dns, { ttl: 300 }, /ttl must be set to 1 when `proxied` is true, got 300/],
  [setting, { value: "full_strict" }, /is not one of off, flexible, full, strict, origin_pull/],
  [setting, { value: ["strict"] }, /is not one of/],
  [setting, { settingId: "http3", value: true }, /is not one of on, off/],
  [setting, { settingId: "min_tls_version", value: "1.4" }, /is not one of 1\.0, 1\.1, 1\.2, 1\.3/],
  [setting, { settingId: "always_use_http", value: "on" }, /Unrecognized zone setting name: always_use_http/],
  [setting, { settingId: "constructor", value: "on" }, /Unrecognized zone setting name/],
  [setting, { settingId: "browser_cache_ttl", value: -1 }, /a whole number from 0/],
  [setting, header("on"), /is not an object/],
  [setting, header({ enabled: true }), /strict_transport_security alone/],
  [setting, header({ strict_transport_security: { max_age: -1 } }), /max_age from 0/],
  [setting, header({ strict_transport_security: { enabled: "yes" } }), /true or false/],
  [token, policy("0".repeat(32), { [bucketResource("files")]: "*" }), /permission group "0+" does not exist/],
  [token, policy(bucketItemWrite, { [bucketResource("none")]: "*" }), /the bucket of the resource .* does not exist/],
  [token, policy(bucketItemWrite, { "com.cloudflare.edge.r2.bucket.x": "*" }), /the bucket of the resource .* does not exist/],
  [token, policy(bucketItemWrite, { "com.cloudflare.r2.files": "*" }), /is not a resource name/],
  [token, policy(dnsWrite, { [`com.cloudflare.api.account.zone.${"1".repeat(32)}`]: "*" }), /the zone of the resource .* does not exist/],
  [token, policy(dnsWrite, { [`com.cloudflare.api.account.${"1".repeat(32)}`]: "*" }), /the account of the resource .* does not exist/],
  [token, policy(dnsWrite, { [bucketResource("files")]: "*" }), /"DNS Write" applies to/],
  [token, policy(bucketItemWrite, { [bucketResource("files")]: "read" }), /must be "\*", got "read"/],
  [token, { expiresOn: "2026-11-22T00:00:00Z" }, /must be in the future/],
  [worker, { content: "export default { fetch( }" }, /Uncaught SyntaxError: .* at line 1/],
  [worker, { content: "/* export default {} */ const a = 1;" }, /No event handlers were registered/],
  [worker, { compatibilityDate: "2026-11-24" }, /compatibility date in the future: "2026-11-24"/],
  [worker, { compatibilityDate: "2026-02-30" }, /Invalid compatibility date/],
  [lifecycle, ages({ type: "Age", maxAge: 0 }), /positive whole number, got 0/],
  [lifecycle, ages({ type: "Age", maxAge: 1.5 }), /positive whole number, got 1\.5/],
  [lifecycle, ages({ type: "Date", date: "soon" }), /needs a date, got "soon"/],
  [lifecycle, { rules: [{ id: "a", abortMultipartUploadsTransition: { condition: { type: "Age" } } }] }, /got null/],
  [
    lifecycle,
    { rules: [{ id: "a", storageClassTransitions: [{ storageClass: "Standard", condition: { type: "Age", maxAge: 1 } }] }] },
    /storage class/,
  ],
  [lock, lockFor({ type: "Age", maxAgeSeconds: -1 }), /needs maxAgeSeconds, a positive whole number, got -1/],
  [
    notification,
    rules({ actions: ["PutObject"], prefix: "a/" }, { actions: ["PutObject"], prefix: "a/b/" }),
    /Overlapping event notification/,
  ],
  [notification, rules({ actions: ["PutObject"] }, { actions: ["PutObject"], suffix: ".pdf" }), /Overlapping event notification/],
  [route, { pattern: "files.example.com/*" }, /is not in the zone chisan\.app/],
  [workerDomain, { hostname: "keeper.example.com" }, /is not a host of the zone chisan\.app/],
])("%s refuses %j", (type, change, words) => {
  expect(refusal(() => validate(type, { ...taken[type], ...change }))).toMatch(words);
});
