/** Facts about the Google provider's types for Cloud Run, Cloud Scheduler, Cloud Tasks, read from the source of terraform-provider-google-beta 7.45. */
import { duration, emptyOr, selfLink, trailingSlash } from "../equivalence";
import { atLeastOne, conflicts, exactlyOne, oneOf, words, type PackageFacts } from "../facts";
import { BASE64, HEADERS, SECONDS } from "./validators";

export const runFacts: PackageFacts = {
  "gcp:cloudrunv2/job:Job": {
    autonamed: words("name"),
    computed: words(`
      deletionPolicy launchStage project template.parallelism template.taskCount template.template.containers
      template.template.containers.resources template.template.containers.resources.limits template.template.containers.startupProbe
      template.template.containers.startupProbe.grpc.port template.template.containers.startupProbe.httpGet.port
      template.template.containers.startupProbe.tcpSocket.port template.template.executionEnvironment template.template.serviceAccount
      template.template.timeout template.template.vpcAccess.egress template.template.vpcAccess.networkInterfaces.network
      template.template.vpcAccess.networkInterfaces.subnetwork
    `),
    sets: words("template.template.containers.envs"),
    defaults: {
      deletionProtection: true,
      "template.template.containers.startupProbe.failureThreshold": 3,
      "template.template.containers.startupProbe.httpGet.path": "/",
      "template.template.containers.startupProbe.initialDelaySeconds": 0,
      "template.template.containers.startupProbe.periodSeconds": 10,
      "template.template.containers.startupProbe.timeoutSeconds": 1,
      "template.template.maxRetries": 3,
      "template.template.volumes.emptyDir.medium": "MEMORY",
    },
    same: { name: selfLink },
    rules: {
      launchStage: oneOf("", ...words(`UNIMPLEMENTED PRELAUNCH EARLY_ACCESS ALPHA BETA GA DEPRECATED`)),
      "template.template.executionEnvironment": oneOf("EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2", ""),
      "template.template.timeout": SECONDS,
      "template.template.volumes.emptyDir.medium": oneOf("MEMORY", "DISK", ""),
      "template.template.vpcAccess.egress": oneOf("ALL_TRAFFIC", "PRIVATE_RANGES_ONLY", ""),
    },
    groups: [
      conflicts("", "runExecutionToken", "startExecutionToken"),
    ],
  },
  "gcp:cloudrunv2/service:Service": {
    autonamed: words("name"),
    computed: words(`
      deletionPolicy ingress launchStage project scaling scaling.manualInstanceCount scaling.maxInstanceCount scaling.minInstanceCount
      template.containers.livenessProbe.grpc.port template.containers.livenessProbe.httpGet.port template.containers.ports
      template.containers.ports.name template.containers.readinessProbe.failureThreshold template.containers.readinessProbe.grpc.port
      template.containers.readinessProbe.httpGet.path template.containers.readinessProbe.httpGet.port
      template.containers.readinessProbe.periodSeconds template.containers.readinessProbe.successThreshold
      template.containers.readinessProbe.timeoutSeconds template.containers.resources template.containers.resources.limits
      template.containers.startupProbe template.containers.startupProbe.grpc.port template.containers.startupProbe.httpGet.port
      template.containers.startupProbe.tcpSocket.port template.maxInstanceRequestConcurrency template.scaling
      template.scaling.maxInstanceCount template.serviceAccount template.timeout template.vpcAccess.egress
      template.vpcAccess.networkInterfaces.network template.vpcAccess.networkInterfaces.subnetwork traffics traffics.percent
    `),
    sets: words("template.containers.envs template.sandboxes.templates.envs template.volumes.cloudSqlInstance.instances"),
    defaults: {
      deletionProtection: true,
      "template.containers.livenessProbe.failureThreshold": 3,
      "template.containers.livenessProbe.httpGet.path": "/",
      "template.containers.livenessProbe.initialDelaySeconds": 0,
      "template.containers.livenessProbe.periodSeconds": 10,
      "template.containers.livenessProbe.timeoutSeconds": 1,
      "template.containers.startupProbe.failureThreshold": 3,
      "template.containers.startupProbe.httpGet.path": "/",
      "template.containers.startupProbe.initialDelaySeconds": 0,
      "template.containers.startupProbe.periodSeconds": 10,
      "template.containers.startupProbe.timeoutSeconds": 1,
      "template.volumes.emptyDir.medium": "MEMORY",
    },
    same: { name: selfLink },
    rules: {
      ingress: oneOf("INGRESS_TRAFFIC_ALL", "INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", ""),
      launchStage: oneOf("", ...words(`UNIMPLEMENTED PRELAUNCH EARLY_ACCESS ALPHA BETA GA DEPRECATED`)),
      "scaling.scalingMode": oneOf("AUTOMATIC", "MANUAL", ""),
      "template.executionEnvironment": oneOf("EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2", ""),
      "template.timeout": SECONDS,
      "template.volumes.emptyDir.medium": oneOf("MEMORY", "DISK", ""),
      "template.vpcAccess.egress": oneOf("ALL_TRAFFIC", "PRIVATE_RANGES_ONLY", ""),
      "traffics.type": oneOf("TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", ""),
    },
    groups: [
      conflicts("template.vpcAccess", "connector", "networkInterfaces"),
    ],
  },
  "gcp:cloudscheduler/job:Job": {
    autonamed: words("name"),
    computed: words(`
      deletionPolicy paused project region retryConfig.maxBackoffDuration retryConfig.maxDoublings retryConfig.maxRetryDuration
      retryConfig.minBackoffDuration retryConfig.retryCount
    `),
    defaults: { attemptDeadline: "180s", timeZone: "Etc/UTC" },
    same: { attemptDeadline: emptyOr("180s"), "httpTarget.uri": trailingSlash },
    rules: {
      "appEngineHttpTarget.body": BASE64,
      "appEngineHttpTarget.headers": HEADERS,
      "httpTarget.body": BASE64,
      "httpTarget.headers": HEADERS,
      "pubsubTarget.data": BASE64,
    },
    groups: [
      exactlyOne("", "appEngineHttpTarget", "httpTarget", "pubsubTarget"),
      atLeastOne("appEngineHttpTarget.appEngineRouting", "instance", "service", "version"),
      atLeastOne("retryConfig", "maxBackoffDuration", "maxDoublings", "maxRetryDuration", "minBackoffDuration", "retryCount"),
    ],
    atPlan: [conflicts("httpTarget", "oauthToken", "oidcToken")],
  },
  "gcp:cloudtasks/queue:Queue": {
    autonamed: words("name"),
    computed: words(`
      deletionPolicy httpTarget.httpMethod httpTarget.oauthToken.scope httpTarget.oidcToken.audience
      httpTarget.uriOverride.pathOverride.path httpTarget.uriOverride.queryOverride.queryParams httpTarget.uriOverride.scheme
      httpTarget.uriOverride.uriOverrideEnforceMode project rateLimits rateLimits.maxConcurrentDispatches
      rateLimits.maxDispatchesPerSecond retryConfig retryConfig.maxAttempts retryConfig.maxBackoff retryConfig.maxDoublings
      retryConfig.maxRetryDuration retryConfig.minBackoff
    `),
    defaults: { desiredState: "RUNNING" },
    same: { "retryConfig.maxBackoff": duration, "retryConfig.minBackoff": duration },
    rules: {
      desiredState: oneOf("RUNNING", "PAUSED", ""),
      "httpTarget.httpMethod": oneOf("", ...words(`HTTP_METHOD_UNSPECIFIED POST GET HEAD PUT DELETE PATCH OPTIONS`)),
      "httpTarget.uriOverride.scheme": oneOf("HTTP", "HTTPS", ""),
      "httpTarget.uriOverride.uriOverrideEnforceMode": oneOf("ALWAYS", "IF_NOT_EXISTS", ""),
    },
  },
};
