import { judge } from "../test-support/judge";
import { policyCases } from "../least-privilege/testing/mutations";
import { zoneSettings } from "./zone-settings";

const setting = (settingId: string, value: unknown = "on") => ({ type: "cloudflare:index/zoneSetting:ZoneSetting", name: settingId, inputs: { settingId, value } });

policyCases(zoneSettings, {
  compliant: [
    ...["ssl", "always_use_https", "automatic_https_rewrites", "min_tls_version", "tls_1_3"].map((id) => setting(id)),
    setting("security_header", { strict_transport_security: { enabled: true, max_age: 31_536_000 } }),
    { type: "cloudflare:index/zoneDnssec:ZoneDnssec", name: "dnssec", inputs: { status: "active" } },
  ],
  refused: [
    ["ssl", "settingId", "brotli", "the zone's ssl is not declared; allowed: all of ssl, always_use_https"],
    ["security_header", "settingId", "brotli", "the zone's security_header is not declared"],
    ["dnssec", "status", "disabled", `DNSSEC's status is "disabled"; allowed: "active"`],
    ["security_header", "value.strict_transport_security.enabled", false, "strict_transport_security.enabled is false"],
    ["security_header", "value.strict_transport_security.max_age", 0, "strict_transport_security.max_age is 0; allowed: 15552000"],
    ["security_header", "value", undefined, "strict_transport_security.enabled is nothing"],
  ],
  allowed: [["dnssec", "status", "pending"]],
  undecided: [
    ["ssl", "settingId"],
    ["dnssec", "status"],
    ["security_header", "value.strict_transport_security.max_age"],
  ],
});

const records = [{ type: "cloudflare:index/dnsRecord:DnsRecord", name: "record", inputs: { type: "A" } }];
// Where the data are real, the records alone ask for the settings.
policyCases(zoneSettings, { stack: "staging", compliant: records, refused: [] });
test("prod has records and no settings", async () => {
  const { violations } = await judge(zoneSettings, records);
  expect(violations.join("\n")).toMatch(/are not declared[\s\S]*DNSSEC is not declared/);
});
