/** Facts about the Cloudflare provider's types for Workers and Queues, read from the source of terraform-provider-cloudflare 5.22. */
import { json } from "../equivalence";
import { atLeastOne, conflicts, oneOfAnyCase, range, requires, words, type PackageFacts } from "../facts";
import { JSON_TEXT } from "../formats";

/** What a script and a version of a Worker have in common. */
const assetsAndBindings = {
  "bindings.algorithm": JSON_TEXT,
  "bindings.json": JSON_TEXT,
  "bindings.keyJwk": JSON_TEXT,
  "assets.config.htmlHandling": oneOfAnyCase(...words(`auto-trailing-slash force-trailing-slash drop-trailing-slash none`)),
  "assets.config.notFoundHandling": oneOfAnyCase("none", "404-page", "single-page-application"),
  "bindings.format": oneOfAnyCase(...words(`raw pkcs8 spki jwk`)),
  "bindings.jurisdiction": oneOfAnyCase("eu", "fedramp", "fedramp-high"),
};

export const workersFacts: PackageFacts = {
  "cloudflare:index/queue:Queue": {
    computed: words("settings settings.deliveryDelay settings.deliveryPaused settings.messageRetentionPeriod"),
    replace: words("accountId"),
  },
  "cloudflare:index/queueConsumer:QueueConsumer": {
    computed: words(`
      scriptName settings settings.batchSize settings.maxConcurrency settings.maxRetries settings.maxWaitTimeMs settings.retryDelay
      settings.visibilityTimeoutMs
    `),
    replace: words("accountId queueId"),
    rules: {
      type: oneOfAnyCase("worker", "http_pull"),
    },
  },
  "cloudflare:index/worker:Worker": {
    computed: words(`
      logpush observability observability.enabled observability.headSamplingRate observability.logs observability.logs.destinations
      observability.logs.enabled observability.logs.headSamplingRate observability.logs.invocationLogs observability.logs.persist
      observability.traces observability.traces.destinations observability.traces.enabled observability.traces.headSamplingRate
      observability.traces.persist subdomain subdomain.enabled subdomain.previewsEnabled tags tailConsumers
    `),
    sets: words("tags tailConsumers"),
    replace: words("accountId"),
    defaults: {
      "observability.logs.destinations": [],
      "observability.traces.destinations": [],
      tags: [],
      tailConsumers: [],
      logpush: false,
      "observability.enabled": false,
      "observability.headSamplingRate": 1,
      "observability.logs.enabled": false,
      "observability.logs.headSamplingRate": 1,
      "observability.logs.invocationLogs": true,
      "observability.logs.persist": true,
      "observability.traces.enabled": false,
      "observability.traces.headSamplingRate": 1,
      "observability.traces.persist": true,
      "subdomain.enabled": false,
    },
  },
  "cloudflare:index/workerVersion:WorkerVersion": {
    computed: words(`
      annotations bindings.className bindings.databaseId bindings.namespaceId bindings.scriptName compatibilityFlags limits usageModel
    `),
    sets: words("bindings.usages compatibilityFlags containers modules"),
    replace: words("accountId compatibilityDate containers mainModule migrations modules.contentType modules.name placement workerId"),
    replaceIfSet: words("annotations assets bindings compatibilityFlags limits usageModel"),
    defaults: { usageModel: "standard" },
    rules: {
      ...assetsAndBindings,
      "bindings.type": oneOfAnyCase(...words(`
        ai ai_search ai_search_namespace analytics_engine assets browser d1 data_blob dispatch_namespace durable_object_namespace
        hyperdrive inherit images json kv_namespace media mtls_certificate plain_text pipelines queue ratelimit r2_bucket
        secret_text send_email service text_blob vectorize version_metadata secrets_store_secret flagship secret_key workflow
        wasm_module vpc_service vpc_network
      `)),
      "placement.mode": oneOfAnyCase("smart", "targeted"),
      usageModel: oneOfAnyCase("standard", "bundled", "unbound"),
    },
    groups: [
      conflicts("assets", "directory", "jwt"),
      conflicts("modules", "contentBase64", "contentFile"),
      atLeastOne("modules", "contentBase64", "contentFile"),
    ],
    same: { "bindings.algorithm": json, "bindings.json": json, "bindings.keyJwk": json },
  },
  "cloudflare:index/workersCronTrigger:WorkersCronTrigger": {
    replace: words("accountId scriptName"),
  },
  "cloudflare:index/workersCustomDomain:WorkersCustomDomain": {
    computed: words("environment zoneId zoneName"),
    replace: words("accountId hostname service"),
    replaceIfSet: words("environment zoneId zoneName"),
  },
  "cloudflare:index/workersDeployment:WorkersDeployment": {
    computed: words("annotations"),
    replace: words("accountId scriptName strategy versions"),
    replaceIfSet: words("annotations"),
    rules: {
      strategy: oneOfAnyCase("percentage"),
      "versions.percentage": range(0.01, 100),
    },
  },
  "cloudflare:index/workersKvNamespace:WorkersKvNamespace": {
    replace: words("accountId"),
  },
  "cloudflare:index/workersRoute:WorkersRoute": {
    replace: words("zoneId"),
  },
  "cloudflare:index/workersScript:WorkersScript": {
    computed: words(`
      annotations bindings bindings.className bindings.namespaceId compatibilityDate compatibilityFlags logpush
      observability.logs.persist observability.traces.persist placement tailConsumers usageModel
    `),
    sets: words("bindings.usages compatibilityFlags keepBindings tailConsumers"),
    replace: words("accountId scriptName"),
    defaults: {
      compatibilityDate: "",
      logpush: false,
      "observability.logs.persist": true,
      "observability.traces.persist": true,
      usageModel: "standard",
    },
    rules: {
      ...assetsAndBindings,
      "bindings.type": oneOfAnyCase(...words(`
        ai ai_search ai_search_namespace analytics_engine assets browser d1 data_blob dispatch_namespace durable_object_namespace
        hyperdrive inherit images json kv_namespace media mtls_certificate plain_text pipelines queue ratelimit r2_bucket
        secret_text send_email service tail_consumer text_blob vectorize version_metadata secrets_store_secret secret_key workflow
        wasm_module vpc_service vpc_network
      `)),
      "bindings.usages.*": oneOfAnyCase(...words(`encrypt decrypt sign verify deriveKey deriveBits wrapKey unwrapKey`)),
      contentType: oneOfAnyCase(...words(`
        application/javascript+module application/javascript text/javascript+module text/javascript text/x-python
      `)),
      "placement.mode": oneOfAnyCase("smart", "targeted"),
      usageModel: oneOfAnyCase("standard", "bundled", "unbound"),
    },
    groups: [
      conflicts("assets", "directory", "jwt"),
      atLeastOne("", "content", "contentFile", "assets"),
      conflicts("", "content", "contentFile"),
      requires("", "contentFile", "contentSha256"),
    ],
    same: { "bindings.algorithm": json, "bindings.json": json, "bindings.keyJwk": json },
  },
  "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain": {
    computed: words("previewsEnabled"),
    replace: words("accountId scriptName"),
  },
};
