import type { JsonObject } from "../../../world/world";
import { derivedHex } from "../existing-things";
import { randomHex } from "../ids";
import { defaults, kept, text, type ResourceModel, type Situation } from "../model";
import { cloudflareError, requireAccount, requireZone } from "./common";
import { isHost, isWithin, validateDnsContent } from "./dns-content";
import { validateZoneSetting } from "./zone-settings";

const zoneOf = (properties: JsonObject): string => String(properties.zoneId ?? "");
const recordType = "cloudflare:index/dnsRecord:DnsRecord";

/** A setting of a zone: it always exists, so it is written over, and a delete leaves it as it is. */
function zoneSetting(
  id: (properties: JsonObject) => string,
  computed: (situation: Situation) => JsonObject,
  changesOnUpdate: string[] = [],
): ResourceModel {
  return {
    identity: (properties) => `${zoneOf(properties)}/${id(properties)}`,
    duplicate: "adopt",
    validate: (situation) => void requireZone(situation),
    id: (situation) => id(situation.inputs),
    scope: zoneOf,
    computed,
    changesOnUpdate,
    importIds: (outputs) => [`${zoneOf(outputs)}/${id(outputs)}`, zoneOf(outputs)],
    staysAfterDelete: () => true,
  };
}

function recordIdentity(properties: JsonObject): string {
  const { name, type, data } = properties;
  return [zoneOf(properties), name, type, data ? dataAsContent(properties) : properties.content].map(String).join(" ");
}

function validateRecord(situation: Situation): void {
  const zone = requireZone(situation);
  const { name, type, content, ttl, proxied, data } = situation.inputs as {
    name: string;
    type: string;
    content?: string;
    ttl: number;
    proxied?: boolean;
    data?: JsonObject;
  };
  if (zone !== undefined && !isWithin(name, zone))
    throw cloudflareError(400, 9000, `DNS name is invalid: "${name}" is not in the zone ${zone}; give the full name`);
  if (type === "CNAME" && content === name) throw cloudflareError(400, 9039, "CNAME content cannot reference itself.");
  if (content === undefined && data === undefined) throw cloudflareError(400, 9009, `A ${type} record needs content or data.`);
  validateDnsContent(situation.inputs);
  // https://developers.cloudflare.com/dns/manage-dns-records/reference/ttl/: 1 means automatic, else 60 to 86400 seconds (30 for Enterprise)
  if (ttl !== 1 && (ttl < 60 || ttl > 86_400))
    throw cloudflareError(400, 9021, `TTL must be between 60 and 86400 seconds, or 1 for Automatic, got ${ttl}.`);
  if (proxied === true && !["A", "AAAA", "CNAME"].includes(type))
    throw cloudflareError(400, 9004, `This record type cannot be proxied: ${type}.`);
  if (proxied === true && ttl !== 1) throw cloudflareError(400, 9021, `ttl must be set to 1 when \`proxied\` is true, got ${ttl}`);
  for (const { id, outputs } of situation.world.list(recordType)) {
    if (id === situation.previous?.id || zoneOf(outputs) !== zoneOf(situation.inputs) || outputs.name !== name) continue;
    const addressed = ["A", "AAAA", "CNAME"];
    if ((type === "CNAME" && addressed.includes(String(outputs.type))) || (outputs.type === "CNAME" && addressed.includes(type))) {
      throw cloudflareError(400, 81053, `An A, AAAA, or CNAME record with that host already exists: ${name}.`);
    }
  }
}

/** The DNSSEC data of a zone: fixed for the zone, as its key is. */
function dnssec(situation: Situation): JsonObject {
  const zone = requireZone(situation) ?? "zone.invalid";
  const digest = derivedHex(`dnssec ${zoneOf(situation.inputs)}`, 64).toUpperCase();
  const keyTag = parseInt(digest.slice(0, 4), 16);
  return {
    // RFC 8624: algorithm 13 is ECDSAP256SHA256, digest type 2 SHA-256; RFC 4034: flags 257 mark a key-signing key
    algorithm: "13",
    digest,
    digestAlgorithm: "SHA256",
    digestType: "2",
    ds: `${zone}. 3600 IN DS ${keyTag} 13 2 ${digest}`,
    flags: 257,
    keyTag,
    keyType: "ECDSAP256SHA256",
    modifiedOn: situation.now,
    publicKey: Buffer.from(derivedHex(`dnssec key ${zoneOf(situation.inputs)}`, 64), "hex").toString("base64"),
  };
}

export const zone: { [token: string]: ResourceModel } = {
  "cloudflare:index/zone:Zone": {
    identity: (properties) => text(properties, "name"),
    duplicate: (inputs) => cloudflareError(400, 1061, `${text(inputs, "name")} already exists`).message,
    validate: (situation) => {
      requireAccount({ ...situation, inputs: { accountId: (situation.inputs.account as JsonObject).id ?? null } });
      const name = text(situation.inputs, "name");
      if (!isHost(name) || !/^[^_]+\.[a-z][a-z0-9-]+$/i.test(name)) throw cloudflareError(400, 1001, `${name} is not a valid domain name`);
    },
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: (situation) => {
      const name = text(situation.inputs, "name");
      return {
        activatedOn: kept(situation, "activatedOn", () => situation.now),
        cnameSuffix: "",
        createdOn: kept(situation, "createdOn", () => situation.now),
        developmentMode: 0,
        meta: {
          cdnOnly: false,
          customCertificateQuota: 0,
          dnsOnly: false,
          foundationDns: false,
          pageRuleQuota: 3,
          phishingDetected: false,
          step: 2,
        },
        modifiedOn: situation.now,
        nameServers: [`ada.ns.${name}`, `bob.ns.${name}`],
        originalDnshost: "",
        originalNameServers: [],
        originalRegistrar: "",
        owner: { id: "", name: "", type: "organization" },
        permissions: ["#zone:read", "#zone:edit"],
        plan: {
          canSubscribe: false,
          currency: "USD",
          externallyManaged: false,
          frequency: "",
          id: derivedHex("free plan", 32),
          isSubscribed: true,
          legacyDiscount: false,
          legacyId: "free",
          name: "Free Website",
          price: 0,
        },
        status: "active",
        tenant: { id: "", name: "" },
        tenantUnit: { id: "" },
        verificationKey: "",
        ...defaults(situation.inputs, { paused: false, type: "full", vanityNameServers: [] }),
      };
    },
    changesOnUpdate: ["modifiedOn"],
  },
  [recordType]: {
    identity: recordIdentity,
    duplicate: () => cloudflareError(400, 81058, "An identical record already exists.").message,
    validate: validateRecord,
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: (situation) => ({
      commentModifiedOn: situation.now,
      createdOn: kept(situation, "createdOn", () => situation.now),
      meta: "{}",
      modifiedOn: situation.now,
      proxiable: ["A", "AAAA", "CNAME"].includes(text(situation.inputs, "type")),
      tagsModifiedOn: situation.now,
      ...defaults(situation.inputs, { content: dataAsContent(situation.inputs), proxied: false, settings: {}, tags: [] }),
    }),
    changesOnUpdate: ["commentModifiedOn", "modifiedOn", "tagsModifiedOn"],
    importIds: (outputs) => [`${zoneOf(outputs)}/${String(outputs.id)}`],
  },
  "cloudflare:index/zoneSetting:ZoneSetting": {
    ...zoneSetting(
      (properties) => text(properties, "settingId"),
      (situation) => ({ editable: true, modifiedOn: situation.now, timeRemaining: 0, ...defaults(situation.inputs, { enabled: true }) }),
      ["modifiedOn"],
    ),
    validate: (situation) => {
      requireZone(situation);
      validateZoneSetting(text(situation.inputs, "settingId"), situation.inputs.value ?? null);
    },
  },
  "cloudflare:index/zoneDnssec:ZoneDnssec": {
    ...zoneSetting((properties) => zoneOf(properties), dnssec, ["modifiedOn"]),
    id: (situation) => zoneOf(situation.inputs),
    identity: zoneOf,
    scope: undefined,
    importIds: (outputs) => [zoneOf(outputs)],
    staysAfterDelete: () => false,
  },
  "cloudflare:index/universalSslSetting:UniversalSslSetting": {
    ...zoneSetting(
      (properties) => zoneOf(properties),
      () => ({}),
    ),
    identity: zoneOf,
    scope: undefined,
  },
  "cloudflare:index/totalTls:TotalTls": {
    ...zoneSetting(
      (properties) => zoneOf(properties),
      () => ({ validityPeriod: 90 }),
    ),
    identity: zoneOf,
    scope: undefined,
  },
  "cloudflare:index/ruleset:Ruleset": {
    identity: (properties) =>
      `${String(properties.zoneId ?? properties.accountId)}/${text(properties, "kind")}/${text(properties, "phase")}/${properties.kind === "custom" ? text(properties, "name") : ""}`,
    duplicate: (inputs) =>
      cloudflareError(
        400,
        20217,
        `'zone' is not a valid value for kind because exceeded maximum number of rulesets for phase ${text(inputs, "phase")}: the phase has an entry point already`,
      ).message,
    validate: (situation) => {
      if (situation.inputs.zoneId !== undefined) requireZone(situation);
      else requireAccount(situation);
      const refs = ((situation.inputs.rules ?? []) as Array<{ ref?: string }>).map(({ ref }) => ref).filter((ref) => ref !== undefined);
      if (new Set(refs).size !== refs.length) throw cloudflareError(400, 20021, "rule refs must be unique within a ruleset");
    },
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: (situation) => ({
      lastUpdated: situation.now,
      version: String(Number(situation.previous?.outputs.version ?? 0) + 1),
      ...defaults(situation.inputs, { description: "" }),
    }),
    changesOnUpdate: ["lastUpdated", "version"],
    importIds: (outputs) => [
      outputs.zoneId !== undefined
        ? `zones/${zoneOf(outputs)}/${String(outputs.id)}`
        : `accounts/${String(outputs.accountId)}/${String(outputs.id)}`,
    ],
  },
};

/** CAA, SRV and the like are given as parts; the API returns them joined as well. */
function dataAsContent(inputs: JsonObject): string {
  const data = inputs.data as JsonObject | undefined;
  if (!data) return "";
  if (inputs.type === "CAA") return `${String(data.flags)} ${String(data.tag)} "${String(data.value)}"`;
  return Object.values(data).map(String).join(" ");
}
