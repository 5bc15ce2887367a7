/** Facts about the Cloudflare provider's types for zones, DNS and certificates, read from the source of terraform-provider-cloudflare 5.22. */
import { conflicts, oneOf, oneOfAnyCase, range, words, type PackageFacts } from "../facts";

export const zonesFacts: PackageFacts = {
  "cloudflare:index/argoTieredCaching:ArgoTieredCaching": {
    replace: words("zoneId"),
    rules: {
      value: oneOfAnyCase("on", "off"),
    },
  },
  "cloudflare:index/authenticatedOriginPulls:AuthenticatedOriginPulls": {
    replace: words("zoneId"),
  },
  "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings": {
    replace: words("zoneId"),
  },
  "cloudflare:index/certificatePack:CertificatePack": {
    computed: words("hosts"),
    sets: words("hosts"),
    replace: words("certificateAuthority cloudflareBranding type validationMethod validityDays zoneId"),
    replaceIfSet: words("hosts"),
    rules: {
      certificateAuthority: oneOfAnyCase("google", "lets_encrypt", "ssl_com"),
      type: oneOfAnyCase("advanced"),
      validationMethod: oneOfAnyCase("txt", "http", "email"),
      validityDays: oneOf(14, 30, 90, 365),
    },
  },
  "cloudflare:index/dnsRecord:DnsRecord": {
    computed: words("content proxied settings settings.flattenCname settings.ipv4Only settings.ipv6Only tags"),
    sets: words("tags"),
    replace: words("type zoneId"),
    defaults: { proxied: false },
    rules: {
      "data.algorithm": range(0, 255),
      "data.altitude": range(-100000, 42849672.95),
      "data.digestType": range(0, 255),
      "data.keyTag": range(0, 65535),
      "data.latDegrees": range(0, 90),
      "data.latDirection": oneOfAnyCase("N", "S"),
      "data.latMinutes": range(0, 59),
      "data.latSeconds": range(0, 59.999),
      "data.longDegrees": range(0, 180),
      "data.longDirection": oneOfAnyCase("E", "W"),
      "data.longMinutes": range(0, 59),
      "data.longSeconds": range(0, 59.999),
      "data.matchingType": range(0, 255),
      "data.order": range(0, 65535),
      "data.port": range(0, 65535),
      "data.precisionHorz": range(0, 90000000),
      "data.precisionVert": range(0, 90000000),
      "data.preference": range(0, 65535),
      "data.priority": range(0, 65535),
      "data.protocol": range(0, 255),
      "data.selector": range(0, 255),
      "data.size": range(0, 90000000),
      "data.type": range(0),
      "data.usage": range(0, 255),
      "data.weight": range(0, 65535),
      priority: range(0, 65535),
      type: oneOfAnyCase(...words(`
        A AAAA CNAME MX NS OPENPGPKEY PTR TXT CAA CERT DNSKEY DS HTTPS LOC NAPTR SMIMEA SRV SSHFP SVCB TLSA URI
      `)),
    },
    groups: [
      conflicts("", "content", "data"),
    ],
  },
  "cloudflare:index/originCaCertificate:OriginCaCertificate": {
    computed: words("requestedValidity"),
    replace: words("csr hostnames requestType"),
    replaceIfSet: words("requestedValidity"),
    defaults: { requestedValidity: 5475 },
    rules: {
      requestType: oneOfAnyCase("origin-rsa", "origin-ecc", "keyless-certificate"),
      requestedValidity: oneOf(7, 30, 90, 365, 730, 1095, 5475),
    },
  },
  "cloudflare:index/totalTls:TotalTls": {
    replace: words("zoneId"),
    rules: {
      certificateAuthority: oneOfAnyCase("google", "lets_encrypt", "ssl_com"),
    },
  },
  "cloudflare:index/universalSslSetting:UniversalSslSetting": {
    replace: words("zoneId"),
  },
  "cloudflare:index/zone:Zone": {
    computed: words("paused type vanityNameServers"),
    replace: words("account name"),
    defaults: { paused: false, type: "full" },
    rules: {
      type: oneOfAnyCase(...words(`full partial secondary internal`)),
    },
  },
  "cloudflare:index/zoneDnssec:ZoneDnssec": {
    replace: words("zoneId"),
    rules: {
      status: oneOfAnyCase("active", "disabled"),
    },
  },
  "cloudflare:index/zoneSetting:ZoneSetting": {
    computed: words("enabled"),
    replace: words("settingId zoneId"),
  },
};
