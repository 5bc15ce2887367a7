/** Certificate Manager: https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import { derivedDigits, derivedHex } from "../existing-things";
import { kept, text, type Reference, type ResourceModel, type Situation } from "../model";
import { createdAt, deletionDefaults, googleError, labelOutputs, lastPart, projectOf, requireService } from "./common";

const authorizationType = "gcp:certificatemanager/dnsAuthorization:DnsAuthorization";
const certificateType = "gcp:certificatemanager/certificate:Certificate";
const entryType = "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry";
export const certificateMapType = "gcp:certificatemanager/certificateMap:CertificateMap";

/** `projects/p/locations/global/<collection>/<name>` */
const named =
  (collection: string) =>
  (properties: JsonObject): string =>
    inFull(collection, text(properties, "name"), properties);

/** The same from a name, a full name, or a full resource name (`//certificatemanager.googleapis.com/projects/…`). */
function inFull(collection: string, value: string, properties: JsonObject): string {
  const path = /projects\/.*$/.exec(value)?.[0];
  return path ?? `projects/${text(properties, "project")}/locations/${String(properties.location ?? "global")}/${collection}/${value}`;
}

function reference(property: string, type: string, collection: string): Reference {
  const of = (value: string, inputs: JsonObject): string => inFull(collection, value, inputs);
  return {
    property,
    type,
    identity: of,
    missing: (value, inputs) => `googleapi: Error 404: Resource '${of(value, inputs)}' was not found, notFound`,
    onDelete: (target, by) =>
      `googleapi: Error 400: can't delete '${target.id}' because it is referenced by '${by.id}', failedPrecondition`,
  };
}

/** A target proxy's map. */
export const certificateMapReference: Reference = reference("certificateMap", certificateMapType, "certificateMaps");

function validate(situation: Situation): void {
  requireService(situation, "certificatemanager.googleapis.com", "Certificate Manager API");
  const name = text(situation.inputs, "name");
  // The provider's description of `name`: 1 to 64 characters, a letter first.
  if (!/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(name))
    throw googleError(400, `Invalid resource ID "${name}": must match [a-zA-Z][a-zA-Z0-9_-]{0,63}`, "badRequest");
}

const domainForm = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

const common = (
  collection: string,
): Pick<ResourceModel, "identity" | "duplicate" | "id" | "importIds"> & { identity: (p: JsonObject) => string } => ({
  identity: named(collection),
  duplicate: (inputs) => `googleapi: Error 409: Resource '${named(collection)(inputs)}' already exists, alreadyExists`,
  id: (situation) => named(collection)(situation.inputs),
  importIds: (outputs) => [`${text(outputs, "project")}/${String(outputs.location ?? "global")}/${text(outputs, "name")}`],
});

const labelChanges = ["effectiveLabels", "pulumiLabels"];

/**
 * The record that proves a domain. Of type FIXED_RECORD its name is the domain's, whoever asks; of type PER_PROJECT_RECORD it is the
 * project's own: https://cloud.google.com/certificate-manager/docs/dns-authorizations
 */
function proof(situation: Situation): JsonObject {
  const domain = text(situation.inputs, "domain");
  const own = situation.inputs.type === "PER_PROJECT_RECORD" ? `_${derivedHex(`${projectOf(situation)} ${domain}`, 16)}` : "";
  const token = derivedHex(`${projectOf(situation)} ${domain} ${own}`, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const shard = 1 + (Number(derivedDigits(domain, 2)) % 20);
  return { name: `_acme-challenge${own}.${domain}.`, type: "CNAME", data: `${token}.${shard}.authorize.certificatemanager.goog.` };
}

export const certificates: { [token: string]: ResourceModel } = {
  [authorizationType]: {
    ...common("dnsAuthorizations"),
    validate: (situation) => {
      validate(situation);
      const domain = text(situation.inputs, "domain");
      if (!domainForm.test(domain))
        throw googleError(400, `Invalid domain "${domain}": a domain name without wildcard and without final dot is needed`, "badRequest");
    },
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...labelOutputs(situation),
      type: situation.inputs.type ?? "FIXED_RECORD",
      dnsResourceRecords: kept(situation, "dnsResourceRecords", () => [proof(situation)]),
    }),
    changesOnUpdate: labelChanges,
  },
  [certificateType]: {
    ...common("certificates"),
    references: [reference("managed.dnsAuthorizations[]", authorizationType, "dnsAuthorizations")],
    validate: (situation) => {
      validate(situation);
      const managed = situation.inputs.managed as { domains?: string[] } | undefined;
      if (managed === undefined) return;
      const domains = managed.domains ?? [];
      if (domains.length === 0 || domains.length > 100)
        throw googleError(400, `Invalid value for managed.domains: 1 to 100 domains are needed, got ${domains.length}`, "badRequest");
      const wrong = domains.find((domain) => !domainForm.test(domain.replace(/^\*\./, "")));
      if (wrong !== undefined) throw googleError(400, `Invalid value for managed.domains: "${wrong}" is no domain name`, "badRequest");
    },
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...labelOutputs(situation),
      sanDnsnames: (situation.inputs.managed as { domains?: string[] } | undefined)?.domains ?? [],
    }),
    changesOnUpdate: labelChanges,
  },
  [certificateMapType]: {
    ...common("certificateMaps"),
    validate,
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...labelOutputs(situation),
      ...createdAt(situation),
      updateTime: situation.now,
      gclbTargets: [],
    }),
    changesOnUpdate: [...labelChanges, "updateTime"],
  },
  [entryType]: {
    identity: entryName,
    duplicate: (inputs) => `googleapi: Error 409: Resource '${entryName(inputs)}' already exists, alreadyExists`,
    id: (situation) => entryName(situation.inputs),
    importIds: (outputs) => [`${text(outputs, "project")}/${lastPart(text(outputs, "map"))}/${text(outputs, "name")}`],
    references: [reference("map", certificateMapType, "certificateMaps"), reference("certificates[]", certificateType, "certificates")],
    validate: (situation) => {
      validate(situation);
      const { hostname, matcher } = situation.inputs;
      const mine = inFull("certificateMaps", text(situation.inputs, "map"), situation.inputs);
      const other = situation.world
        .list(entryType)
        .find(
          ({ id, outputs }) =>
            id !== situation.previous?.id &&
            inFull("certificateMaps", text(outputs, "map"), outputs) === mine &&
            outputs.hostname === hostname &&
            outputs.matcher === matcher,
        );
      if (other) throw googleError(409, `The map has an entry for ${String(hostname ?? matcher)} already: '${other.id}'`, "alreadyExists");
    },
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      ...labelOutputs(situation),
      ...createdAt(situation),
      updateTime: situation.now,
      state: "ACTIVE",
    }),
    changesOnUpdate: [...labelChanges, "updateTime"],
  },
};

function entryName(properties: JsonObject): string {
  return `${inFull("certificateMaps", text(properties, "map"), properties)}/certificateMapEntries/${text(properties, "name")}`;
}
