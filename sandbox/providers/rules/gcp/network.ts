/** Facts about the Google provider's types for networks and addresses, read from the source of terraform-provider-google-beta 7.45. */
import { anyCase, emptyOr, relativePath, selfLink } from "../equivalence";
import { atLeastOne, conflicts, exactlyOne, items, object, oneOf, range, words, type PackageFacts } from "../facts";
import { CIDR, GCE_NAME, PRIVATE_ASN, contains, rfc1035 } from "./validators";

export const networkFacts: PackageFacts = {
  "gcp:compute/address:Address": {
    autonamed: words("name"),
    computed: words("address deletionPolicy networkTier prefixLength project purpose region subnetwork"),
    defaults: { addressType: "EXTERNAL" },
    same: { ipCollection: relativePath, ipVersion: emptyOr("IPV4"), network: selfLink, region: selfLink, subnetwork: selfLink },
    rules: {
      addressType: oneOf("INTERNAL", "EXTERNAL", ""),
      ipVersion: oneOf("IPV4", "IPV6", ""),
      ipv6EndpointType: oneOf("VM", "NETLB", ""),
      name: GCE_NAME,
      networkTier: oneOf("PREMIUM", "STANDARD", ""),
    },
  },
  "gcp:compute/firewall:Firewall": {
    autonamed: words("name"),
    computed: words("deletionPolicy destinationRanges direction enableLogging project"),
    sets: words("allows denies destinationRanges sourceRanges sourceServiceAccounts sourceTags targetServiceAccounts targetTags"),
    defaults: { priority: 1000 },
    same: { "allows.protocol": anyCase, "denies.protocol": anyCase, network: selfLink },
    rules: {
      direction: oneOf("INGRESS", "EGRESS", ""),
      "logConfig.metadata": oneOf("EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA"),
      name: GCE_NAME,
      priority: range(0, 65535),
      sourceServiceAccounts: items(0, 10),
      targetServiceAccounts: items(0, 10),
    },
    groups: [
      exactlyOne("", "allows", "denies"),
      conflicts("", "sourceServiceAccounts", "sourceTags", "targetTags"),
      conflicts("", "sourceTags", "targetServiceAccounts"),
      conflicts("", "targetServiceAccounts", "targetTags"),
    ],
  },
  "gcp:compute/globalAddress:GlobalAddress": {
    autonamed: words("name"),
    computed: words("address deletionPolicy prefixLength project"),
    defaults: { addressType: "EXTERNAL" },
    same: { addressType: emptyOr("EXTERNAL"), ipVersion: emptyOr("IPV4"), network: selfLink },
    rules: {
      addressType: oneOf("EXTERNAL", "INTERNAL", ""),
      ipVersion: oneOf("IPV4", "IPV6", ""),
    },
  },
  "gcp:compute/network:Network": {
    autonamed: words("name"),
    computed: words(`
      bgpAlwaysCompareMed bgpBestPathSelectionMode bgpInterRegionCost deletionPolicy internalIpv6Range mtu project routingMode
    `),
    defaults: {
      autoCreateSubnetworks: true,
      deleteBgpAlwaysCompareMed: false,
      deleteDefaultRoutesOnCreate: false,
      networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
    },
    same: { networkProfile: relativePath },
    rules: {
      bgpBestPathSelectionMode: oneOf("LEGACY", "STANDARD", ""),
      bgpInterRegionCost: oneOf("DEFAULT", "ADD_COST_TO_MED", ""),
      name: GCE_NAME,
      networkFirewallPolicyEnforcementOrder: oneOf("BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL", ""),
      routingMode: oneOf("REGIONAL", "GLOBAL", ""),
    },
  },
  "gcp:compute/router:Router": {
    autonamed: words("name"),
    computed: words("bgp.identifierRange deletionPolicy project region"),
    sets: words("bgp.advertisedIpRanges"),
    defaults: { "bgp.advertiseMode": "DEFAULT", "bgp.keepaliveInterval": 20 },
    same: { nccGateway: selfLink, network: selfLink, region: selfLink },
    rules: {
      "bgp.advertiseMode": oneOf("DEFAULT", "CUSTOM", ""),
      "bgp.asn": PRIVATE_ASN,
      name: GCE_NAME,
    },
    groups: [
      conflicts("", "nccGateway", "network"),
    ],
    atPlan: [
      object("", "bgp", "advertised groups and ranges cannot be given with the advertise mode DEFAULT", ({ bgp }) => {
        if (typeof bgp !== "object" || bgp === null || !("asn" in bgp) || (bgp.advertiseMode ?? "DEFAULT") !== "DEFAULT") return true;
        return [bgp.advertisedGroups, bgp.advertisedIpRanges].every((list) => !Array.isArray(list) || list.length === 0);
      }),
    ],
  },
  "gcp:compute/routerNat:RouterNat": {
    autonamed: words("name"),
    computed: words(`
      autoNetworkTier deletionPolicy drainNatIps enableDynamicPortAllocation enableEndpointIndependentMapping endpointTypes
      minPortsPerVm natIps project region rules.action
    `),
    sets: words(`
      drainNatIps initialNatIps nat64Subnetworks natIps rules rules.action.sourceNatActiveIps rules.action.sourceNatActiveRanges
      rules.action.sourceNatDrainIps rules.action.sourceNatDrainRanges subnetworks subnetworks.secondaryIpRangeNames
      subnetworks.sourceIpRangesToNats
    `),
    defaults: {
      icmpIdleTimeoutSec: 30,
      tcpEstablishedIdleTimeoutSec: 1200,
      tcpTimeWaitTimeoutSec: 120,
      tcpTransitoryIdleTimeoutSec: 30,
      type: "PUBLIC",
      udpIdleTimeoutSec: 30,
    },
    same: {
      "drainNatIps.*": selfLink,
      "initialNatIps.*": selfLink,
      "nat64Subnetworks.name": selfLink,
      "natIps.*": selfLink,
      region: selfLink,
      router: selfLink,
      "rules.action.sourceNatActiveIps.*": selfLink,
      "rules.action.sourceNatActiveRanges.*": selfLink,
      "rules.action.sourceNatDrainIps.*": selfLink,
      "rules.action.sourceNatDrainRanges.*": selfLink,
      "subnetworks.name": selfLink,
    },
    rules: {
      autoNetworkTier: oneOf("PREMIUM", "STANDARD", ""),
      endpointTypes: items(1),
      "logConfig.filter": oneOf("ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL"),
      name: rfc1035(2, 63),
      natIpAllocateOption: oneOf("MANUAL_ONLY", "AUTO_ONLY", ""),
      "rules.ruleNumber": range(0, 65000),
      sourceSubnetworkIpRangesToNat: oneOf("ALL_SUBNETWORKS_ALL_IP_RANGES", "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES", "LIST_OF_SUBNETWORKS"),
      sourceSubnetworkIpRangesToNat64: oneOf("ALL_IPV6_SUBNETWORKS", "LIST_OF_IPV6_SUBNETWORKS", ""),
      "subnetworks.sourceIpRangesToNats": items(1),
      type: oneOf("PUBLIC", "PRIVATE", ""),
    },
    groups: [
      conflicts("", "initialNatIps", "drainNatIps", "natIps"),
    ],
  },
  "gcp:compute/subnetwork:Subnetwork": {
    autonamed: words("name"),
    computed: words(`
      allowSubnetCidrRoutesOverlap deletionPolicy externalIpv6Prefix internalIpv6Prefix ipCidrRange privateIpGoogleAccess
      privateIpv6GoogleAccess project purpose region secondaryIpRanges secondaryIpRanges.ipCidrRange secondaryIpRanges.ipVersion
      stackType
    `),
    sets: words("logConfig.metadataFields"),
    defaults: {
      "logConfig.aggregationInterval": "INTERVAL_5_SEC",
      "logConfig.filterExpr": "true",
      "logConfig.flowSampling": 0.5,
      "logConfig.metadata": "INCLUDE_ALL_METADATA",
    },
    same: {
      ipCollection: selfLink,
      network: selfLink,
      region: selfLink,
      reservedInternalRange: selfLink,
      "secondaryIpRanges.ipCollection": selfLink,
      "secondaryIpRanges.reservedInternalRange": selfLink,
    },
    rules: {
      internalIpv6Prefix: CIDR,
      ipCidrRange: CIDR,
      ipv6AccessType: oneOf("EXTERNAL", "INTERNAL", ""),
      "logConfig.aggregationInterval": oneOf("", ...words(`
        INTERVAL_5_SEC INTERVAL_30_SEC INTERVAL_1_MIN INTERVAL_5_MIN INTERVAL_10_MIN INTERVAL_15_MIN
      `)),
      "logConfig.metadata": oneOf("EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA", "CUSTOM_METADATA", ""),
      name: GCE_NAME,
      resolveSubnetMask: oneOf("", ...words(`
        ARP_ALL_RANGES ARP_PRIMARY_RANGE ARP_BROADCAST_PRIMARY_RANGE ARP_BROADCAST_PRIMARY_RANGE_WITH_LEARNING
      `)),
      role: oneOf("ACTIVE", "BACKUP", ""),
      "secondaryIpRanges.ipCidrRange": CIDR,
      "secondaryIpRanges.ipVersion": oneOf("IPV4", "IPV6", ""),
      "secondaryIpRanges.rangeName": GCE_NAME,
      stackType: oneOf("IPV4_ONLY", "IPV4_IPV6", "IPV6_ONLY", ""),
    },
    groups: [
      atLeastOne("logConfig", "aggregationInterval", "filterExpr", "flowSampling", "metadata"),
    ],
    replaceWhen: { ipCidrRange: (old, now) => !contains(String(now), String(old)) },
  },
};
