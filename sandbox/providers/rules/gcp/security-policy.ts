/** Facts about the Google provider's types for Cloud Armor security policies, read from the source of terraform-provider-google-beta 7.45. */
import { items, length, object, oneOf, range, words, type PackageFacts } from "../facts";
import { GCE_NAME } from "./validators";

export const securityPolicyFacts: PackageFacts = {
  "gcp:compute/securityPolicy:SecurityPolicy": {
    autonamed: words("name"),
    computed: words(`
      adaptiveProtectionConfig.layer7DdosDefenseConfig.enable adaptiveProtectionConfig.layer7DdosDefenseConfig.ruleVisibility
      advancedOptionsConfig advancedOptionsConfig.jsonCustomConfig advancedOptionsConfig.jsonParsing advancedOptionsConfig.logLevel
      advancedOptionsConfig.requestBodyInspectionSize deletionPolicy project rules rules.preview type
    `),
    sets: words(`
      advancedOptionsConfig.jsonCustomConfig.contentTypes advancedOptionsConfig.userIpRequestHeaders rules
      rules.match.config.srcIpRanges rules.preconfiguredWafConfig.exclusions.targetRuleIds
    `),
    required: words(`
      rules.headerAction.requestHeadersToAdds rules.headerAction.requestHeadersToAdds.headerName rules.match.config.srcIpRanges
      rules.rateLimitOptions.banThreshold.count rules.rateLimitOptions.banThreshold.intervalSec rules.rateLimitOptions.conformAction
      rules.rateLimitOptions.exceedAction rules.rateLimitOptions.exceedRedirectOptions.type rules.rateLimitOptions.rateLimitThreshold
      rules.rateLimitOptions.rateLimitThreshold.count rules.rateLimitOptions.rateLimitThreshold.intervalSec rules.redirectOptions.type
    `),
    rules: {
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.ruleVisibility": oneOf("STANDARD", "PREMIUM"),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.autoDeployConfidenceThreshold": range(0, 1),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.autoDeployExpirationSec": range(1, 7776000),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.autoDeployImpactedBaselineThreshold": range(0, 1),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.autoDeployLoadThreshold": range(0),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.detectionAbsoluteQps": range(0),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.detectionLoadThreshold": range(0),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.detectionRelativeToBaselineQps": range(1),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.name": length(1, 63),
      "adaptiveProtectionConfig.layer7DdosDefenseConfig.thresholdConfigs.trafficGranularityConfigs.type": oneOf("HTTP_HEADER_HOST", "HTTP_PATH"),
      "advancedOptionsConfig.jsonParsing": oneOf("DISABLED", "STANDARD", "STANDARD_WITH_GRAPHQL"),
      "advancedOptionsConfig.logLevel": oneOf("NORMAL", "VERBOSE"),
      "advancedOptionsConfig.requestBodyInspectionSize": oneOf(...words(`8KB 16KB 32KB 48KB 64KB`)),
      name: GCE_NAME,
      "rules.match.config.srcIpRanges": items(1, 10),
      "rules.match.exprOptions.recaptchaOptions.actionTokenSiteKeys": items(1),
      "rules.match.exprOptions.recaptchaOptions.sessionTokenSiteKeys": items(1),
      "rules.match.versionedExpr": oneOf("SRC_IPS_V1"),
      "rules.preconfiguredWafConfig.exclusions.requestCookies.operator": oneOf(...words(`
        EQUALS STARTS_WITH ENDS_WITH CONTAINS EQUALS_ANY
      `)),
      "rules.preconfiguredWafConfig.exclusions.requestHeaders.operator": oneOf(...words(`
        EQUALS STARTS_WITH ENDS_WITH CONTAINS EQUALS_ANY
      `)),
      "rules.preconfiguredWafConfig.exclusions.requestQueryParams.operator": oneOf(...words(`
        EQUALS STARTS_WITH ENDS_WITH CONTAINS EQUALS_ANY
      `)),
      "rules.preconfiguredWafConfig.exclusions.requestUris.operator": oneOf(...words(`EQUALS STARTS_WITH ENDS_WITH CONTAINS EQUALS_ANY`)),
      "rules.rateLimitOptions.conformAction": oneOf("allow"),
      "rules.rateLimitOptions.enforceOnKey": oneOf("", ...words(`
        ALL IP HTTP_HEADER XFF_IP HTTP_COOKIE HTTP_PATH SNI REGION_CODE TLS_JA3_FINGERPRINT TLS_JA4_FINGERPRINT USER_IP
      `)),
      "rules.rateLimitOptions.enforceOnKeyConfigs.enforceOnKeyType": oneOf(...words(`
        ALL IP HTTP_HEADER XFF_IP HTTP_COOKIE HTTP_PATH SNI REGION_CODE TLS_JA3_FINGERPRINT TLS_JA4_FINGERPRINT USER_IP
      `)),
      "rules.rateLimitOptions.exceedAction": oneOf(...words(`redirect deny(403) deny(404) deny(429) deny(502)`)),
      "rules.rateLimitOptions.exceedRedirectOptions.type": oneOf("EXTERNAL_302", "GOOGLE_RECAPTCHA"),
      "rules.redirectOptions.type": oneOf("EXTERNAL_302", "GOOGLE_RECAPTCHA"),
      type: oneOf("CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_INTERNAL_SERVICE"),
    },
    atPlan: [
      object("", "rules", "no two rules can have the same priority", ({ rules }) => {
        const priorities = Array.isArray(rules) ? rules.map((rule) => (typeof rule === "object" && rule !== null && "priority" in rule ? String(rule.priority) : "")) : [];
        return new Set(priorities).size === priorities.length;
      }),
    ],
  },
};
