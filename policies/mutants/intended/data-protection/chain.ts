/** What holds only together: a chain, a zone with its settings, a bucket with its address. */
import type { Generators } from "../generators";
import { at, containers, job, of, r2Bucket, service, variable, web } from "../places";

const elsewhere = "elsewhere.example.com";
const zoneSetting = "cloudflare:index/zoneSetting:ZoneSetting";
const dnssec = "cloudflare:index/zoneDnssec:ZoneDnssec";
const record = "cloudflare:index/dnsRecord:DnsRecord";
const address = "cloudflare:index/r2ManagedDomain:R2ManagedDomain";
const cors = "cloudflare:index/r2BucketCors:R2BucketCors";
const audit = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const logs = "gcp:logging/projectBucketConfig:ProjectBucketConfig";
const notification = "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification";
const consumer = "cloudflare:index/queueConsumer:QueueConsumer";
const worker = "cloudflare:index/workersScript:WorkersScript";
const lock = "cloudflare:index/r2BucketLock:R2BucketLock";
const retention = "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention";

export const chainMutants: Generators = {
  "file-versions-reach-vault": ({ prod, staging }) =>
    [prod, staging].flatMap((program) => [
      ...program
        .ofType(worker)
        .filter(({ name }) => name.includes("keeper"))
        .flatMap((one) => [
          program.removed(one),
          ...program.set(one, ["bindings"], [[], undefined]),
          ...program.set(one, ["bindings", 0], [undefined]),
          ...program.set(one, ["bindings", 1], [undefined]),
          ...program.set(one, ["bindings", 1, "bucketName"], [at(one, ["bindings", 0], "bucketName"), "chisan-elsewhere"]),
        ]),
      ...program.ofType(consumer).map((one) => program.removed(one)),
      ...of(program, [consumer], ["scriptName"], ["another", undefined]),
      ...of(program, [consumer, notification], ["queueId"], ["another"]),
      ...program
        .ofType(lock)
        .filter(({ inputs }) => String(inputs["bucketName"]).includes("vault"))
        .flatMap((one) => [program.removed(one), ...program.set(one, ["rules", 0, "enabled"], [false]), ...program.set(one, ["rules", 0, "prefix"], ["a/"])]),
    ]),

  "each-bucket-closed": ({ prod }) => [...of(prod, [address], ["bucketName"], ["another", undefined]), ...prod.ofType(address).map((one) => prod.removed(one)), prod.added(r2Bucket, { name: "chisan-another" })],

  "browsers-do-not-delete": ({ prod, staging }) =>
    [prod, staging].flatMap((program) => of(program, [cors], ["rules", 0, "allowed", "methods"], [["GET", "DELETE"], ["GET", "PUT"], ["POST"], ["delete"], ["*"]])),

  "audit-of-own-project": ({ prod }) => [
    ...of(prod, [audit], ["service"], ["storage.googleapis.com", undefined]),
    ...of(prod, [logs, audit], ["project"], ["another", undefined]),
    ...of(prod, [logs], ["bucketId"], ["another", "_Required"]),
    ...prod.ofType(audit, logs).map((one) => prod.removed(one)),
  ],

  "zone-settings": ({ prod }) => [
    ...prod.ofType(zoneSetting, dnssec).map((one) => prod.removed(one)),
    ...of(prod, [zoneSetting], ["settingId"], ["brotli"]),
    ...of(prod, [dnssec], ["status"], ["disabled", undefined]),
    ...prod
      .ofType(zoneSetting)
      .filter(({ inputs }) => inputs["settingId"] === "security_header")
      .flatMap((one) => [
        ...prod.set(one, ["value"], [undefined, {}]),
        ...prod.set(one, ["value", "strict_transport_security", "enabled"], [false, undefined]),
        ...prod.set(one, ["value", "strict_transport_security", "max_age"], [0, 300, 15_551_999, undefined]),
      ]),
  ],

  "certificate-authorities": ({ prod }) =>
    prod
      .ofType(record)
      .filter(({ inputs }) => inputs["type"] === "CAA")
      .flatMap((one) => [prod.removed(one), ...prod.set(one, ["data", "value"], [elsewhere, undefined, ";"])]),

  "addresses-over-tls": ({ prod }) => [
    ...of(prod, ["vercel:index/projectRoute:ProjectRoute"], ["route", "dest"], ["http://api.chisan.app/$1", "HTTP://api.chisan.app/$1"]),
    ...of(prod, [variable], ["value"], ["http://api.chisan.app", "ws://api.chisan.app"]),
    ...prod.ofType(service, job).flatMap((one) => containers(one).flatMap((path) => prod.set(one, [...path, "envs"], [[{ name: "API_URL", value: "http://api.chisan.app" }]]))),
    ...of(prod, ["checkly:index/check:Check"], ["request", "url"], ["http://api.chisan.app"]),
    ...of(prod, [web], ["environments"], [[{ key: "API_URL", value: "http://api.chisan.app", targets: ["production"] }]]),
  ],

  "deployments-kept": ({ prod }) => [...of(prod, [retention], ["expirationProduction"], ["1d", "1w", undefined]), ...prod.ofType(retention).map((one) => prod.removed(one))],
};
