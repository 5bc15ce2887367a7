/** What Cloud Monitoring refuses in an uptime check: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs, read 2026-11. */
import type { JsonObject } from "../../../world/world";
import type { Situation } from "../model";
import { googleError } from "./common";
import { validateLabels } from "./labels";

/** How many places ask, by region. */
const places: { [region: string]: number } = {
  USA: 3,
  EUROPE: 1,
  SOUTH_AMERICA: 1,
  ASIA_PACIFIC: 1,
  USA_OREGON: 1,
  USA_IOWA: 1,
  USA_VIRGINIA: 1,
};
const periods = ["60s", "300s", "600s", "900s"];

export function validateUptimeCheck({ inputs }: Situation): void {
  const wrong = (field: string, value: unknown, why: string) =>
    googleError(400, `Field "uptime_check_config.${field}" had an invalid value of ${JSON.stringify(value)}: ${why}`, "badRequest");
  const { displayName, period, timeout, selectedRegions, monitoredResource, httpCheck, contentMatchers } = inputs;
  if (String(displayName).length === 0 || String(displayName).length > 512)
    throw wrong("display_name", displayName ?? "", "1 to 512 characters are needed");
  if (period !== undefined && !periods.includes(String(period)))
    throw wrong("period", period ?? "", `it must be one of ${periods.join(", ")}`);
  const seconds = /^(\d+)s$/.exec(String(timeout))?.[1];
  if (seconds === undefined || Number(seconds) < 1 || Number(seconds) > 60)
    throw wrong("timeout", timeout ?? "", "it must be from 1s to 60s");
  const regions = (selectedRegions ?? []) as string[];
  const unknown = regions.find((region) => places[region] === undefined);
  if (unknown !== undefined) throw wrong("selected_regions", unknown, `it must be one of ${Object.keys(places).join(", ")}`);
  const asking = regions.reduce((sum, region) => sum + (places[region] ?? 0), 0);
  if (regions.length > 0 && asking < 3)
    throw wrong("selected_regions", regions, "enough regions to include a minimum of 3 locations must be provided");
  const resource = (monitoredResource ?? {}) as { type?: string; labels?: { host?: string } };
  if (resource.type === "uptime_url" && !/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(resource.labels?.host ?? ""))
    throw wrong("monitored_resource.labels.host", resource.labels?.host ?? "", "a host without scheme and path is needed");
  const http = (httpCheck ?? {}) as { port?: number; useSsl?: boolean; validateSsl?: boolean; body?: string; requestMethod?: string };
  if (http.port !== undefined && (http.port < 1 || http.port > 65_535)) throw wrong("http_check.port", http.port, "it is no port");
  if (http.body !== undefined && http.requestMethod !== "POST") throw wrong("http_check.body", "…", "only POST requests have a body");
  validateMatchers((contentMatchers ?? []) as unknown as Matcher[], wrong);
  validateLabels(inputs.userLabels);
}

interface Matcher {
  content: string;
  matcher?: string;
  jsonPathMatcher?: { jsonPath?: string; jsonMatcher?: string };
}

function validateMatchers(matchers: Matcher[], wrong: (field: string, value: unknown, why: string) => Error): void {
  if (matchers.length > 1) throw wrong("content_matchers", matchers.length, "at most one is supported");
  for (const { content, matcher = "CONTAINS_STRING", jsonPathMatcher } of matchers) {
    if (content === "" || Buffer.byteLength(content) > 1024)
      throw wrong("content_matchers.content", content.slice(0, 20), "1 to 1024 bytes are needed");
    if (matcher.endsWith("_JSON_PATH") !== (jsonPathMatcher !== undefined))
      throw wrong("content_matchers.json_path_matcher", matcher, "it belongs to the matchers of JSON paths, and only to them");
    if (jsonPathMatcher && !/^\$[.[]/.test(jsonPathMatcher.jsonPath ?? ""))
      throw wrong("content_matchers.json_path_matcher.json_path", jsonPathMatcher.jsonPath ?? "", "it is no JSON path");
    if (jsonPathMatcher && jsonPathMatcher.jsonMatcher !== "REGEX_MATCH" && !isJson(content))
      throw wrong("content_matchers.content", content, "it must be a JSON value (a text in quotation marks)");
  }
}

function isJson(content: string): boolean {
  try {
    const value = JSON.parse(content) as JsonObject | string | number | boolean | null;
    return typeof value !== "object" || value === null;
  } catch {
    return false;
  }
}
