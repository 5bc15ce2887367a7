/** Facts about the Google provider's types for load balancing, read from the source of terraform-provider-google-beta 7.45. */
import { addressOrReference, anyCase, emptyOr, lastSegment, portRange, projectNumber, relativePath, selfLink, trailingDot } from "../equivalence";
import { atLeastOne, conflicts, items, object, oneOf, words, type PackageFacts } from "../facts";
import { GCE_NAME } from "./validators";

export const loadBalancerFacts: PackageFacts = {
  "gcp:compute/backendService:BackendService": {
    autonamed: words("name"),
    computed: words(`
      backends.maxConnections backends.maxConnectionsPerEndpoint backends.maxConnectionsPerInstance backends.maxInFlightRequests
      backends.maxInFlightRequestsPerEndpoint backends.maxInFlightRequestsPerInstance backends.maxRate backends.maxRatePerEndpoint
      backends.maxRatePerInstance backends.maxUtilization cdnPolicy cdnPolicy.cacheMode cdnPolicy.clientTtl cdnPolicy.defaultTtl
      cdnPolicy.maxTtl cdnPolicy.negativeCaching cdnPolicy.requestCoalescing cdnPolicy.serveWhileStale deletionPolicy logConfig
      logConfig.optionalMode portName project protocol sessionAffinity timeoutSec
    `),
    sets: words(`
      backends cdnPolicy.cacheKeyPolicy.queryStringBlacklists cdnPolicy.cacheKeyPolicy.queryStringWhitelists customRequestHeaders
      customResponseHeaders
    `),
    defaults: {
      "backends.balancingMode": "UTILIZATION",
      "backends.capacityScaler": 1.0,
      "backends.customMetrics.maxUtilization": 0.8,
      "cdnPolicy.signedUrlCacheMaxAgeSec": 3600,
      "circuitBreakers.maxConnections": 1024,
      "circuitBreakers.maxPendingRequests": 1024,
      "circuitBreakers.maxRequests": 1024,
      "circuitBreakers.maxRetries": 3,
      connectionDrainingTimeoutSec: 300,
      "consistentHash.minimumRingSize": 1024,
      loadBalancingScheme: "EXTERNAL_MANAGED",
      "logConfig.sampleRate": 1.0,
      "networkPassThroughLbTrafficPolicy.zonalAffinity.spillover": "ZONAL_AFFINITY_DISABLED",
    },
    same: {
      "backends.group": relativePath,
      edgeSecurityPolicy: selfLink,
      "iap.oauth2ClientId": emptyOr(" "),
      securityPolicy: selfLink,
      "securitySettings.clientTlsPolicy": projectNumber,
    },
    rules: {
      "backends.balancingMode": oneOf("", ...words(`UTILIZATION RATE CONNECTION CUSTOM_METRICS IN_FLIGHT`)),
      "backends.preference": oneOf("PREFERRED", "DEFAULT", ""),
      "backends.trafficDuration": oneOf("LONG", "SHORT", ""),
      "cdnPolicy.cacheMode": oneOf("USE_ORIGIN_HEADERS", "FORCE_CACHE_ALL", "CACHE_ALL_STATIC", ""),
      compressionMode: oneOf("AUTOMATIC", "DISABLED", ""),
      externalManagedMigrationState: oneOf("PREPARE", "TEST_BY_PERCENTAGE", "TEST_ALL_TRAFFIC", ""),
      ipAddressSelectionPolicy: oneOf("IPV4_ONLY", "PREFER_IPV6", "IPV6_ONLY", ""),
      loadBalancingScheme: oneOf("", ...words(`EXTERNAL INTERNAL_SELF_MANAGED INTERNAL_MANAGED EXTERNAL_MANAGED`)),
      "localityLbPolicies.policy.name": oneOf(...words(`ROUND_ROBIN LEAST_REQUEST RING_HASH RANDOM ORIGINAL_DESTINATION MAGLEV`)),
      localityLbPolicy: oneOf("", ...words(`
        ROUND_ROBIN LEAST_REQUEST RING_HASH RANDOM ORIGINAL_DESTINATION MAGLEV WEIGHTED_MAGLEV WEIGHTED_ROUND_ROBIN
      `)),
      "logConfig.optionalMode": oneOf("INCLUDE_ALL_OPTIONAL", "EXCLUDE_ALL_OPTIONAL", "CUSTOM", ""),
      "networkPassThroughLbTrafficPolicy.zonalAffinity.spillover": oneOf("ZONAL_AFFINITY_DISABLED", "ZONAL_AFFINITY_SPILL_CROSS_ZONE", "ZONAL_AFFINITY_STAY_WITHIN_ZONE", ""),
      protocol: oneOf("", ...words(`HTTP HTTPS HTTP2 TCP SSL UDP GRPC UNSPECIFIED H2C`)),
      sessionAffinity: oneOf("", ...words(`
        NONE CLIENT_IP CLIENT_IP_PORT_PROTO CLIENT_IP_PROTO GENERATED_COOKIE HEADER_FIELD HTTP_COOKIE STRONG_COOKIE_AFFINITY
      `)),
    },
    groups: [
      atLeastOne("cdnPolicy", "cacheKeyPolicy", "signedUrlCacheMaxAgeSec"),
      atLeastOne("cdnPolicy.cacheKeyPolicy", "includeHost", "includeHttpHeaders", "includeNamedCookies", "includeProtocol", "includeQueryString", "queryStringBlacklists", "queryStringWhitelists"),
      atLeastOne("circuitBreakers", "connectTimeout", "maxConnections", "maxPendingRequests", "maxRequests", "maxRequestsPerConnection", "maxRetries"),
      atLeastOne("consistentHash", "httpCookie", "httpHeaderName", "minimumRingSize"),
      atLeastOne("consistentHash.httpCookie", "name", "path", "ttl"),
      atLeastOne("logConfig", "enable", "sampleRate"),
      atLeastOne("logConfig", "enable", "optionalMode", "sampleRate"),
      atLeastOne("outlierDetection", "baseEjectionTime", "consecutiveErrors", "consecutiveGatewayFailure", "enforcingConsecutiveErrors", "enforcingConsecutiveGatewayFailure", "enforcingSuccessRate", "interval", "maxEjectionPercent", "successRateMinimumHosts", "successRateRequestVolume", "successRateStdevFactor"),
      atLeastOne("strongSessionAffinityCookie", "name", "path", "ttl"),
    ],
  },
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
    autonamed: words("name"),
    computed: words(`
      deletionPolicy ipAddress ipProtocol network networkTier project serviceDirectoryRegistrations
      serviceDirectoryRegistrations.namespace subnetwork
    `),
    defaults: { loadBalancingScheme: "EXTERNAL_MANAGED" },
    same: {
      ipAddress: addressOrReference,
      ipProtocol: anyCase,
      network: selfLink,
      portRange: portRange,
      subnetwork: selfLink,
      target: relativePath,
    },
    rules: {
      externalManagedBackendBucketMigrationState: oneOf("PREPARE", "TEST_BY_PERCENTAGE", "TEST_ALL_TRAFFIC", ""),
      ipProtocol: oneOf("", ...words(`TCP UDP ESP AH SCTP ICMP`)),
      ipVersion: oneOf("IPV4", "IPV6", ""),
      loadBalancingScheme: oneOf("", ...words(`EXTERNAL EXTERNAL_MANAGED INTERNAL_MANAGED INTERNAL_SELF_MANAGED`)),
      "metadataFilters.filterLabels": items(1, 64),
      "metadataFilters.filterMatchCriteria": oneOf("MATCH_ANY", "MATCH_ALL"),
      networkTier: oneOf("PREMIUM", "STANDARD", ""),
    },
  },
  "gcp:compute/managedSslCertificate:ManagedSslCertificate": {
    autonamed: words("name"),
    computed: words("deletionPolicy project"),
    defaults: { type: "MANAGED" },
    same: { "managed.domains.*": trailingDot },
    rules: {
      "managed.domains": items(0, 100),
      type: oneOf("MANAGED", ""),
    },
  },
  "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": {
    autonamed: words("name"),
    computed: words("deletionPolicy network project pscData"),
    defaults: { networkEndpointType: "SERVERLESS" },
    same: { network: selfLink, region: selfLink, subnetwork: selfLink },
    rules: {
      name: GCE_NAME,
      networkEndpointType: oneOf("", ...words(`SERVERLESS PRIVATE_SERVICE_CONNECT INTERNET_IP_PORT INTERNET_FQDN_PORT GCE_VM_IP_PORTMAP`)),
    },
    groups: [
      conflicts("", "appEngine", "cloudFunction", "cloudRun", "serverlessDeployment"),
      conflicts("", "cloudFunction", "cloudRun", "serverlessDeployment"),
      atLeastOne("cloudFunction", "function", "urlMask"),
      conflicts("", "cloudRun", "serverlessDeployment"),
      atLeastOne("cloudRun", "service", "urlMask"),
    ],
  },
  "gcp:compute/sSLPolicy:SSLPolicy": {
    autonamed: words("name"),
    computed: words("deletionPolicy project"),
    sets: words("customFeatures"),
    defaults: { minTlsVersion: "TLS_1_0", profile: "COMPATIBLE" },
    rules: {
      minTlsVersion: oneOf("", ...words(`TLS_1_0 TLS_1_1 TLS_1_2 TLS_1_3`)),
      postQuantumKeyExchange: oneOf("DEFAULT", "ENABLED", "DEFERRED", ""),
      profile: oneOf("", ...words(`COMPATIBLE MODERN RESTRICTED CUSTOM FIPS_202205`)),
    },
    atPlan: [
      object("", "profile", "customFeatures go with the profile CUSTOM, and with no other", ({ profile, customFeatures }) => {
        const some = Array.isArray(customFeatures) && customFeatures.length > 0;
        return (profile === "CUSTOM") === some;
      }),
    ],
  },
  "gcp:compute/targetHttpProxy:TargetHttpProxy": {
    autonamed: words("name"),
    computed: words("deletionPolicy project proxyBind"),
    same: { urlMap: selfLink },
  },
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": {
    autonamed: words("name"),
    computed: words("deletionPolicy project proxyBind tlsEarlyData"),
    defaults: { quicOverride: "NONE" },
    same: {
      "certificateManagerCertificates.*": lastSegment,
      serverTlsPolicy: selfLink,
      "sslCertificates.*": selfLink,
      sslPolicy: selfLink,
      urlMap: selfLink,
    },
    rules: {
      quicOverride: oneOf("NONE", "ENABLE", "DISABLE", ""),
      tlsEarlyData: oneOf("", ...words(`STRICT PERMISSIVE UNRESTRICTED DISABLED`)),
    },
    groups: [
      conflicts("", "certificateManagerCertificates", "sslCertificates"),
    ],
  },
};
