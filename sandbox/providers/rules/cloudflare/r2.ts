/** Facts about the Cloudflare provider's types for R2, read from the source of terraform-provider-cloudflare 5.22. */
import { oneOfAnyCase, words, type PackageFacts } from "../facts";
import { RFC3339 } from "../formats";

export const r2Facts: PackageFacts = {
  "cloudflare:index/r2Bucket:R2Bucket": {
    computed: words("jurisdiction location storageClass"),
    replace: words("accountId name"),
    replaceIfSet: words("location"),
    defaults: { jurisdiction: "default", storageClass: "Standard" },
    rules: {
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      location: oneOfAnyCase(...words(`apac eeur enam weur wnam oc`)),
      storageClass: oneOfAnyCase("Standard", "InfrequentAccess"),
    },
  },
  "cloudflare:index/r2BucketCors:R2BucketCors": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName"),
    defaults: { jurisdiction: "default" },
    rules: {
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      "rules.allowed.methods.*": oneOfAnyCase(...words(`GET PUT POST DELETE HEAD`)),
    },
  },
  "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName queueId"),
    defaults: { jurisdiction: "default" },
    rules: {
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      "rules.actions.*": oneOfAnyCase(...words(`PutObject CopyObject DeleteObject CompleteMultipartUpload LifecycleDeletion`)),
    },
  },
  "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName"),
    defaults: { jurisdiction: "default" },
    rules: {
      "rules.deleteObjectsTransition.condition.date": RFC3339,
      "rules.storageClassTransitions.condition.date": RFC3339,
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      "rules.abortMultipartUploadsTransition.condition.type": oneOfAnyCase("Age"),
      "rules.deleteObjectsTransition.condition.type": oneOfAnyCase("Age", "Date"),
      "rules.storageClassTransitions.condition.type": oneOfAnyCase("Age", "Date"),
      "rules.storageClassTransitions.storageClass": oneOfAnyCase("InfrequentAccess"),
    },
  },
  "cloudflare:index/r2BucketLock:R2BucketLock": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName"),
    defaults: { jurisdiction: "default" },
    rules: {
      "rules.condition.date": RFC3339,
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      "rules.condition.type": oneOfAnyCase("Age", "Date", "Indefinite"),
    },
  },
  "cloudflare:index/r2BucketSippy:R2BucketSippy": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName"),
    defaults: { jurisdiction: "default" },
    rules: {
      "destination.cloudProvider": oneOfAnyCase("r2"),
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      "source.cloudProvider": oneOfAnyCase("aws", "gcs", "s3"),
    },
  },
  "cloudflare:index/r2CustomDomain:R2CustomDomain": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName domain zoneId"),
    defaults: { jurisdiction: "default" },
    rules: {
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
      minTls: oneOfAnyCase(...words(`1.0 1.1 1.2 1.3`)),
    },
  },
  "cloudflare:index/r2ManagedDomain:R2ManagedDomain": {
    computed: words("jurisdiction"),
    replace: words("accountId bucketName"),
    defaults: { jurisdiction: "default" },
    rules: {
      jurisdiction: oneOfAnyCase("default", "eu", "fedramp"),
    },
  },
};
