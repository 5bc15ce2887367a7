import { derivedDigits } from "../existing-things";
import { kept, text, type ResourceModel } from "../model";
import { deletionDefaults, projectOf, requireRegion, requireService } from "./common";
import { computeKinds, computeName, computeReference } from "./compute-names";
import { compute, created, fingerprint, given, inUse, labelChanges, labelled, newAddress, numeric } from "./compute-resource";
import { validateComputeName, validateRouterNat, validateSubnetwork } from "./compute-rules";

/** First usable address of a range, which Google keeps for the gateway. */
function gatewayOf(range: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = range.split("/")[0]!.split(".").map(Number);
  const number = ((a * 256 + b) * 256 + c) * 256 + d + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** Routers hold their NATs: a NAT's identity is inside its router. */
const routerNat: ResourceModel = {
  ...compute("router"),
  identity: (properties) => `${computeName("router", text(properties, "router"), properties)}/${text(properties, "name")}`,
  duplicate: (inputs) =>
    `googleapi: Error 409: The resource 'nat ${text(inputs, "name")} of router ${text(inputs, "router")}' already exists, alreadyExists`,
  references: [
    computeReference("router", "router", { onDelete: "cascade" }),
    computeReference("natIps[]", "address"),
    computeReference("subnetworks[].name", "subnetwork"),
  ],
  validate: (situation) => {
    requireService(situation, "compute.googleapis.com", "Compute Engine API");
    requireRegion(text(situation.inputs, "region"));
    validateComputeName(text(situation.inputs, "name"));
    validateRouterNat(situation);
  },
  id: (situation) =>
    `${projectOf(situation)}/${text(situation.inputs, "region")}/${text(situation.inputs, "router").replace(/^.*\//, "")}/${text(situation.inputs, "name")}`,
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

export const networkModels: { [token: string]: ResourceModel } = {
  [computeKinds.network.type]: compute("network", {
    computed: (situation) => ({
      ...given(situation, {
        bgpAlwaysCompareMed: false,
        bgpBestPathSelectionMode: "LEGACY",
        bgpInterRegionCost: "",
        internalIpv6Range: "",
        mtu: 1460,
        routingMode: "REGIONAL",
      }),
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
};
