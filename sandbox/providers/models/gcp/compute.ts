import { randomInt } from "node:crypto";
import type { Json, JsonObject } from "../../../world/world";
import { derivedDigits } from "../existing-things";
import { defaults, kept, text, VendorRefusal, type Reference, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, etagOf, googleError, labelOutputs, projectOf, requireRegion, requireService } from "./common";
import { computeKinds, computeName, computeReference, type ComputeKind } from "./compute-names";

const apiRoot = "https://www.googleapis.com/compute/v1/";

interface ComputeOptions {
  references?: Reference[];
  validate?: (situation: Situation) => void;
  /** What the vendor adds besides the self link. */
  computed?: (situation: Situation) => JsonObject;
  changesOnUpdate?: string[];
}

function compute(kind: ComputeKind, { references = [], validate, computed, changesOnUpdate = [] }: ComputeOptions = {}): ResourceModel {
  const identity = (properties: JsonObject): string => computeName(kind, text(properties, "name"), properties);
  return {
    identity,
    duplicate: (inputs) => `googleapi: Error 409: The resource '${identity(inputs)}' already exists, alreadyExists`,
    references,
    validate: (situation) => {
      requireService(situation, "compute.googleapis.com", "Compute Engine API");
      if (computeKinds[kind].scope === "region") requireRegion(text(situation.inputs, "region"));
      validateComputeName(text(situation.inputs, "name"));
      validate?.(situation);
    },
    id: (situation) => identity(situation.inputs),
    computed: (situation) => ({ ...deletionDefaults(situation.inputs), selfLink: apiRoot + identity(situation.inputs), ...computed?.(situation) }),
    changesOnUpdate,
    importIds: (outputs) => {
      const name = text(outputs, "name");
      const region = computeKinds[kind].scope === "region" ? `${text(outputs, "region")}/` : "";
      return [`${text(outputs, "project")}/${region}${name}`, `${region}${name}`, name];
    },
  };
}

function validateComputeName(name: string): void {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw googleError(400, `Invalid value for field 'resource.name': '${name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'`, "invalid");
  }
}

const created = (situation: Situation): JsonObject => ({ creationTimestamp: kept(situation, "creationTimestamp", () => situation.now) });
const fingerprint = (situation: Situation): JsonObject => ({ fingerprint: etagOf([situation.inputs, situation.now]) });
/** A vendor's numeric ID as a JavaScript number: real ones exceed 2^53, which JSON numbers do not carry. */
const numeric = (situation: Situation, property: string): JsonObject => ({ [property]: kept(situation, property, () => randomInt(1e12, 2 ** 47)) });
const given = (situation: Situation, values: JsonObject): JsonObject => defaults(situation.inputs, values);
const labelled = (situation: Situation): JsonObject => ({ ...labelOutputs(situation), labelFingerprint: etagOf(situation.inputs.labels ?? {}) });
const labelChanges = ["effectiveLabels", "pulumiLabels", "labelFingerprint"];

/** An address that is nobody's: https://www.rfc-editor.org/rfc/rfc5737 and RFC 2544 keep these ranges for documentation and tests. */
function newAddress(situation: Situation): string {
  const taken = new Set([...situation.world.list(computeKinds.address.type), ...situation.world.list(computeKinds.globalAddress.type)].map((record) => record.outputs.address));
  for (;;) {
    const address = `198.${18 + randomInt(2)}.${randomInt(256)}.${1 + randomInt(254)}`;
    if (!taken.has(address)) return address;
  }
}

const inUse = (situation: Situation): JsonObject => ({ users: kept(situation, "users", () => []) });

/** First usable address of a range, which Google keeps for the gateway. */
function gatewayOf(range: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = range.split("/")[0]!.split(".").map(Number);
  const number = (((a * 256 + b) * 256 + c) * 256 + d) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

function rangeOf(range: string): { first: number; last: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range);
  if (!match) return undefined;
  const [a, b, c, d, bits] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((part) => part > 255) || bits > 29 || bits < 4) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

function validateSubnetwork(situation: Situation): void {
  const cidr = text(situation.inputs, "ipCidrRange");
  const range = rangeOf(cidr);
  if (!range) throw googleError(400, `Invalid value for field 'resource.ipCidrRange': '${cidr}'. Must be a valid IPv4 CIDR range of /4 to /29`, "invalid");
  const network = computeName("network", text(situation.inputs, "network"), situation.inputs);
  for (const other of situation.world.list(computeKinds.subnetwork.type)) {
    if (other.id === situation.previous?.id || computeName("network", text(other.outputs, "network"), other.outputs) !== network) continue;
    const taken = rangeOf(text(other.outputs, "ipCidrRange"));
    if (taken && taken.first <= range.last && range.first <= taken.last) {
      throw googleError(400, `Invalid IPCidrRange: ${cidr} conflicts with existing subnetwork '${text(other.outputs, "name")}' in region '${text(other.outputs, "region")}'.`, "invalidResourceUsage");
    }
  }
}

function validateSecurityPolicy(situation: Situation): void {
  const rules = (situation.inputs.rules ?? []) as Array<{ priority?: number; match?: { config?: { srcIpRanges?: string[] } } }>;
  const priorities = rules.map((rule) => rule.priority);
  const twice = priorities.find((priority, at) => priorities.indexOf(priority) !== at);
  if (twice !== undefined) throw googleError(400, `Invalid value for field 'resource.rules': two rules have the priority ${twice}`, "invalid");
  // https://cloud.google.com/armor/quotas: ten ranges for each SRC_IPS_V1 rule
  for (const rule of rules) {
    const ranges = rule.match?.config?.srcIpRanges ?? [];
    if (ranges.length > 10) throw googleError(400, `Invalid value for field 'resource.rules[].match.config.srcIpRanges': at most 10 ranges per rule, got ${ranges.length}`, "invalid");
  }
  if (rules.length > 0 && !priorities.includes(2147483647)) throw googleError(400, "Invalid value for field 'resource.rules': a default rule with priority 2147483647 matching '*' is required", "invalid");
}

const serverless = (reference: string, type: string): Reference => ({
  property: reference,
  type,
  identity: (value, inputs) => `projects/${String(inputs.project)}/locations/${String(inputs.region)}/services/${value}`,
  missing: (value, inputs) => `googleapi: Error 404: The Cloud Run service '${value}' was not found in ${String(inputs.region)}, notFound`,
  onDelete: "dangle",
});

/** Routers hold their NATs: a NAT's identity is inside its router. */
const routerNat: ResourceModel = {
  ...compute("router"),
  identity: (properties) => `${computeName("router", text(properties, "router"), properties)}/${text(properties, "name")}`,
  duplicate: (inputs) => `googleapi: Error 409: The resource 'nat ${text(inputs, "name")} of router ${text(inputs, "router")}' already exists, alreadyExists`,
  references: [
    computeReference("router", "router", { onDelete: "cascade" }),
    computeReference("natIps[]", "address"),
    computeReference("subnetworks[].name", "subnetwork"),
  ],
  validate: (situation) => {
    requireService(situation, "compute.googleapis.com", "Compute Engine API");
    requireRegion(text(situation.inputs, "region"));
    validateComputeName(text(situation.inputs, "name"));
    const { natIpAllocateOption, natIps, sourceSubnetworkIpRangesToNat: which, subnetworks } = situation.inputs;
    const count = Array.isArray(natIps) ? natIps.length : 0;
    if (natIpAllocateOption === "MANUAL_ONLY" && count === 0) throw googleError(400, "Invalid value for field 'resource.nats[0].natIps': at least one address is required when the allocation is MANUAL_ONLY", "invalid");
    if (natIpAllocateOption === "AUTO_ONLY" && count > 0) throw googleError(400, "Invalid value for field 'resource.nats[0].natIps': must be empty when the allocation is AUTO_ONLY", "invalid");
    if (which === "LIST_OF_SUBNETWORKS" && !(Array.isArray(subnetworks) && subnetworks.length > 0)) throw googleError(400, "Invalid value for field 'resource.nats[0].subnetworks': at least one is required with LIST_OF_SUBNETWORKS", "invalid");
  },
  id: (situation) => `${projectOf(situation)}/${text(situation.inputs, "region")}/${text(situation.inputs, "router").replace(/^.*\//, "")}/${text(situation.inputs, "name")}`,
  computed: (situation) => ({
    ...deletionDefaults(situation.inputs),
    ...given(situation, {
      autoNetworkTier: "PREMIUM",
      drainNatIps: [],
      enableDynamicPortAllocation: false,
      enableEndpointIndependentMapping: false,
      endpointTypes: ["ENDPOINT_TYPE_VM"],
      minPortsPerVm: 64,
      natIps: [],
    }),
  }),
  importIds: (outputs) => [`${text(outputs, "project")}/${text(outputs, "region")}/${text(outputs, "router")}/${text(outputs, "name")}`],
};

export const computeModels: { [token: string]: ResourceModel } = {
  [computeKinds.network.type]: compute("network", {
    computed: (situation) => ({
      ...given(situation, { bgpAlwaysCompareMed: false, bgpBestPathSelectionMode: "LEGACY", bgpInterRegionCost: "", internalIpv6Range: "", mtu: 1460, routingMode: "REGIONAL" }),
      gatewayIpv4: "",
      networkId: kept(situation, "networkId", () => derivedDigits(`network ${situation.urn} ${situation.now}`, 19)),
      numericId: kept(situation, "numericId", () => derivedDigits(`network ${situation.urn} ${situation.now}`, 19)),
    }),
  }),
  [computeKinds.subnetwork.type]: compute("subnetwork", {
    references: [computeReference("network", "network")],
    validate: validateSubnetwork,
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      ...numeric(situation, "subnetworkId"),
      ...given(situation, {
        allowSubnetCidrRoutesOverlap: false,
        externalIpv6Prefix: "",
        internalIpv6Prefix: "",
        privateIpGoogleAccess: false,
        privateIpv6GoogleAccess: "DISABLE_GOOGLE_ACCESS",
        purpose: "PRIVATE",
        secondaryIpRanges: [],
        stackType: "IPV4_ONLY",
      }),
      gatewayAddress: gatewayOf(text(situation.inputs, "ipCidrRange")),
      ipv6CidrRange: "",
      ipv6GceEndpoint: "",
      state: "READY",
    }),
    changesOnUpdate: ["fingerprint", "gatewayAddress"],
  }),
  [computeKinds.router.type]: compute("router", { references: [computeReference("network", "network")], computed: created }),
  "gcp:compute/routerNat:RouterNat": routerNat,
  [computeKinds.address.type]: compute("address", {
    references: [computeReference("subnetwork", "subnetwork")],
    computed: (situation) => ({
      ...created(situation),
      ...labelled(situation),
      ...inUse(situation),
      address: situation.inputs.address ?? kept(situation, "address", () => newAddress(situation)),
      addressId: kept(situation, "addressId", () => derivedDigits(`address ${situation.urn} ${situation.now}`, 19)),
      ...given(situation, { networkTier: "PREMIUM", prefixLength: 0, purpose: "", subnetwork: "" }),
    }),
    changesOnUpdate: labelChanges,
  }),
  [computeKinds.globalAddress.type]: compute("globalAddress", {
    computed: (situation) => ({
      ...created(situation),
      ...labelled(situation),
      address: situation.inputs.address ?? kept(situation, "address", () => newAddress(situation)),
      ...given(situation, { prefixLength: 0 }),
    }),
    changesOnUpdate: labelChanges,
  }),
  [computeKinds.networkEndpointGroup.type]: compute("networkEndpointGroup", {
    references: [serverless("cloudRun.service", "gcp:cloudrunv2/service:Service"), computeReference("network", "network"), computeReference("subnetwork", "subnetwork")],
    validate: ({ inputs }) => {
      const kinds = ["appEngine", "cloudFunction", "cloudRun", "serverlessDeployment", "pscTargetService"].filter((kind) => inputs[kind] !== undefined);
      if (kinds.length !== 1) throw new VendorRefusal(`exactly one of appEngine, cloudFunction, cloudRun, serverlessDeployment, pscTargetService must be given, got: ${kinds.join(", ") || "none"}`);
    },
    computed: (situation) => given(situation, { network: "", pscData: {} }),
  }),
  [computeKinds.backendService.type]: compute("backendService", {
    references: [
      computeReference("backends[].group", "networkEndpointGroup"),
      computeReference("securityPolicy", "securityPolicy", { applies: (value) => value !== "" }),
    ],
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      ...numeric(situation, "generatedId"),
      ...given(situation, { cdnPolicy: {}, iap: { enabled: false }, logConfig: { enable: false }, portName: "", protocol: "HTTP", sessionAffinity: "NONE", timeoutSec: 30 }),
    }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.urlMap.type]: compute("urlMap", {
    references: [computeReference("defaultService", "backendService"), computeReference("pathMatchers[].defaultService", "backendService")],
    validate: ({ inputs }) => {
      if (!inputs.defaultService && !inputs.defaultUrlRedirect && !inputs.defaultRouteAction) throw googleError(400, "Invalid value for field 'resource': one of defaultService, defaultUrlRedirect, defaultRouteAction is required", "invalid");
    },
    computed: (situation) => ({ ...created(situation), ...fingerprint(situation), ...numeric(situation, "mapId") }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.targetHttpsProxy.type]: compute("targetHttpsProxy", {
    references: [
      computeReference("urlMap", "urlMap"),
      computeReference("sslCertificates[]", "sslCertificate", { applies: (value) => !value.includes("certificatemanager") }),
      computeReference("sslPolicy", "sslPolicy"),
    ],
    validate: ({ inputs }) => {
      const certificates = [inputs.sslCertificates, inputs.certificateManagerCertificates].some((list) => Array.isArray(list) && list.length > 0);
      if (!certificates && !inputs.certificateMap) throw googleError(400, "Required field 'resource.sslCertificates' not specified: one of sslCertificates, certificateManagerCertificates, certificateMap", "required");
    },
    computed: (situation) => ({ ...created(situation), ...fingerprint(situation), ...numeric(situation, "proxyId"), ...given(situation, { proxyBind: false, tlsEarlyData: "DISABLED" }) }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.targetHttpProxy.type]: compute("targetHttpProxy", {
    references: [computeReference("urlMap", "urlMap")],
    computed: (situation) => ({ ...created(situation), ...fingerprint(situation), ...numeric(situation, "proxyId"), ...given(situation, { proxyBind: false }) }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.forwardingRule.type]: compute("forwardingRule", {
    references: [
      computeReference("target", "targetHttpsProxy", { applies: (value) => value.includes("/targetHttpsProxies/") }),
      computeReference("target", "targetHttpProxy", { applies: (value) => value.includes("/targetHttpProxies/") }),
      computeReference("ipAddress", "globalAddress", { applies: (value) => value.includes("/addresses/") }),
    ],
    validate: validateForwardingRule,
    computed: (situation) => ({
      ...labelled(situation),
      ...numeric(situation, "forwardingRuleId"),
      baseForwardingRule: "",
      pscConnectionId: "",
      pscConnectionStatus: "",
      ipAddress: addressOf(situation),
      ...given(situation, { ipProtocol: "TCP", network: "", networkTier: "PREMIUM", serviceDirectoryRegistrations: {}, subnetwork: "" }),
    }),
    changesOnUpdate: labelChanges,
  }),
  [computeKinds.sslCertificate.type]: compute("sslCertificate", {
    validate: ({ inputs }) => {
      const domains = ((inputs.managed as JsonObject | undefined)?.domains ?? []) as string[];
      if (domains.length === 0 || domains.length > 100) throw googleError(400, `Invalid value for field 'resource.managed.domains': 1 to 100 domains, got ${domains.length}`, "invalid");
      const wild = domains.find((domain) => domain.startsWith("*") || !domain.includes("."));
      if (wild) throw googleError(400, `Invalid value for field 'resource.managed.domains': '${wild}'. Wildcards and bare names are not supported`, "invalid");
    },
    computed: (situation) => ({
      ...created(situation),
      ...numeric(situation, "certificateId"),
      expireTime: "",
      subjectAlternativeNames: ((situation.inputs.managed as JsonObject | undefined)?.domains ?? []) as Json,
    }),
  }),
  [computeKinds.sslPolicy.type]: compute("sslPolicy", {
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      enabledFeatures: ((situation.inputs.customFeatures as Json[] | undefined) ?? ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]) as Json,
    }),
    changesOnUpdate: ["fingerprint", "enabledFeatures"],
  }),
  [computeKinds.securityPolicy.type]: compute("securityPolicy", {
    validate: validateSecurityPolicy,
    computed: (situation) => ({
      ...labelled(situation),
      ...fingerprint(situation),
      ...given(situation, {
        advancedOptionsConfig: {},
        type: "CLOUD_ARMOR",
        rules: [{ action: "allow", priority: 2147483647, description: "default rule", match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } } }],
      }),
    }),
    changesOnUpdate: ["fingerprint", ...labelChanges],
  }),
};

function addressOf(situation: Situation): Json {
  const { ipAddress } = situation.inputs;
  if (typeof ipAddress !== "string" || ipAddress === "") return kept(situation, "ipAddress", () => newAddress(situation));
  return ipAddress;
}

/** One address, protocol and port can belong to one forwarding rule only. */
function validateForwardingRule(situation: Situation): void {
  const addressText = (value: unknown, inputs: JsonObject): string => {
    if (typeof value !== "string" || value === "") return "";
    return value.includes("/addresses/") ? String(situation.world.find(computeKinds.globalAddress.type, computeName("globalAddress", value, inputs))?.outputs.address ?? value) : value;
  };
  const mine = addressText(situation.inputs.ipAddress, situation.inputs);
  if (mine === "") return;
  const clash = situation.world
    .list(computeKinds.forwardingRule.type)
    .find((other) => other.id !== situation.previous?.id && addressText(other.outputs.ipAddress, other.outputs) === mine && other.outputs.portRange === situation.inputs.portRange);
  if (clash) throw googleError(400, `Invalid value for field 'resource.IPAddress': '${mine}'. Specified IP address is in-use and would result in a conflict with '${clash.id}'.`, "invalid");
}
