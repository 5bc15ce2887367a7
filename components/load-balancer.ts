import * as pulumi from "@pulumi/pulumi";
import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as compute from "@pulumi/gcp/compute";
import { ChisanComponent } from "./component";
import {
  type LoadBalancerArgs,
  addressInputs,
  backendServiceInputs,
  certificateInputs,
  certificateMapEntryInputs,
  certificateMapInputs,
  checkLoadBalancer,
  dnsAuthorizationInputs,
  endpointGroupInputs,
  forwardingRuleInputs,
  httpsProxyInputs,
  securityPolicyInputs,
  sslPolicyInputs,
  urlMapInputs,
} from "./load-balancer-inputs";

/** A DNS record that proves a host to the certificate authority. It must not be proxied. */
export interface CertificateRecord {
  /** Without a final dot. */
  readonly name: string;
  readonly content: string;
}

/**
 * The API's public end: one global external Application Load Balancer, with one address for all regions.
 *
 * Cloudflare → address:443 → Cloud Armor (Cloudflare only, our host only) → the API in the nearest active region. The API's own addresses answer
 * nobody from outside (`ingress` of ApiService).
 */
export class LoadBalancer extends ChisanComponent {
  /** IPv4: what the API's DNS record points to. */
  public readonly address: pulumi.Output<string>;
  /** A CNAME, to be kept for as long as the certificate shall renew. Known once its project knows it. */
  public readonly certificateRecord: pulumi.Output<CertificateRecord>;

  public constructor(name: string, args: LoadBalancerArgs, options?: pulumi.ComponentResourceOptions) {
    super("LoadBalancer", name, options);
    checkLoadBalancer(args);
    const first = this.child({ dependsOn: options?.dependsOn });
    const address = new compute.GlobalAddress(`${name}-address`, addressInputs(args), { ...first, protect: args.protect });
    const { certificateMap, record } = this.certificate(args, first);
    const proxy = new compute.TargetHttpsProxy(
      `${name}-proxy`,
      httpsProxyInputs(args, {
        urlMap: this.routing(args, first).id,
        certificateMap,
        sslPolicy: new compute.SSLPolicy(`${name}-tls`, sslPolicyInputs(args), first).id,
      }),
      this.child(),
    );
    new compute.GlobalForwardingRule(`${name}-https`, forwardingRuleInputs(args, address.address, proxy.id), this.child());
    this.address = address.address;
    this.certificateRecord = record;
    this.registerOutputs({ address: this.address, certificateRecord: this.certificateRecord });
  }

  /** The certificate map's URI waits for its entry: a proxy whose map is empty refuses every connection. */
  private certificate(
    args: LoadBalancerArgs,
    first: pulumi.CustomResourceOptions,
  ): { certificateMap: pulumi.Output<string>; record: pulumi.Output<CertificateRecord> } {
    const authorization = new certificatemanager.DnsAuthorization(`${this.name}-authorization`, dnsAuthorizationInputs(args), first);
    const certificate = new certificatemanager.Certificate(
      `${this.name}-certificate`,
      certificateInputs(args, authorization.id),
      this.child(),
    );
    const map = new certificatemanager.CertificateMap(`${this.name}-certificates`, certificateMapInputs(args), first);
    const entry = new certificatemanager.CertificateMapEntry(
      `${this.name}-certificates-entry`,
      certificateMapEntryInputs(args, map.name, certificate.id),
      this.child(),
    );
    const certificateMap = pulumi.all([map.id, entry.id]).apply(([id]) => `//certificatemanager.googleapis.com/${id}`);
    return { certificateMap, record: authorization.dnsResourceRecords.apply(certificateRecord) };
  }

  private routing(args: LoadBalancerArgs, first: pulumi.CustomResourceOptions): compute.URLMap {
    const policy = new compute.SecurityPolicy(`${this.name}-cloudflare-only`, securityPolicyInputs(args), first);
    const groups = Object.fromEntries(
      args.services.map((service) => {
        const inputs = endpointGroupInputs(args, service);
        return [service.region, new compute.RegionNetworkEndpointGroup(`${this.name}-endpoint-${service.region}`, inputs, first).id];
      }),
    );
    const backend = new compute.BackendService(`${this.name}-backend`, backendServiceInputs(args, groups, policy.id), this.child());
    return new compute.URLMap(`${this.name}-routes`, urlMapInputs(args, backend.id), this.child());
  }
}

/** @throws CHI-C815 when the vendor gives no CNAME */
export function certificateRecord(records: readonly { name?: string; type?: string; data?: string }[]): CertificateRecord {
  const record = records.find(({ type }) => type === "CNAME");
  if (!record?.name || !record.data) {
    throw new Error("CHI-C815 Certificate Manager named no CNAME that proves the API's host: run pulumi refresh, then pulumi up");
  }
  return { name: withoutFinalDot(record.name), content: withoutFinalDot(record.data) };
}

function withoutFinalDot(domain: string): string {
  return domain.replace(/\.$/, "");
}
