/** Facts about the Google provider's types for Cloud Monitoring, read from the source of terraform-provider-google-beta 7.45. */
import { emptyOr, filledKeys, json, leadingSlash, selfLink } from "../equivalence";
import { atLeastOne, exactlyOne, oneOf, range, requires, words, type PackageFacts } from "../facts";
import { JSON_TEXT, MONITORING_ID } from "./validators";

export const monitoringFacts: PackageFacts = {
  "gcp:monitoring/alertPolicy:AlertPolicy": {
    computed: words("deletionPolicy project"),
    defaults: { "documentation.mimeType": "text/markdown", enabled: true },
    same: {
      "conditions.conditionAbsent.aggregations.crossSeriesReducer": emptyOr("REDUCE_NONE"),
      "conditions.conditionThreshold.aggregations.crossSeriesReducer": emptyOr("REDUCE_NONE"),
      "conditions.conditionThreshold.denominatorAggregations.crossSeriesReducer": emptyOr("REDUCE_NONE"),
    },
    rules: {
      "alertStrategy.notificationPrompts.*": oneOf("NOTIFICATION_PROMPT_UNSPECIFIED", "OPENED", "CLOSED"),
      combiner: oneOf("AND", "OR", "AND_WITH_MATCHING_RESOURCE"),
      "conditions.conditionAbsent.aggregations.crossSeriesReducer": oneOf("", ...words(`
        REDUCE_NONE REDUCE_MEAN REDUCE_MIN REDUCE_MAX REDUCE_SUM REDUCE_STDDEV REDUCE_COUNT REDUCE_COUNT_TRUE REDUCE_COUNT_FALSE
        REDUCE_FRACTION_TRUE REDUCE_PERCENTILE_99 REDUCE_PERCENTILE_95 REDUCE_PERCENTILE_50 REDUCE_PERCENTILE_05
      `)),
      "conditions.conditionAbsent.aggregations.perSeriesAligner": oneOf("", ...words(`
        ALIGN_NONE ALIGN_DELTA ALIGN_RATE ALIGN_INTERPOLATE ALIGN_NEXT_OLDER ALIGN_MIN ALIGN_MAX ALIGN_MEAN ALIGN_COUNT ALIGN_SUM
        ALIGN_STDDEV ALIGN_COUNT_TRUE ALIGN_COUNT_FALSE ALIGN_FRACTION_TRUE ALIGN_PERCENTILE_99 ALIGN_PERCENTILE_95
        ALIGN_PERCENTILE_50 ALIGN_PERCENTILE_05 ALIGN_PERCENT_CHANGE
      `)),
      "conditions.conditionMonitoringQueryLanguage.evaluationMissingData": oneOf("EVALUATION_MISSING_DATA_INACTIVE", "EVALUATION_MISSING_DATA_ACTIVE", "EVALUATION_MISSING_DATA_NO_OP", ""),
      "conditions.conditionSql.rowCountTest.comparison": oneOf(...words(`
        COMPARISON_GT COMPARISON_GE COMPARISON_LT COMPARISON_LE COMPARISON_EQ COMPARISON_NE
      `)),
      "conditions.conditionThreshold.aggregations.crossSeriesReducer": oneOf("", ...words(`
        REDUCE_NONE REDUCE_MEAN REDUCE_MIN REDUCE_MAX REDUCE_SUM REDUCE_STDDEV REDUCE_COUNT REDUCE_COUNT_TRUE REDUCE_COUNT_FALSE
        REDUCE_FRACTION_TRUE REDUCE_PERCENTILE_99 REDUCE_PERCENTILE_95 REDUCE_PERCENTILE_50 REDUCE_PERCENTILE_05
      `)),
      "conditions.conditionThreshold.aggregations.perSeriesAligner": oneOf("", ...words(`
        ALIGN_NONE ALIGN_DELTA ALIGN_RATE ALIGN_INTERPOLATE ALIGN_NEXT_OLDER ALIGN_MIN ALIGN_MAX ALIGN_MEAN ALIGN_COUNT ALIGN_SUM
        ALIGN_STDDEV ALIGN_COUNT_TRUE ALIGN_COUNT_FALSE ALIGN_FRACTION_TRUE ALIGN_PERCENTILE_99 ALIGN_PERCENTILE_95
        ALIGN_PERCENTILE_50 ALIGN_PERCENTILE_05 ALIGN_PERCENT_CHANGE
      `)),
      "conditions.conditionThreshold.comparison": oneOf(...words(`
        COMPARISON_GT COMPARISON_GE COMPARISON_LT COMPARISON_LE COMPARISON_EQ COMPARISON_NE
      `)),
      "conditions.conditionThreshold.denominatorAggregations.crossSeriesReducer": oneOf("", ...words(`
        REDUCE_NONE REDUCE_MEAN REDUCE_MIN REDUCE_MAX REDUCE_SUM REDUCE_STDDEV REDUCE_COUNT REDUCE_COUNT_TRUE REDUCE_COUNT_FALSE
        REDUCE_FRACTION_TRUE REDUCE_PERCENTILE_99 REDUCE_PERCENTILE_95 REDUCE_PERCENTILE_50 REDUCE_PERCENTILE_05
      `)),
      "conditions.conditionThreshold.denominatorAggregations.perSeriesAligner": oneOf("", ...words(`
        ALIGN_NONE ALIGN_DELTA ALIGN_RATE ALIGN_INTERPOLATE ALIGN_NEXT_OLDER ALIGN_MIN ALIGN_MAX ALIGN_MEAN ALIGN_COUNT ALIGN_SUM
        ALIGN_STDDEV ALIGN_COUNT_TRUE ALIGN_COUNT_FALSE ALIGN_FRACTION_TRUE ALIGN_PERCENTILE_99 ALIGN_PERCENTILE_95
        ALIGN_PERCENTILE_50 ALIGN_PERCENTILE_05 ALIGN_PERCENT_CHANGE
      `)),
      "conditions.conditionThreshold.evaluationMissingData": oneOf("EVALUATION_MISSING_DATA_INACTIVE", "EVALUATION_MISSING_DATA_ACTIVE", "EVALUATION_MISSING_DATA_NO_OP", ""),
      severity: oneOf("CRITICAL", "ERROR", "WARNING", ""),
    },
    groups: [
      atLeastOne("documentation", "content", "links", "mimeType", "subject"),
    ],
  },
  "gcp:monitoring/customService:CustomService": {
    computed: words("deletionPolicy project serviceId"),
    rules: {
      serviceId: MONITORING_ID,
    },
  },
  "gcp:monitoring/dashboard:Dashboard": {
    computed: words("deletionPolicy project"),
    same: { dashboardJson: json },
    rules: {
      dashboardJson: JSON_TEXT,
    },
  },
  "gcp:monitoring/metricDescriptor:MetricDescriptor": {
    computed: words("deletionPolicy project"),
    sets: words("labels"),
    defaults: { "labels.valueType": "STRING" },
    rules: {
      "labels.valueType": oneOf("STRING", "BOOL", "INT64", ""),
      launchStage: oneOf("", ...words(`LAUNCH_STAGE_UNSPECIFIED UNIMPLEMENTED PRELAUNCH EARLY_ACCESS ALPHA BETA GA DEPRECATED`)),
      metricKind: oneOf(...words(`METRIC_KIND_UNSPECIFIED GAUGE DELTA CUMULATIVE`)),
      valueType: oneOf(...words(`BOOL INT64 DOUBLE STRING DISTRIBUTION`)),
    },
    groups: [
      atLeastOne("metadata", "ingestDelay", "samplePeriod"),
    ],
  },
  "gcp:monitoring/notificationChannel:NotificationChannel": {
    computed: words("deletionPolicy project"),
    defaults: { enabled: true, forceDelete: false },
    groups: [
      exactlyOne("sensitiveLabels", "authToken", "authTokenWo", "password", "passwordWo", "serviceKey", "serviceKeyWo"),
      requires("sensitiveLabels", "authTokenWo", "authTokenWoVersion"),
      requires("sensitiveLabels", "authTokenWoVersion", "authTokenWo"),
      requires("sensitiveLabels", "passwordWo", "passwordWoVersion"),
      requires("sensitiveLabels", "passwordWoVersion", "passwordWo"),
      requires("sensitiveLabels", "serviceKeyWo", "serviceKeyWoVersion"),
      requires("sensitiveLabels", "serviceKeyWoVersion", "serviceKeyWo"),
    ],
  },
  "gcp:monitoring/slo:Slo": {
    computed: words("deletionPolicy project sloId"),
    sets: words(`
      basicSli.locations basicSli.methods basicSli.versions windowsBasedSli.goodTotalRatioThreshold.basicSliPerformance.locations
      windowsBasedSli.goodTotalRatioThreshold.basicSliPerformance.methods
      windowsBasedSli.goodTotalRatioThreshold.basicSliPerformance.versions
    `),
    defaults: {
      "basicSli.availability.enabled": true,
      "windowsBasedSli.goodTotalRatioThreshold.basicSliPerformance.availability.enabled": true,
    },
    rules: {
      goal: range(Number.MIN_VALUE, 0.9999),
      "basicSli.availability.enabled": oneOf(true),
      "windowsBasedSli.goodTotalRatioThreshold.basicSliPerformance.availability.enabled": oneOf(true),
      calendarPeriod: oneOf("", ...words(`DAY WEEK FORTNIGHT MONTH`)),
      rollingPeriodDays: range(1, 30),
      sloId: MONITORING_ID,
    },
    groups: [
      exactlyOne("", "basicSli", "requestBasedSli", "windowsBasedSli"),
      exactlyOne("basicSli", "availability", "latency"),
      exactlyOne("", "calendarPeriod", "rollingPeriodDays"),
      exactlyOne("requestBasedSli", "distributionCut", "goodTotalRatio"),
      atLeastOne("requestBasedSli.distributionCut.range", "max", "min"),
      atLeastOne("requestBasedSli.goodTotalRatio", "badServiceFilter", "goodServiceFilter", "totalServiceFilter"),
      exactlyOne("windowsBasedSli", "goodBadMetricFilter", "goodTotalRatioThreshold", "metricMeanInRange", "metricSumInRange"),
      exactlyOne("windowsBasedSli.goodTotalRatioThreshold", "basicSliPerformance", "performance"),
      exactlyOne("windowsBasedSli.goodTotalRatioThreshold.basicSliPerformance", "availability", "latency"),
      exactlyOne("windowsBasedSli.goodTotalRatioThreshold.performance", "distributionCut", "goodTotalRatio"),
      atLeastOne("windowsBasedSli.goodTotalRatioThreshold.performance.distributionCut.range", "max", "min"),
      atLeastOne("windowsBasedSli.goodTotalRatioThreshold.performance.goodTotalRatio", "badServiceFilter", "goodServiceFilter", "totalServiceFilter"),
      atLeastOne("windowsBasedSli.metricMeanInRange.range", "max", "min"),
      atLeastOne("windowsBasedSli.metricSumInRange.range", "max", "min"),
    ],
  },
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": {
    computed: words("checkerType deletionPolicy httpCheck.headers httpCheck.port project"),
    defaults: {
      "contentMatchers.jsonPathMatcher.jsonMatcher": "EXACT_MATCH",
      "contentMatchers.matcher": "CONTAINS_STRING",
      "httpCheck.path": "/",
      "httpCheck.requestMethod": "GET",
      period: "300s",
    },
    same: { "httpCheck.path": leadingSlash, "monitoredResource.labels": filledKeys("project_id"), "resourceGroup.groupId": selfLink },
    rules: {
      checkerType: oneOf("STATIC_IP_CHECKERS", "VPC_CHECKERS", ""),
      "contentMatchers.jsonPathMatcher.jsonMatcher": oneOf("EXACT_MATCH", "REGEX_MATCH", ""),
      "contentMatchers.matcher": oneOf("", ...words(`
        CONTAINS_STRING NOT_CONTAINS_STRING MATCHES_REGEX NOT_MATCHES_REGEX MATCHES_JSON_PATH NOT_MATCHES_JSON_PATH
      `)),
      "httpCheck.acceptedResponseStatusCodes.statusClass": oneOf("", ...words(`
        STATUS_CLASS_1XX STATUS_CLASS_2XX STATUS_CLASS_3XX STATUS_CLASS_4XX STATUS_CLASS_5XX STATUS_CLASS_ANY
      `)),
      "httpCheck.contentType": oneOf("TYPE_UNSPECIFIED", "URL_ENCODED", "USER_PROVIDED", ""),
      "httpCheck.requestMethod": oneOf("METHOD_UNSPECIFIED", "GET", "POST", ""),
      "httpCheck.serviceAgentAuthentication.type": oneOf("SERVICE_AGENT_AUTHENTICATION_TYPE_UNSPECIFIED", "OIDC_TOKEN", ""),
      "resourceGroup.resourceType": oneOf("RESOURCE_TYPE_UNSPECIFIED", "INSTANCE", "AWS_ELB_LOAD_BALANCER", ""),
    },
    groups: [
      atLeastOne("httpCheck", "authInfo", "headers", "maskHeaders", "path", "port", "useSsl"),
      exactlyOne("httpCheck.authInfo", "password", "passwordWo"),
      requires("httpCheck.authInfo", "passwordWo", "passwordWoVersion"),
      requires("httpCheck.authInfo", "passwordWoVersion", "passwordWo"),
      exactlyOne("", "monitoredResource", "resourceGroup", "syntheticMonitor"),
      atLeastOne("resourceGroup", "groupId", "resourceType"),
    ],
  },
};
