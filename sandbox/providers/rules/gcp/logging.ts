/** Facts about the Google provider's types for Cloud Logging, read from the source of terraform-provider-google-beta 7.45. */
import { onceTrue } from "../equivalence";
import { atLeastOne, items, oneOf, words, type PackageFacts } from "../facts";

export const loggingFacts: PackageFacts = {
  "gcp:logging/metric:Metric": {
    autonamed: words("name"),
    computed: words("deletionPolicy metricDescriptor project"),
    sets: words("metricDescriptor.labels"),
    defaults: { "metricDescriptor.labels.valueType": "STRING", "metricDescriptor.unit": "1" },
    rules: {
      "metricDescriptor.labels.valueType": oneOf("BOOL", "INT64", "STRING", ""),
      "metricDescriptor.metricKind": oneOf("DELTA", "GAUGE", "CUMULATIVE"),
      "metricDescriptor.valueType": oneOf(...words(`BOOL INT64 DOUBLE STRING DISTRIBUTION MONEY`)),
    },
    groups: [
      atLeastOne("bucketOptions", "explicitBuckets", "exponentialBuckets", "linearBuckets"),
    ],
  },
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": {
    computed: words("deletionPolicy description"),
    sets: words("indexConfigs"),
    defaults: { retentionDays: 30 },
    same: { enableAnalytics: onceTrue },
    rules: {
      indexConfigs: items(0, 20),
    },
  },
  "gcp:logging/projectSink:ProjectSink": {
    autonamed: words("name"),
    computed: words("bigqueryOptions deletionPolicy"),
    defaults: { "exclusions.disabled": false },
  },
  "gcp:logging/projectExclusion:ProjectExclusion": {
    autonamed: words("name"),
    computed: words("project"),
  },
};
