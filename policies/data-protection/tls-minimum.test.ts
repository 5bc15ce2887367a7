import { policyCases } from "../least-privilege/testing/mutations";
import { tlsMinimum } from "./tls-minimum";

const setting = (settingId: string, value: string) => ({
  type: "cloudflare:index/zoneSetting:ZoneSetting",
  name: settingId,
  inputs: { settingId, value },
});

policyCases(tlsMinimum, {
  compliant: [
    { type: "gcp:compute/sSLPolicy:SSLPolicy", name: "policy", inputs: { minTlsVersion: "TLS_1_2", profile: "MODERN" } },
    { type: "gcp:compute/targetHttpsProxy:TargetHttpsProxy", name: "proxy", inputs: { sslPolicy: "policy_id" } },
    { type: "gcp:compute/globalForwardingRule:GlobalForwardingRule", name: "rule", inputs: { portRange: "443" } },
    setting("ssl", "strict"),
    setting("min_tls_version", "1.2"),
    setting("always_use_https", "on"),
    setting("automatic_https_rewrites", "on"),
  ],
  refused: [
    ["policy", "minTlsVersion", "TLS_1_0", 'minTlsVersion is "TLS_1_0"; allowed: TLS_1_2, TLS_1_3'],
    ["policy", "minTlsVersion", undefined, "minTlsVersion is nothing"],
    ["policy", "profile", "COMPATIBLE", 'profile is "COMPATIBLE"'],
    ["proxy", "sslPolicy", undefined, "sslPolicy is nothing"],
    ["rule", "portRange", "80", 'portRange is "80"; allowed: 443'],
    ["ssl", "value", "full", 'ssl is "full"; allowed: strict'],
    ["ssl", "value", "off", 'ssl is "off"'],
    ["min_tls_version", "value", "1.0", 'min_tls_version is "1.0"; allowed: 1.2, 1.3'],
    ["always_use_https", "value", "off", 'always_use_https is "off"'],
  ],
  allowed: [["automatic_https_rewrites", "value", "off"]],
  undecided: [
    ["policy", "minTlsVersion"],
    ["proxy", "sslPolicy"],
    ["ssl", "value"],
  ],
});
