import type * as pulumi from "@pulumi/pulumi";
import type * as compute from "@pulumi/gcp/compute";
import type { GcpRegion } from "../config/allowed-values";
import { type EnvironmentSlug, physicalName } from "../config/naming";

export interface FixedEgressArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** The regions that anything of the environment runs in. */
  readonly regions: readonly GcpRegion[];
  /** Refuse to delete the addresses: the database admits nothing else of ours. */
  readonly protect: boolean;
}

/**
 * The range of each region's subnetwork. A table and not a count, so that a region which comes or goes moves no other's range, and none can
 * overlap. Private (RFC 1918); the environments' networks are not connected with each other, so each may use the same.
 *
 * Cloud Run takes addresses in blocks of 16 and keeps those of a stopped instance for up to 20 minutes; its documentation advises four times as many as
 * instances. The 252 of a /24 are enough for 60 instances, and the largest environment has 10.
 */
export const subnetworkRanges: Readonly<Record<GcpRegion, string>> = {
  "asia-northeast3": "10.8.0.0/24",
  "asia-northeast2": "10.8.1.0/24",
  "asia-northeast1": "10.8.2.0/24",
};

/**
 * Two in each region: an address that some service blocks can be drained and exchanged while the other carries on. The same in every
 * environment, so that what admits two addresses in prod has been tried with two in staging.
 */
export const addressesPerRegion = 2;

/**
 * Ports that the NAT sets aside for each instance: the number of connections that it can have at once to one address and port, such as the
 * database's. Six for each of its 80 concurrent requests. An address has 64,512 ports, so two carry 252 instances: as many as the
 * subnetwork has addresses. The ports can therefore not run out, and need no dynamic allocation, which delays a burst of connections.
 */
export const portsPerInstance = 512;

/** The network, the subnetworks, the routers and the NATs of an environment all have this name: each kind has names of its own. */
export function egressName(slug: EnvironmentSlug): string {
  return physicalName(slug, "egress");
}

/** @throws CHI-C801 for no region, or one twice */
export function checkFixedEgress({ regions }: Pick<FixedEgressArgs, "regions">): void {
  if (regions.length === 0 || new Set(regions).size !== regions.length) {
    throw new Error(`CHI-C801 the fixed egress is for the regions [${regions.join(", ")}]: give at least one, each once, in stacks/`);
  }
}

/** Without automatic subnetworks, which would be in every region of the world, without our having asked for one of them. */
export function networkInputs(args: FixedEgressArgs): compute.NetworkArgs {
  return {
    project: args.project,
    name: egressName(args.slug),
    description: `Way out to the Internet (${args.slug})`,
    autoCreateSubnetworks: false,
    routingMode: "REGIONAL",
  };
}

/**
 * Equal names in all regions (a subnetwork's name is its region's own): so a Cloud Run template that names it is the same everywhere, and so
 * is its revision's name.
 *
 * Private Google Access, because all traffic comes this way: calls to Secret Manager, Cloud Monitoring and the like then stay in Google's
 * network instead of using up the NAT.
 */
export function subnetworkInputs(args: FixedEgressArgs, region: GcpRegion, network: pulumi.Input<string>): compute.SubnetworkArgs {
  return {
    project: args.project,
    region,
    name: egressName(args.slug),
    network,
    ipCidrRange: subnetworkRanges[region],
    privateIpGoogleAccess: true,
  };
}

export function routerInputs(args: FixedEgressArgs, region: GcpRegion, network: pulumi.Input<string>): compute.RouterArgs {
  return { project: args.project, region, name: egressName(args.slug), network };
}

/** @param number counts from 1 */
export function addressInputs(args: FixedEgressArgs, region: GcpRegion, number: number): compute.AddressArgs {
  return {
    project: args.project,
    region,
    name: `${egressName(args.slug)}-${number}`,
    description: `Admitted by the database of ${args.slug}: a change locks the API out until the network restrictions follow`,
    addressType: "EXTERNAL",
    labels: { environment: args.slug },
  };
}

/** Exactly our addresses (`MANUAL_ONLY`: the vendor adds none that the database would not know), for exactly our subnetwork. */
export function natInputs(
  args: FixedEgressArgs,
  region: GcpRegion,
  from: { router: pulumi.Input<string>; subnetwork: pulumi.Input<string>; addresses: readonly pulumi.Input<string>[] },
): compute.RouterNatArgs {
  return {
    project: args.project,
    region,
    name: egressName(args.slug),
    router: from.router,
    natIpAllocateOption: "MANUAL_ONLY",
    natIps: [...from.addresses],
    sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
    subnetworks: [{ name: from.subnetwork, sourceIpRangesToNats: ["PRIMARY_IP_RANGE"] }],
    enableDynamicPortAllocation: false,
    minPortsPerVm: portsPerInstance,
    // A connection that got no port. A line for each that did would cost more than the NAT.
    logConfig: { enable: true, filter: "ERRORS_ONLY" },
  };
}
