import type { Input } from "@pulumi/pulumi";
import type { DnsRecordArgs } from "@pulumi/cloudflare/dnsRecord";
import type { ZoneSettingArgs } from "@pulumi/cloudflare/zoneSetting";
import type { EnvironmentSlug } from "../config/naming";

/** Where a host's traffic goes. */
export interface DnsTarget {
  readonly type: "A" | "CNAME";
  readonly content: Input<string>;
}

export interface DnsArgs {
  readonly slug: EnvironmentSlug;
  readonly zoneId: string;
  /** The zone's name: `chisan.app`. */
  readonly zone: string;
  /** The web app. Absent: another stack has the host's record (chisan-dr until cut-over). */
  readonly app?: { readonly host: string; readonly target: DnsTarget };
  /** The API. Absent likewise, and until there is a load balancer to point to. */
  readonly api?: { readonly host: string; readonly target: DnsTarget };
  /**
   * Proof of the API's host for the load balancer's certificate. In every environment, chisan-dr too: its certificate must be valid before
   * the API's own record points there.
   */
  readonly certificate?: { readonly name: Input<string>; readonly content: Input<string> };
  /** The settings of the zone itself, in the one stack that owns them: there is one zone for all environments. */
  readonly zoneSettings?: {
    /** Mail address to which certificate authorities report attempts that the CAA records forbid. */
    readonly securityContact: string;
  };
}

/** What Vercel asks to point a subdomain to (vendor's page "Adding & configuring a custom domain"). */
export const vercelTarget: DnsTarget = { type: "CNAME", content: "cname.vercel-dns.com" };

const hostPattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** @throws CHI-C501 to CHI-C504; all problems in one error, a line each */
export function checkDns({ zone, app, api, zoneSettings }: DnsArgs): void {
  const problems: string[] = [];
  for (const host of [app?.host, api?.host]) {
    if (host !== undefined && !(hostPattern.test(host) && host.endsWith(`.${zone}`))) {
      problems.push(
        `CHI-C501 the host "${host}" is not a name under the zone "${zone}": correct the domain, or run pulumi config set chisan:zone`,
      );
    }
  }
  // Cloudflare's universal certificate names the zone and *.zone, one level and no deeper.
  if (api !== undefined && api.host.slice(0, -zone.length - 1).includes(".")) {
    problems.push(
      `CHI-C502 the API's host "${api.host}" is two levels under "${zone}", where Cloudflare's certificate does not reach: use one level, such as "api-staging.${zone}"`,
    );
  }
  if (app !== undefined && app.host === api?.host) {
    problems.push(`CHI-C503 the web app and the API both have the host "${app.host}": give each its own, in stacks/`);
  }
  if (zoneSettings !== undefined && !/^[^\s@;"]+@[^\s@;"]+\.[^\s@;"]+$/.test(zoneSettings.securityContact)) {
    problems.push(
      `CHI-C504 the security contact "${zoneSettings.securityContact}" is no mail address: run pulumi config set chisan:alertContacts`,
    );
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/**
 * The web app: straight to Vercel, not through Cloudflare's proxy. Vercel advises against a proxy before it: its certificates renew over
 * plain HTTP on the host itself, its firewall would see Cloudflare's addresses for every visitor, and a second cache would keep
 * what a rollback has taken back. A minute's TTL, so that a cut-over is soon seen.
 */
export function appRecordInputs(args: DnsArgs, { host, target }: NonNullable<DnsArgs["app"]>): DnsRecordArgs {
  return { ...recordInputs(args, host, target), ttl: 60, proxied: false, comment: `CHISAN ${args.slug}: web app` };
}

/**
 * The API: through Cloudflare's proxy, because the load balancer admits Cloudflare's addresses only. Proxied records have Cloudflare's own
 * address, so a cut-over is seen at once; their TTL must be "automatic", which is written 1.
 */
export function apiRecordInputs(args: DnsArgs, { host, target }: NonNullable<DnsArgs["api"]>): DnsRecordArgs {
  return { ...recordInputs(args, host, target), ttl: 1, proxied: true, comment: `CHISAN ${args.slug}: API` };
}

/** Not through the proxy, which would answer with its own addresses instead of the CNAME. */
export function certificateRecordInputs(args: DnsArgs, { name, content }: NonNullable<DnsArgs["certificate"]>): DnsRecordArgs {
  return {
    zoneId: args.zoneId,
    name,
    type: "CNAME",
    content,
    ttl: 3600,
    proxied: false,
    comment: `CHISAN ${args.slug}: proof of the API's host for its certificate`,
  };
}

function recordInputs(
  { zoneId }: DnsArgs,
  name: string,
  { type, content }: DnsTarget,
): Pick<DnsRecordArgs, "zoneId" | "name" | "type" | "content"> {
  return { zoneId, name, type, content };
}

/**
 * Who may issue certificates under the zone, by the last part of the record's logical name: Let's Encrypt for Vercel, Google Trust Services
 * for the load balancer and for Cloudflare's edge. Nobody else; Cloudflare adds its further issuers itself where it needs them.
 */
export function caaRecordInputs({ zoneId, zone }: DnsArgs, securityContact: string): Record<string, DnsRecordArgs> {
  const record = (tag: "issue" | "iodef", value: string): DnsRecordArgs => ({
    zoneId,
    name: zone,
    type: "CAA",
    ttl: 3600,
    data: { flags: 0, tag, value },
    comment: "CHISAN: certificate authorities",
  });
  return {
    "caa-letsencrypt": record("issue", "letsencrypt.org"),
    "caa-google": record("issue", "pki.goog"),
    "caa-report": record("iodef", `mailto:${securityContact}`),
  };
}

/**
 * What all proxied hosts of the zone have, by setting. `ssl: strict`: Cloudflare verifies the origin's certificate too.
 * HSTS for a year, Cloudflare's longest; not preloaded, since a domain leaves the browsers' preload list only after months.
 */
const zoneSettings: Readonly<Record<string, unknown>> = {
  ssl: "strict",
  always_use_https: "on",
  automatic_https_rewrites: "on",
  min_tls_version: "1.2",
  tls_1_3: "on",
  security_header: {
    strict_transport_security: { enabled: true, max_age: 31_536_000, include_subdomains: true, preload: false, nosniff: true },
  },
};

/** By the last part of the setting's logical name. */
export function zoneSettingInputs(zoneId: string): Record<string, ZoneSettingArgs> {
  return Object.fromEntries(
    Object.entries(zoneSettings).map(([settingId, value]) => [settingId.replaceAll("_", "-"), { zoneId, settingId, value }]),
  );
}
