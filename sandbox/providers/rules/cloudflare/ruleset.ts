/** Facts about the Cloudflare provider's types for rulesets, read from the source of terraform-provider-cloudflare 5.22. */
import { atLeastOne, conflicts, exactlyOne, items, length, match, oneOf, oneOfAnyCase, onlyWhen, range, requires, words, type GroupRule, type PackageFacts } from "../facts";

const HEX32 = match(/^[0-9a-f]{32}$/, "32 hexadecimal digits in lower case");
const NAME_LOWER = match(/^[a-z_]+$/, "lower-case letters and underscores");
const PHASE = oneOfAnyCase(...words(`
  ddos_l4 ddos_l7 http_config_settings http_custom_errors http_log_custom_fields http_ratelimit http_request_cache_settings
  http_request_dynamic_redirect http_request_firewall_custom http_request_firewall_managed http_request_late_transform
  http_request_origin http_request_redirect http_request_sanitize http_request_sbfm http_request_transform
  http_response_cache_settings http_response_compression http_response_firewall_managed http_response_headers_transform
  magic_transit magic_transit_ids_managed magic_transit_managed magic_transit_ratelimit
`));

/** The directives of a `set_cache_control` rule, which share their properties. */
const CACHE_DIRECTIVES = words(`
  immutable maxAge mustRevalidate mustUnderstand noCache noStore noTransform private proxyRevalidate public sMaxage staleIfError
  staleWhileRevalidate
`);

function onEach<T>(directives: string[], property: string, fact: T): Record<string, T> {
  return Object.fromEntries(directives.map((name) => [`rules.actionParameters.${name}.${property}`, fact]));
}

/** Parameters that go with one action only. */
function parametersOf(action: string, names: string): GroupRule[] {
  return words(names).map((name) => onlyWhen("rules", `actionParameters.${name}`, "action", action));
}

export const rulesetFacts: PackageFacts = {
  "cloudflare:index/ruleset:Ruleset": {
    computed: words(`
      description rules rules.actionParameters rules.actionParameters.autominify.css rules.actionParameters.autominify.html
      rules.actionParameters.autominify.js rules.actionParameters.fromValue.preserveQueryString
      rules.actionParameters.immutable.cloudflareOnly rules.actionParameters.maxAge.cloudflareOnly
      rules.actionParameters.mustRevalidate.cloudflareOnly rules.actionParameters.mustUnderstand.cloudflareOnly
      rules.actionParameters.noCache.cloudflareOnly rules.actionParameters.noStore.cloudflareOnly
      rules.actionParameters.noTransform.cloudflareOnly rules.actionParameters.private.cloudflareOnly
      rules.actionParameters.proxyRevalidate.cloudflareOnly rules.actionParameters.public.cloudflareOnly
      rules.actionParameters.rawResponseFields.preserveDuplicates rules.actionParameters.responseFields.preserveDuplicates
      rules.actionParameters.sMaxage.cloudflareOnly rules.actionParameters.staleIfError.cloudflareOnly
      rules.actionParameters.staleWhileRevalidate.cloudflareOnly rules.description rules.enabled rules.logging rules.logging.enabled
      rules.ratelimit.mitigationTimeout rules.ratelimit.requestsToOrigin rules.ref
    `),
    replace: words("accountId kind name phase zoneId"),
    defaults: {
      ...onEach(CACHE_DIRECTIVES, "cloudflareOnly", false),
      rules: [],
      "rules.actionParameters": {},
      description: "",
      "rules.actionParameters.autominify.css": false,
      "rules.actionParameters.autominify.html": false,
      "rules.actionParameters.autominify.js": false,
      "rules.actionParameters.fromValue.preserveQueryString": false,
      "rules.actionParameters.rawResponseFields.preserveDuplicates": false,
      "rules.actionParameters.responseFields.preserveDuplicates": false,
      "rules.description": "",
      "rules.enabled": true,
      "rules.ratelimit.requestsToOrigin": false,
    },
    rules: {
      ...onEach(CACHE_DIRECTIVES, "operation", oneOfAnyCase("set", "remove")),
      "rules.actionParameters.additionalCacheablePorts.*": range(1, 65535),
      accountId: HEX32,
      kind: oneOfAnyCase(...words(`managed custom root zone`)),
      name: length(1),
      phase: PHASE,
      "rules.action": [oneOfAnyCase(...words(`
        block challenge compress_response ddos_dynamic execute force_connection_close js_challenge log log_custom_field
        managed_challenge redirect rewrite route score serve_error set_cache_control set_cache_settings set_cache_tags set_config
        skip
      `)), NAME_LOWER],
      "rules.actionParameters.additionalCacheablePorts": items(1),
      "rules.actionParameters.algorithms": items(1),
      "rules.actionParameters.algorithms.name": oneOfAnyCase(...words(`none auto default gzip brotli zstd`)),
      "rules.actionParameters.assetName": length(1),
      "rules.actionParameters.browserTtl.default": range(0),
      "rules.actionParameters.browserTtl.mode": oneOfAnyCase(...words(`respect_origin bypass_by_default override_origin bypass`)),
      "rules.actionParameters.cacheKey.customKey.cookie.checkPresences": items(1),
      "rules.actionParameters.cacheKey.customKey.cookie.includes": items(1),
      "rules.actionParameters.cacheKey.customKey.header.checkPresences": items(1),
      "rules.actionParameters.cacheKey.customKey.header.contains": items(1),
      "rules.actionParameters.cacheKey.customKey.header.includes": items(1),
      "rules.actionParameters.cacheKey.customKey.queryString.exclude.all": oneOf(true),
      "rules.actionParameters.cacheKey.customKey.queryString.exclude.lists": items(1),
      "rules.actionParameters.cacheKey.customKey.queryString.include.all": oneOf(true),
      "rules.actionParameters.cacheKey.customKey.queryString.include.lists": items(1),
      "rules.actionParameters.cacheReserve.minimumFileSize": range(0),
      "rules.actionParameters.content": length(1),
      "rules.actionParameters.contentType": oneOfAnyCase(...words(`application/json text/html text/plain text/xml`)),
      "rules.actionParameters.cookieFields": items(1),
      "rules.actionParameters.cookieFields.name": length(1),
      "rules.actionParameters.disableApps": oneOf(true),
      "rules.actionParameters.disableRum": oneOf(true),
      "rules.actionParameters.disableZaraz": oneOf(true),
      "rules.actionParameters.edgeTtl.default": range(0),
      "rules.actionParameters.edgeTtl.mode": oneOfAnyCase("respect_origin", "bypass_by_default", "override_origin"),
      "rules.actionParameters.edgeTtl.statusCodeTtls": items(1),
      "rules.actionParameters.edgeTtl.statusCodeTtls.statusCode": range(100, 999),
      "rules.actionParameters.edgeTtl.statusCodeTtls.statusCodeRange.from": range(100, 999),
      "rules.actionParameters.edgeTtl.statusCodeTtls.statusCodeRange.to": range(100, 999),
      "rules.actionParameters.fromList.key": length(1),
      "rules.actionParameters.fromList.name": match(/^[a-zA-Z0-9_]+$/, "letters, digits and underscores"),
      "rules.actionParameters.fromValue.statusCode": oneOf(301, 302, 303, 307, 308),
      "rules.actionParameters.fromValue.targetUrl.expression": length(1),
      "rules.actionParameters.fromValue.targetUrl.value": length(1),
      "rules.actionParameters.headers": items(1),
      "rules.actionParameters.headers.expression": length(1),
      "rules.actionParameters.headers.operation": oneOfAnyCase("add", "set", "remove"),
      "rules.actionParameters.headers.value": length(1),
      "rules.actionParameters.hostHeader": length(1),
      "rules.actionParameters.id": HEX32,
      "rules.actionParameters.matchedData.publicKey": length(1),
      "rules.actionParameters.operation": oneOfAnyCase("set", "add", "remove"),
      "rules.actionParameters.origin.host": length(1),
      "rules.actionParameters.origin.port": range(1, 65535),
      "rules.actionParameters.overrides.action": NAME_LOWER,
      "rules.actionParameters.overrides.categories": items(1),
      "rules.actionParameters.overrides.categories.action": NAME_LOWER,
      "rules.actionParameters.overrides.categories.category": length(1),
      "rules.actionParameters.overrides.categories.sensitivityLevel": oneOfAnyCase(...words(`default medium low eoff`)),
      "rules.actionParameters.overrides.rules": items(1),
      "rules.actionParameters.overrides.rules.action": NAME_LOWER,
      "rules.actionParameters.overrides.rules.id": HEX32,
      "rules.actionParameters.overrides.rules.sensitivityLevel": oneOfAnyCase(...words(`default medium low eoff`)),
      "rules.actionParameters.overrides.sensitivityLevel": oneOfAnyCase(...words(`default medium low eoff`)),
      "rules.actionParameters.phases.*": PHASE,
      "rules.actionParameters.phases": items(1),
      "rules.actionParameters.polish": oneOfAnyCase(...words(`off lossless lossy webp`)),
      "rules.actionParameters.products.*": oneOfAnyCase(...words(`bic hot rateLimit securityLevel uaBlock waf zoneLockdown`)),
      "rules.actionParameters.products": items(1),
      "rules.actionParameters.rawResponseFields": items(1),
      "rules.actionParameters.rawResponseFields.name": length(1),
      "rules.actionParameters.readTimeout": range(100, 6000),
      "rules.actionParameters.requestBodyBuffering": oneOfAnyCase("none", "standard", "full"),
      "rules.actionParameters.requestFields": items(1),
      "rules.actionParameters.requestFields.name": length(1),
      "rules.actionParameters.response.content": length(1),
      "rules.actionParameters.response.contentType": length(1),
      "rules.actionParameters.response.statusCode": range(400, 499),
      "rules.actionParameters.responseBodyBuffering": oneOfAnyCase("none", "standard"),
      "rules.actionParameters.responseFields": items(1),
      "rules.actionParameters.responseFields.name": length(1),
      "rules.actionParameters.rules": items(1),
      "rules.actionParameters.ruleset": oneOfAnyCase("current"),
      "rules.actionParameters.rulesets.*": HEX32,
      "rules.actionParameters.rulesets": items(1),
      "rules.actionParameters.securityLevel": oneOfAnyCase(...words(`off essentially_off low medium high under_attack`)),
      "rules.actionParameters.sni.value": length(1),
      "rules.actionParameters.ssl": oneOfAnyCase(...words(`off flexible full strict origin_pull`)),
      "rules.actionParameters.statusCode": range(400, 999),
      "rules.actionParameters.transformedRequestFields": items(1),
      "rules.actionParameters.transformedRequestFields.name": length(1),
      "rules.actionParameters.uri.path.expression": length(1),
      "rules.actionParameters.uri.path.value": length(1),
      "rules.actionParameters.uri.query.expression": length(1),
      "rules.exposedCredentialCheck.passwordExpression": length(1),
      "rules.exposedCredentialCheck.usernameExpression": length(1),
      "rules.expression": length(1),
      "rules.ratelimit.characteristics": items(1),
      "rules.ratelimit.countingExpression": length(1),
      "rules.ratelimit.period": range(0),
      "rules.ratelimit.requestsPerPeriod": range(1),
      "rules.ratelimit.scoreResponseHeaderName": length(1),
      "rules.ref": length(1),
      zoneId: HEX32,
    },
    groups: [
      ...parametersOf("set_cache_settings", `
        additionalCacheablePorts browserTtl cache cacheKey cacheReserve edgeTtl originCacheControl originErrorPagePassthru
        readTimeout respectStrongEtags serveStale stripEtags stripLastModified stripSetCookie
      `),
      ...parametersOf("compress_response", "algorithms"),
      ...parametersOf("serve_error", "assetName content contentType statusCode"),
      ...parametersOf("set_config", `
        automaticHttpsRewrites autominify bic contentConverter disableApps disableRum disableZaraz emailObfuscation fonts
        hotlinkProtection mirage opportunisticEncryption polish redirectsForAiTraining requestBodyBuffering responseBodyBuffering
        rocketLoader securityLevel serverSideExcludes ssl sxg
      `),
      ...parametersOf("log_custom_field", "cookieFields rawResponseFields requestFields responseFields transformedRequestFields"),
      ...parametersOf("set_cache_tags", "expression operation values"),
      ...parametersOf("redirect", "fromList fromValue"),
      ...parametersOf("rewrite", "headers uri"),
      ...parametersOf("route", "hostHeader origin sni"),
      ...parametersOf("execute", "id matchedData overrides"),
      ...parametersOf("set_cache_control", `
        immutable maxAge mustRevalidate mustUnderstand noCache noStore noTransform private proxyRevalidate public sMaxage
        staleIfError staleWhileRevalidate
      `),
      ...parametersOf("score", "increment"),
      ...parametersOf("skip", "phases products rules ruleset rulesets"),
      ...parametersOf("block", "response"),
      exactlyOne("", "accountId", "zoneId"),
      conflicts("rules.actionParameters", "assetName", "content"),
      conflicts("rules.actionParameters.cacheKey.customKey.queryString", "exclude", "include"),
      exactlyOne("rules.actionParameters.cacheKey.customKey.queryString.exclude", "all", "lists"),
      exactlyOne("rules.actionParameters.cacheKey.customKey.queryString.include", "all", "lists"),
      exactlyOne("rules.actionParameters.edgeTtl.statusCodeTtls", "statusCode", "statusCodeRange"),
      atLeastOne("rules.actionParameters.edgeTtl.statusCodeTtls.statusCodeRange", "from", "to"),
      conflicts("rules.actionParameters", "expression", "values"),
      conflicts("rules.actionParameters", "fromList", "fromValue"),
      exactlyOne("rules.actionParameters.fromValue.targetUrl", "expression", "value"),
      conflicts("rules.actionParameters.headers", "expression", "value"),
      onlyWhen("rules.actionParameters.maxAge", "value", "operation", "set"),
      onlyWhen("rules.actionParameters.noCache", "qualifiers", "operation", "set"),
      atLeastOne("rules.actionParameters.origin", "host", "port"),
      atLeastOne("rules.actionParameters.overrides", "action", "categories", "enabled", "rules", "sensitivityLevel"),
      atLeastOne("rules.actionParameters.overrides.categories", "action", "enabled", "sensitivityLevel"),
      atLeastOne("rules.actionParameters.overrides.rules", "action", "enabled", "scoreThreshold", "sensitivityLevel"),
      onlyWhen("rules.actionParameters.private", "qualifiers", "operation", "set"),
      onlyWhen("rules.actionParameters.sMaxage", "value", "operation", "set"),
      onlyWhen("rules.actionParameters.staleIfError", "value", "operation", "set"),
      onlyWhen("rules.actionParameters.staleWhileRevalidate", "value", "operation", "set"),
      atLeastOne("rules.actionParameters.uri", "path", "query"),
      exactlyOne("rules.actionParameters.uri.path", "expression", "value"),
      exactlyOne("rules.actionParameters.uri.query", "expression", "value"),
      requires("rules", "logging", "logging.enabled"),
    ],
  },
};
