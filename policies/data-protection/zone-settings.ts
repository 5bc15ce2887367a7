import { independently, stackPolicy, type StackResource } from "../framework/policy";
import { hasRealData } from "../least-privilege/reading/environments";
import { record, shown } from "../least-privilege/reading/properties";

const setting = "cloudflare:index/zoneSetting:ZoneSetting";
const dnssec = "cloudflare:index/zoneDnssec:ZoneDnssec";
const dnsRecord = "cloudflare:index/dnsRecord:DnsRecord";

/** Those of tls-minimum, which judges their values, and HSTS. */
const required = ["ssl", "always_use_https", "automatic_https_rewrites", "min_tls_version", "tls_1_3", "security_header"];

/** Half a year, the least that Cloudflare recommends (https://developers.cloudflare.com/ssl/edge-certificates/additional-options/http-strict-transport-security/). */
const leastSeconds = 15_552_000;

export const zoneSettings = stackPolicy({
  id: "zone-settings",
  title: "The zone has its settings for TLS, HTTPS alone with HSTS, and DNSSEC",
  severity: "high",
  section: "2.5",
  why: "a setting that is not declared has the vendor's default, which lets the first call of a browser go in clear",
  remediation: "restore zoneSettingInputs() of components/dns-inputs.ts, and ZoneDnssec in components/dns.ts",
  check: (resources, report, { stack }) => {
    const settings = resources.filter(({ type }) => type === setting);
    const signed = resources.filter(({ type }) => type === dnssec);
    const records = resources.filter(({ type }) => type === dnsRecord);
    // One stack alone has what all hosts share.
    const ownsZone = settings.length > 0 || signed.length > 0 || (hasRealData(stack) && records.length > 0);
    if (!ownsZone) return;
    const near = settings[0] ?? signed[0] ?? records[0];
    independently(
      () => {
        const declared = new Set(settings.map(({ props }) => props["settingId"]));
        const missing = required.filter((id) => !declared.has(id));
        if (missing.length > 0) report(`the zone's ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not declared; allowed: all of ${required.join(", ")}`, near);
      },
      () => {
        if (signed.length === 0) report("DNSSEC is not declared; allowed: a ZoneDnssec that is active", near);
      },
      ...signed.map((one) => () => checkDnssec(one, report)),
      ...settings.map((one) => () => {
        if (one.props["settingId"] === "security_header") checkHsts(one, report);
      }),
    );
  },
});

type Report = (message: string, resource: StackResource) => void;

function checkDnssec(one: StackResource, report: Report): void {
  const { status } = one.props;
  // "pending" until the registrar has the key.
  if (status !== "active" && status !== "pending") report(`DNSSEC's status is ${shown(status)}; allowed: "active"`, one);
}

function checkHsts(one: StackResource, report: Report): void {
  const hsts = record(record(one.props["value"])["strict_transport_security"]);
  independently(
    () => {
      if (hsts["enabled"] !== true) report(`strict_transport_security.enabled is ${shown(hsts["enabled"])}; allowed: true`, one);
    },
    () => {
      if (!(Number(hsts["max_age"]) >= leastSeconds)) report(`strict_transport_security.max_age is ${shown(hsts["max_age"])}; allowed: ${leastSeconds} seconds or more`, one);
    },
  );
}
