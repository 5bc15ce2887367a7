import type * as pulumi from "@pulumi/pulumi";
import * as compute from "@pulumi/gcp/compute";
import type { GcpRegion } from "../config/allowed-values";
import { ChisanComponent } from "./component";
import {
  type FixedEgressArgs,
  addressInputs,
  addressesPerRegion,
  checkFixedEgress,
  egressName,
  natInputs,
  networkInputs,
  routerInputs,
  subnetworkInputs,
} from "./fixed-egress-inputs";

/**
 * The way out of an environment, with addresses that do not change: what the database's network restrictions admit.
 *
 * There is no firewall rule, and that is the point: a VPC network refuses all that comes in and lets out all that goes out unless a rule says
 * otherwise, and nothing in it is to be reached from outside.
 *
 * What uses it (`vpcAccess` of a Cloud Run service or job) names `network` and `subnetwork`, and depends on its region's gateway. Cloud Run holds a
 * subnetwork's addresses for one to two hours after its last instance: until then the vendor refuses to delete the subnetwork.
 */
export class FixedEgress extends ChisanComponent {
  public readonly network: string;
  /** The same name in every region. */
  public readonly subnetwork: string;
  /** By region. Without its gateway an instance reaches nothing outside Google. */
  public readonly gateways: Readonly<Partial<Record<GcpRegion, pulumi.Resource>>>;
  /** IPv4, of all regions, in the order of the arguments. */
  public readonly egressAddresses: readonly pulumi.Output<string>[];

  public constructor(name: string, args: FixedEgressArgs, options?: pulumi.ComponentResourceOptions) {
    super("FixedEgress", name, options);
    checkFixedEgress(args);
    this.network = egressName(args.slug);
    this.subnetwork = egressName(args.slug);
    const network = new compute.Network(`${name}-network`, networkInputs(args), this.child({ dependsOn: options?.dependsOn }));
    const regional = args.regions.map((region) => ({ region, ...this.regionalEgress(args, region, network.id, options?.dependsOn) }));
    this.gateways = Object.fromEntries(regional.map(({ region, gateway }) => [region, gateway]));
    this.egressAddresses = regional.flatMap(({ addresses }) => addresses.map(({ address }) => address));
    this.registerOutputs({ egressAddresses: this.egressAddresses });
  }

  private regionalEgress(
    args: FixedEgressArgs,
    region: GcpRegion,
    network: pulumi.Input<string>,
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
  ): { gateway: compute.RouterNat; addresses: readonly compute.Address[] } {
    const subnetwork = new compute.Subnetwork(`${this.name}-subnetwork-${region}`, subnetworkInputs(args, region, network), this.child());
    const router = new compute.Router(`${this.name}-router-${region}`, routerInputs(args, region, network), this.child());
    const addresses = Array.from({ length: addressesPerRegion }, (_, index) => {
      const inputs = addressInputs(args, region, index + 1);
      return new compute.Address(`${this.name}-address-${region}-${index + 1}`, inputs, this.child({ dependsOn, protect: args.protect }));
    });
    const from = { router: router.name, subnetwork: subnetwork.selfLink, addresses: addresses.map(({ selfLink }) => selfLink) };
    return { gateway: new compute.RouterNat(`${this.name}-nat-${region}`, natInputs(args, region, from), this.child()), addresses };
  }
}
