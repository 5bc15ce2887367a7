import type { Json } from "../../../world/world";
import { cloudflareError } from "./common";

const onOff =
  "0rtt always_online always_use_https automatic_https_rewrites brotli browser_check content_converter development_mode early_hints ech email_obfuscation fonts hotlink_protection http2 http3 ip_geolocation ipv6 mirage opportunistic_encryption opportunistic_onion orange_to_orange origin_error_page_pass_thru prefetch_preload privacy_pass replace_insecure_js response_buffering rocket_loader server_side_exclude sort_query_string_for_cache speed_brain tls_1_2_only tls_client_auth true_client_ip_header waf webp websockets";

/** The settings of a zone and what they take: https://developers.cloudflare.com/api/resources/zones/subresources/settings/ */
const words: { [setting: string]: string } = {
  ...Object.fromEntries(onOff.split(" ").map((setting) => [setting, "on off"])),
  cache_level: "aggressive basic simplified",
  cname_flattening: "flatten_at_root flatten_all",
  h2_prioritization: "on off custom",
  image_resizing: "on off open",
  min_tls_version: "1.0 1.1 1.2 1.3",
  origin_max_http_version: "1 2",
  polish: "off lossless lossy",
  pseudo_ipv4: "off add_header overwrite_header",
  security_level: "off essentially_off low medium high under_attack",
  ssl: "off flexible full strict origin_pull",
  tls_1_3: "on off zrt",
  transformations: "on off open",
};
const numbers: { [setting: string]: [least: number, most: number] } = {
  browser_cache_ttl: [0, 31_536_000],
  challenge_ttl: [300, 31_536_000],
  edge_cache_ttl: [30, 604_800],
  max_upload: [1, 1000],
  proxy_read_timeout: [1, 6000],
};
/** Settings whose value is an object or a list. */
const structured = new Set(["aegis", "automatic_platform_optimization", "ciphers", "nel", "security_header"]);

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Throws for a setting that does not exist, and for a value that it does not take. */
export function validateZoneSetting(setting: string, value: Json): void {
  const refuse = (expected: string): never => {
    throw cloudflareError(400, 1007, `Invalid value for zone setting ${setting}: ${JSON.stringify(value)} is not ${expected}`);
  };
  const allowed = Object.hasOwn(words, setting) ? words[setting]?.split(" ") : undefined;
  const range = Object.hasOwn(numbers, setting) ? numbers[setting] : undefined;
  if (allowed) {
    if (typeof value !== "string" || !allowed.includes(value)) refuse(`one of ${allowed.join(", ")}`);
  } else if (range) {
    if (!Number.isInteger(value) || Number(value) < range[0] || Number(value) > range[1])
      refuse(`a whole number from ${range[0]} to ${range[1]}`);
  } else if (!structured.has(setting)) {
    throw cloudflareError(400, 1006, `Unrecognized zone setting name: ${setting}`);
  } else if (setting === "ciphers") {
    if (!Array.isArray(value) || value.some((cipher) => typeof cipher !== "string")) refuse("a list of ciphers' names");
  } else if (!isObject(value)) {
    refuse("an object");
  } else if (setting === "security_header") {
    validateSecurityHeader(value, refuse);
  }
}

function validateSecurityHeader(value: { [key: string]: Json }, refuse: (expected: string) => never): void {
  const transport = value.strict_transport_security;
  if (!isObject(transport) || Object.keys(value).length !== 1) return refuse("an object with strict_transport_security alone");
  for (const [key, each] of Object.entries(transport)) {
    if (key === "max_age") {
      if (!Number.isInteger(each) || Number(each) < 0 || Number(each) > 31_536_000) refuse("of a max_age from 0 to 31536000 seconds");
    } else if (!["enabled", "include_subdomains", "preload", "nosniff"].includes(key) || typeof each !== "boolean") {
      refuse("of enabled, include_subdomains, preload and nosniff (true or false) and max_age");
    }
  }
}
