import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type * as certificatemanager from "@pulumi/gcp/certificatemanager";
import type * as compute from "@pulumi/gcp/compute";
import type * as inputs from "@pulumi/gcp/types/input";
import type { GcpRegion } from "../config/allowed-values";
import { type CloudflareRanges, checkedRanges } from "../config/cloudflare-ranges";
import { type EnvironmentSlug, physicalName } from "../config/naming";

export interface LoadBalancerArgs {
  readonly slug: EnvironmentSlug;
  readonly project: string;
  /** Host of the API: `api.chisan.app`. */
  readonly host: string;
  /** The API in each region that it is deployed to (`ApiService.services`). */
  readonly services: readonly { readonly region: GcpRegion; readonly name: pulumi.Input<string> }[];
  /**
   * The regions that get traffic, at least one. An operator takes a region out by leaving it away: one backend service is updated, nothing is
   * deployed, and no DNS record changes.
   */
  readonly activeRegions: readonly GcpRegion[];
  /** The ranges that are admitted. */
  readonly cloudflare: CloudflareRanges;
  /** Refuse to delete the address, which DNS records point to. */
  readonly protect: boolean;
}

const hostPattern = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** @throws CHI-C811 to CHI-C814 and CHI-K010; all problems in one error, a line each */
export function checkLoadBalancer(args: Pick<LoadBalancerArgs, "host" | "services" | "activeRegions" | "cloudflare">): void {
  const problems: string[] = [];
  const regions = args.services.map(({ region }) => region);
  const active = args.activeRegions;
  if (!hostPattern.test(args.host)) {
    problems.push(`CHI-C811 the load balancer's host is ${JSON.stringify(args.host)}: give a domain name in lower case, in stacks/`);
  }
  if (regions.length === 0 || new Set(regions).size !== regions.length) {
    problems.push(
      `CHI-C812 the load balancer's services are in the regions [${regions.join(", ")}]: give at least one, each once, in stacks/`,
    );
  }
  if (active.length === 0 || new Set(active).size !== active.length) {
    problems.push(
      `CHI-C813 the load balancer's active regions are [${active.join(", ")}]: leave at least one of [${regions.join(", ")}], each once`,
    );
  }
  for (const region of active.filter((candidate) => !regions.includes(candidate))) {
    problems.push(
      `CHI-C814 the load balancer's active region "${region}" has no API, there is one in [${regions.join(", ")}]: name one of those`,
    );
  }
  try {
    checkedRanges(args.cloudflare);
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** The name of the address, the NEGs, the backend service, the URL map, the proxy, the TLS policy and the forwarding rule: each kind has names of its own. */
export function loadBalancerName(slug: EnvironmentSlug): string {
  return physicalName(slug, "api");
}

/**
 * The name of what belongs to one host: its authorization, certificate and map entry cannot change their host, and are replaced. Another host
 * gives another name, so that the new certificate exists before the old one goes.
 */
export function certificateName(slug: EnvironmentSlug, host: string): string {
  return `${loadBalancerName(slug)}-${createHash("sha256").update(host).digest("hex").slice(0, 8)}`;
}

export function addressInputs(args: LoadBalancerArgs): compute.GlobalAddressArgs {
  return {
    project: args.project,
    name: loadBalancerName(args.slug),
    description: `Public address of the API (${args.slug})`,
    addressType: "EXTERNAL",
    ipVersion: "IPV4",
    labels: { environment: args.slug },
  };
}

/**
 * Proof of the host by a DNS record, and not by a request to the host (which is how the load balancer's own managed certificates work): through
 * Cloudflare's proxy such a request never arrives here. A certificate of Cloudflare's own authority would work too, but its private key would be
 * in Pulumi's state, nobody but Cloudflare would trust it, and it would have to be renewed by hand. This one renews itself.
 *
 * A record per project: prod and chisan-dr both hold a valid certificate for the same host, so a cut-over waits for none.
 */
export function dnsAuthorizationInputs(args: LoadBalancerArgs): certificatemanager.DnsAuthorizationArgs {
  return {
    project: args.project,
    name: certificateName(args.slug, args.host),
    domain: args.host,
    type: "PER_PROJECT_RECORD",
    labels: { environment: args.slug },
  };
}

export function certificateInputs(args: LoadBalancerArgs, authorization: pulumi.Input<string>): certificatemanager.CertificateArgs {
  return {
    project: args.project,
    name: certificateName(args.slug, args.host),
    description: `Certificate of ${args.host} (${args.slug})`,
    managed: { domains: [args.host], dnsAuthorizations: [authorization] },
    labels: { environment: args.slug },
  };
}

export function certificateMapInputs(args: LoadBalancerArgs): certificatemanager.CertificateMapArgs {
  return { project: args.project, name: loadBalancerName(args.slug), labels: { environment: args.slug } };
}

/** For this host only, without a certificate for any other: who asks for another name, or for none, gets no TLS connection. */
export function certificateMapEntryInputs(
  args: LoadBalancerArgs,
  map: pulumi.Input<string>,
  certificate: pulumi.Input<string>,
): certificatemanager.CertificateMapEntryArgs {
  return {
    project: args.project,
    name: certificateName(args.slug, args.host),
    map,
    hostname: args.host,
    certificates: [certificate],
    labels: { environment: args.slug },
  };
}

/** Cloud Armor's limit: https://cloud.google.com/armor/quotas */
const rangesPerRule = 10;

/** The priority of the rule that matches what no other does; the vendor requires it. */
const lastPriority = 2_147_483_647;

/**
 * Nothing but Cloudflare, and of that nothing but our host: its addresses are shared by all its customers, of whom any can point a host of
 * their own at ours, and the request then carries their host's name. (The API's own sign-in decides in any case.)
 */
export function securityPolicyInputs(args: LoadBalancerArgs): compute.SecurityPolicyArgs {
  const admitted = [...inRules("IPv4", args.cloudflare.ipv4), ...inRules("IPv6", args.cloudflare.ipv6)];
  return {
    project: args.project,
    name: physicalName(args.slug, "cloudflare-only"),
    description: `Admits Cloudflare's ranges of ${args.cloudflare.asOf}`,
    type: "CLOUD_ARMOR",
    rules: [
      {
        priority: 100,
        action: "deny(403)",
        description: "Another host than ours",
        match: { expr: { expression: `!(request.headers['host'].lower() == '${args.host}')` } },
      },
      ...admitted.map(({ description, ranges }, index) => ({
        priority: 1000 + 10 * index,
        action: "allow",
        description,
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ranges } },
      })),
      {
        priority: lastPriority,
        action: "deny(403)",
        description: "Everybody else",
        match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
      },
    ],
  };
}

function inRules(version: string, ranges: readonly string[]): { description: string; ranges: string[] }[] {
  const count = Math.ceil(ranges.length / rangesPerRule);
  return Array.from({ length: count }, (_, index) => ({
    description: `Cloudflare ${version} (${index + 1} of ${count})`,
    ranges: ranges.slice(index * rangesPerRule, (index + 1) * rangesPerRule),
  }));
}

/** Cloudflare speaks TLS 1.3 to an origin. "MODERN" without TLS below 1.2. */
export function sslPolicyInputs(args: LoadBalancerArgs): compute.SSLPolicyArgs {
  return { project: args.project, name: loadBalancerName(args.slug), profile: "MODERN", minTlsVersion: "TLS_1_2" };
}

/** The API in one region, as the load balancer's end. It exists while its region is out of service as well: to bring it back is one update. */
export function endpointGroupInputs(
  args: LoadBalancerArgs,
  { region, name }: LoadBalancerArgs["services"][number],
): compute.RegionNetworkEndpointGroupArgs {
  return {
    project: args.project,
    region,
    name: loadBalancerName(args.slug),
    networkEndpointType: "SERVERLESS",
    cloudRun: { service: name },
  };
}

/**
 * One of ten requests: enough to see patterns and denied callers; Cloud Run logs every request that reaches the API, and Cloudflare all of
 * them.
 */
const logSampleRate = 0.1;

/**
 * A region that answers five times in a row as a gateway does for a dead backend (502, 503, 504) gets nothing for 30 s, longer each time: the
 * nearest other takes over. It never counts other errors: those are the program's, the same in every region. Never more than half the
 * regions, and not for the only one, whose removal would help nobody. A serverless backend has no health check that would tell more:
 * Cloud Run's own ("service health") needs an instance running in each region, and the backup region has none until it is used.
 */
const outlierDetection: inputs.compute.BackendServiceOutlierDetection = {
  consecutiveGatewayFailure: 5,
  enforcingConsecutiveGatewayFailure: 100,
  enforcingConsecutiveErrors: 0,
  interval: { seconds: 10 },
  baseEjectionTime: { seconds: 30 },
  maxEjectionPercent: 50,
};

/**
 * The nearest active region serves. No time-out, health check, port or capacity: the vendor knows none of them for serverless backends; the
 * request's time limit is Cloud Run's.
 */
export function backendServiceInputs(
  args: LoadBalancerArgs,
  groups: Readonly<Partial<Record<GcpRegion, pulumi.Input<string>>>>,
  securityPolicy: pulumi.Input<string>,
): compute.BackendServiceArgs {
  return {
    project: args.project,
    name: loadBalancerName(args.slug),
    description: `The API in [${args.activeRegions.join(", ")}] of [${Object.keys(groups).join(", ")}]`,
    loadBalancingScheme: "EXTERNAL_MANAGED",
    backends: args.activeRegions.map((region) => ({ group: groups[region] as pulumi.Input<string> })),
    securityPolicy,
    ...(args.activeRegions.length > 1 ? { outlierDetection } : {}),
    logConfig: { enable: true, sampleRate: logSampleRate },
  };
}

export function urlMapInputs(args: LoadBalancerArgs, backendService: pulumi.Input<string>): compute.URLMapArgs {
  return { project: args.project, name: loadBalancerName(args.slug), defaultService: backendService };
}

/**
 * Cloudflare keeps an idle connection to an origin for 900 s (its "Connection limits" page). The default here is 610 s: Cloudflare would now and
 * then send a request into a connection that we were just closing, and answer its visitor 520.
 */
export const keepAliveSeconds = 920;

export function httpsProxyInputs(
  args: LoadBalancerArgs,
  {
    urlMap,
    certificateMap,
    sslPolicy,
  }: { urlMap: pulumi.Input<string>; certificateMap: pulumi.Input<string>; sslPolicy: pulumi.Input<string> },
): compute.TargetHttpsProxyArgs {
  return {
    project: args.project,
    name: loadBalancerName(args.slug),
    urlMap,
    certificateMap,
    sslPolicy,
    httpKeepAliveTimeoutSec: keepAliveSeconds,
  };
}

/** Port 443 and no other: Cloudflare redirects plain HTTP at its own edge, and speaks HTTPS to the origin. */
export function forwardingRuleInputs(
  args: LoadBalancerArgs,
  address: pulumi.Input<string>,
  proxy: pulumi.Input<string>,
): compute.GlobalForwardingRuleArgs {
  return {
    project: args.project,
    name: loadBalancerName(args.slug),
    loadBalancingScheme: "EXTERNAL_MANAGED",
    ipAddress: address,
    ipProtocol: "TCP",
    portRange: "443",
    target: proxy,
    labels: { environment: args.slug },
  };
}
