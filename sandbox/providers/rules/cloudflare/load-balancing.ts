/** Facts about the Cloudflare provider's types for load balancing, read from the source of terraform-provider-cloudflare 5.22. */
import { oneOfAnyCase, range, words, type PackageFacts } from "../facts";

export const loadBalancingFacts: PackageFacts = {
  "cloudflare:index/healthcheck:Healthcheck": {
    computed: words(`
      consecutiveFails consecutiveSuccesses description httpConfig httpConfig.allowInsecure httpConfig.expectedBody
      httpConfig.followRedirects httpConfig.method httpConfig.path httpConfig.port interval retries suspended tcpConfig
      tcpConfig.method tcpConfig.port timeout type
    `),
    replace: words("zoneId"),
    defaults: {
      consecutiveFails: 1,
      consecutiveSuccesses: 1,
      description: "",
      "httpConfig.allowInsecure": false,
      "httpConfig.expectedBody": "",
      "httpConfig.followRedirects": false,
      "httpConfig.method": "GET",
      "httpConfig.path": "/",
      "httpConfig.port": 80,
      interval: 60,
      retries: 2,
      suspended: false,
      "tcpConfig.method": "connection_established",
      "tcpConfig.port": 80,
      timeout: 5,
      type: "HTTP",
    },
    rules: {
      "checkRegions.*": oneOfAnyCase(...words(`WNAM ENAM WEU EEU NSAM SSAM OC ME NAF SAF IN SEAS NEAS ALL_REGIONS`)),
      "httpConfig.method": oneOfAnyCase("GET", "HEAD"),
      "tcpConfig.method": oneOfAnyCase("connection_established"),
    },
  },
  "cloudflare:index/loadBalancer:LoadBalancer": {
    computed: words(`
      adaptiveRouting adaptiveRouting.failoverAcrossPools countryPools description enabled locationStrategy locationStrategy.mode
      locationStrategy.preferEcs networks popPools proxied randomSteering randomSteering.defaultWeight regionPools rules
      rules.disabled rules.overrides rules.overrides.adaptiveRouting rules.overrides.adaptiveRouting.failoverAcrossPools
      rules.overrides.countryPools rules.overrides.locationStrategy rules.overrides.locationStrategy.mode
      rules.overrides.locationStrategy.preferEcs rules.overrides.popPools rules.overrides.randomSteering
      rules.overrides.randomSteering.defaultWeight rules.overrides.regionPools rules.overrides.sessionAffinity
      rules.overrides.sessionAffinityAttributes rules.overrides.sessionAffinityAttributes.drainDuration
      rules.overrides.sessionAffinityAttributes.requireAllHeaders rules.overrides.sessionAffinityAttributes.samesite
      rules.overrides.sessionAffinityAttributes.secure rules.overrides.sessionAffinityAttributes.zeroDowntimeFailover
      rules.overrides.sessionAffinityTtl rules.overrides.steeringPolicy rules.overrides.ttl rules.priority sessionAffinity
      sessionAffinityAttributes sessionAffinityAttributes.drainDuration sessionAffinityAttributes.requireAllHeaders
      sessionAffinityAttributes.samesite sessionAffinityAttributes.secure sessionAffinityAttributes.zeroDowntimeFailover
      sessionAffinityTtl steeringPolicy ttl
    `),
    replace: words("zoneId"),
    defaults: {
      "adaptiveRouting.failoverAcrossPools": false,
      enabled: true,
      "locationStrategy.mode": "pop",
      "locationStrategy.preferEcs": "proximity",
      proxied: false,
      "randomSteering.defaultWeight": 1,
      "rules.disabled": false,
      "rules.overrides.sessionAffinityAttributes.requireAllHeaders": false,
      "rules.overrides.sessionAffinityAttributes.samesite": "Auto",
      "rules.overrides.sessionAffinityAttributes.secure": "Auto",
      "rules.overrides.sessionAffinityAttributes.zeroDowntimeFailover": "none",
      "rules.priority": 0,
      sessionAffinity: "none",
      steeringPolicy: "",
    },
    rules: {
      "locationStrategy.mode": oneOfAnyCase("pop", "resolver_ip"),
      "locationStrategy.preferEcs": oneOfAnyCase(...words(`always never proximity geo`)),
      "randomSteering.defaultWeight": range(0, 1),
      "rules.overrides.locationStrategy.mode": oneOfAnyCase("pop", "resolver_ip"),
      "rules.overrides.locationStrategy.preferEcs": oneOfAnyCase(...words(`always never proximity geo`)),
      "rules.overrides.randomSteering.defaultWeight": range(0, 1),
      "rules.overrides.sessionAffinity": oneOfAnyCase(...words(`none cookie ip_cookie header`)),
      "rules.overrides.sessionAffinityAttributes.samesite": oneOfAnyCase(...words(`Auto Lax None Strict`)),
      "rules.overrides.sessionAffinityAttributes.secure": oneOfAnyCase("Auto", "Always", "Never"),
      "rules.overrides.sessionAffinityAttributes.zeroDowntimeFailover": oneOfAnyCase("none", "temporary", "sticky"),
      "rules.overrides.steeringPolicy": oneOfAnyCase("off", "geo", "random", "dynamic_latency", "proximity", "least_outstanding_requests", "least_connections", ""),
      "rules.priority": range(0),
      sessionAffinity: oneOfAnyCase(...words(`none cookie ip_cookie header`)),
      "sessionAffinityAttributes.samesite": oneOfAnyCase(...words(`Auto Lax None Strict`)),
      "sessionAffinityAttributes.secure": oneOfAnyCase("Auto", "Always", "Never"),
      "sessionAffinityAttributes.zeroDowntimeFailover": oneOfAnyCase("none", "temporary", "sticky"),
      steeringPolicy: oneOfAnyCase("off", "geo", "random", "dynamic_latency", "proximity", "least_outstanding_requests", "least_connections", ""),
    },
  },
  "cloudflare:index/loadBalancerMonitor:LoadBalancerMonitor": {
    computed: words(`
      allowInsecure description expectedBody expectedCodes followRedirects interval method path probeZone retries timeout type
    `),
    replace: words("accountId"),
    defaults: {
      allowInsecure: false,
      description: "",
      expectedBody: "",
      expectedCodes: "",
      followRedirects: false,
      interval: 60,
      probeZone: "",
      retries: 2,
      timeout: 5,
      type: "http",
    },
    rules: {
      type: oneOfAnyCase(...words(`http https tcp udp_icmp icmp_ping smtp`)),
    },
  },
  "cloudflare:index/loadBalancerPool:LoadBalancerPool": {
    computed: words(`
      description enabled loadShedding loadShedding.defaultPercent loadShedding.defaultPolicy loadShedding.sessionPercent
      loadShedding.sessionPolicy minimumOrigins notificationEmail notificationFilter originSteering originSteering.policy
      origins.enabled origins.flattenCname origins.port origins.weight
    `),
    replace: words("accountId"),
    defaults: {
      description: "",
      enabled: true,
      "loadShedding.defaultPercent": 0,
      "loadShedding.defaultPolicy": "random",
      "loadShedding.sessionPercent": 0,
      "loadShedding.sessionPolicy": "hash",
      minimumOrigins: 1,
      notificationEmail: "",
      "originSteering.policy": "random",
      "origins.enabled": true,
      "origins.flattenCname": true,
      "origins.weight": 1,
    },
    rules: {
      "checkRegions.*": oneOfAnyCase(...words(`WNAM ENAM WEU EEU NSAM SSAM OC ME NAF SAF SAS SEAS NEAS ALL_REGIONS`)),
      "loadShedding.defaultPercent": range(0, 100),
      "loadShedding.defaultPolicy": oneOfAnyCase("random", "hash"),
      "loadShedding.sessionPercent": range(0, 100),
      "loadShedding.sessionPolicy": oneOfAnyCase("hash"),
      "originSteering.policy": oneOfAnyCase(...words(`random hash least_outstanding_requests least_connections`)),
      "origins.weight": range(0, 1),
    },
  },
};
