import { independently, resourcePolicy } from "../framework/policy";
import { shown } from "../least-privilege/reading/properties";

const atLeast12 = ["TLS_1_2", "TLS_1_3"];
/** Settings of the zone, with the values that keep the promise. */
const zone: Readonly<Record<string, readonly string[]>> = {
  ssl: ["strict"],
  min_tls_version: ["1.2", "1.3"],
  always_use_https: ["on"],
  tls_1_3: ["on", "zrt"],
};

const policy = "gcp:compute/sSLPolicy:SSLPolicy";
const proxy = "gcp:compute/targetHttpsProxy:TargetHttpsProxy";
const rule = "gcp:compute/globalForwardingRule:GlobalForwardingRule";
const setting = "cloudflare:index/zoneSetting:ZoneSetting";

export const tlsMinimum = resourcePolicy({
  id: "tls-minimum",
  title: "Connections are TLS 1.2 or newer, from the browser to Cloudflare and from Cloudflare to us",
  severity: "high",
  section: "2.5",
  why: 'older versions can be read, and Cloudflare\'s "full" takes any certificate for ours',
  remediation: "restore sslPolicyInputs() of components/load-balancer-inputs.ts or the zone's settings of components/dns-inputs.ts",
  types: [policy, proxy, rule, setting],
  check: ({ type, props }, report) => {
    if (type === policy) {
      independently(
        () => {
          if (!atLeast12.includes(String(props["minTlsVersion"])))
            report(`minTlsVersion is ${shown(props["minTlsVersion"])}; allowed: ${atLeast12.join(", ")}`);
        },
        () => {
          if (!["MODERN", "RESTRICTED"].includes(String(props["profile"])))
            report(`profile is ${shown(props["profile"])}; allowed: MODERN, RESTRICTED`);
        },
      );
    } else if (type === proxy) {
      const found = props["sslPolicy"];
      if (typeof found !== "string" || found === "")
        report(`sslPolicy is ${shown(found)}; allowed: a policy of TLS 1.2, as Google's default takes 1.0`);
    } else if (type === rule) {
      const found = String(props["portRange"]);
      if (found !== "443" && found !== "443-443") report(`portRange is ${shown(props["portRange"])}; allowed: 443`);
    } else {
      const allowed = zone[String(props["settingId"])];
      if (allowed !== undefined && !allowed.includes(String(props["value"])))
        report(`${String(props["settingId"])} is ${shown(props["value"])}; allowed: ${allowed.join(", ")}`);
    }
  },
});
