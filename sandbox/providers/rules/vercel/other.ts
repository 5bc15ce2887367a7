/** Facts about the Vercel provider's types for everything else, read from the source of terraform-provider-vercel 5.10. */
import { conflicts, exactlyOne, items, length, match, oneOf, range, words, type PackageFacts } from "../facts";

export const otherFacts: PackageFacts = {
  "vercel:index/alias:Alias": {
    computed: words("teamId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/attackChallengeMode:AttackChallengeMode": {
    computed: words("teamId"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      attackModeActiveUntil: range(0),
    },
  },
  "vercel:index/blobObject:BlobObject": {
    computed: words("cacheControlMaxAge contentType teamId"),
    replace: words("pathname storeId"),
    replaceIfSet: words("teamId"),
    rules: {
      cacheControlMaxAge: range(60),
      contentType: length(1),
      pathname: length(1),
      source: length(1),
    },
  },
  "vercel:index/blobProjectConnection:BlobProjectConnection": {
    computed: words("envVarPrefix environments teamId"),
    sets: words("environments"),
    replace: words("blobStoreId projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      envVarPrefix: length(1),
      "environments.*": oneOf("development", "preview", "production"),
      environments: items(1),
    },
  },
  "vercel:index/blobStore:BlobStore": {
    autonamed: words("name"),
    computed: words("access region teamId"),
    replace: words("access name region"),
    replaceIfSet: words("teamId"),
    rules: {
      access: oneOf("public", "private"),
    },
  },
  "vercel:index/bulkRedirects:BulkRedirects": {
    computed: words("redirects.caseSensitive redirects.query teamId"),
    sets: words("redirects"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    defaults: { "redirects.caseSensitive": false, "redirects.query": false },
    rules: {
      "redirects.destination": length(0, 2048),
      "redirects.source": length(0, 2048),
    },
  },
  "vercel:index/customCertificate:CustomCertificate": {
    computed: words("teamId"),
    replace: words("certificate certificateAuthorityCertificate privateKey"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/deployment:Deployment": {
    computed: words("meta production teamId"),
    replace: words(`
      customEnvironmentId environment files pathPrefix production projectId projectSettings projectSettings.buildCommand
      projectSettings.framework projectSettings.installCommand projectSettings.outputDirectory projectSettings.rootDirectory ref
    `),
    replaceIfSet: words("meta teamId"),
    rules: {
      files: items(1),
    },
  },
  "vercel:index/deploymentProtectionException:DeploymentProtectionException": {
    computed: words("teamId"),
    replace: words("alias projectId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/dnsRecord:DnsRecord": {
    autonamed: words("name"),
    computed: words("comment teamId ttl"),
    replace: words("domain type"),
    replaceIfSet: words("teamId"),
    defaults: { comment: "" },
    rules: {
      comment: length(0, 500),
      mxPriority: range(0, 65535),
      "srv.port": range(0, 65535),
      "srv.priority": range(0, 65535),
      "srv.weight": range(0, 65535),
      ttl: range(60, 2147483647),
      type: oneOf(...words(`A AAAA ALIAS CAA CNAME MX NS SRV TXT`)),
    },
  },
  "vercel:index/edgeConfig:EdgeConfig": {
    autonamed: words("name"),
    computed: words("teamId"),
    replaceIfSet: words("teamId"),
    rules: {
      name: match(/^[a-z0-9\_\-]{0,32}$/, "lower-case letters, digits, hyphens and underscores, at most 32"),
    },
  },
  "vercel:index/edgeConfigItem:EdgeConfigItem": {
    computed: words("teamId value valueJson"),
    replaceIfSet: words("edgeConfigId key value valueJson"),
    groups: [
      exactlyOne("", "value", "valueJson"),
    ],
    rules: {
      key: match(/^[\w-]{1,256}$/, "1 to 256 letters, digits, underscores and hyphens"),
    },
  },
  "vercel:index/edgeConfigSchema:EdgeConfigSchema": {
    computed: words("teamId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/edgeConfigToken:EdgeConfigToken": {
    computed: words("teamId"),
    replace: words("edgeConfigId label"),
    replaceIfSet: words("teamId"),
    rules: {
      label: length(1, 52),
    },
  },
  "vercel:index/featureFlagConfig:FeatureFlagConfig": {
    computed: words("development.enabled preview.enabled production.enabled teamId"),
    replace: words("flagId projectId"),
    replaceIfSet: words("teamId"),
    defaults: { "development.enabled": false, "preview.enabled": false, "production.enabled": false },
  },
  "vercel:index/featureFlagDefinition:FeatureFlagDefinition": {
    computed: words("archived teamId"),
    replace: words("key kind projectId"),
    replaceIfSet: words("teamId"),
    defaults: { archived: false },
    rules: {
      kind: oneOf("boolean", "string", "number"),
      variants: items(1),
    },
  },
  "vercel:index/featureFlagSdkKey:FeatureFlagSdkKey": {
    computed: words("teamId"),
    replace: words("environment label projectId type"),
    replaceIfSet: words("teamId"),
    rules: {
      environment: length(1, 128),
      type: oneOf("server", "mobile", "client"),
    },
  },
  "vercel:index/featureFlagSegment:FeatureFlagSegment": {
    autonamed: words("name"),
    computed: words("hint teamId"),
    sets: words("excludes excludes.values includes includes.values"),
    replace: words("projectId slug"),
    replaceIfSet: words("teamId"),
    defaults: { hint: "" },
    rules: {
      "excludes.values": items(1),
      "includes.values": items(1),
    },
  },
  "vercel:index/firewallBypass:FirewallBypass": {
    computed: words("teamId"),
    replace: words("domain note projectId sourceIp"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/firewallConfig:FirewallConfig": {
    computed: words("enabled teamId rules.rules.conditionGroups.conditions.neg"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    defaults: { enabled: true, "rules.rules.conditionGroups.conditions.neg": false },
    rules: {
      "ipRules.rules.action": oneOf(...words(`bypass log challenge deny`)),
      "rules.rules.action.action": oneOf(...words(`bypass log challenge deny rate_limit redirect`)),
      "rules.rules.action.rateLimit.action": oneOf(...words(`bypass log challenge deny rate_limit`)),
      "rules.rules.conditionGroups.conditions.op": oneOf(...words(`re eq neq ex nex inc ninc pre suf sub gt gte lt lte`)),
      "rules.rules.conditionGroups.conditions.type": oneOf(...words(`
        host path method header query cookie target_path ip_address region protocol scheme environment user_agent geo_continent
        geo_country geo_country_region geo_city geo_as_number ja4_digest ja3_digest rate_limit_api_id
      `)),
      "rules.rules.description": length(0, 260),
      "rules.rules.name": length(4, 160),
    },
    groups: [
      conflicts("managedRulesets", "botFilter", "botProtection"),
      conflicts("rules.rules.conditionGroups.conditions", "value", "values"),
    ],
  },
  "vercel:index/integrationProjectAccess:IntegrationProjectAccess": {
    computed: words("teamId"),
    replace: words("integrationId projectId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/microfrontendGroup:MicrofrontendGroup": {
    autonamed: words("name"),
    computed: words("teamId"),
    replace: words("defaultApp"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/microfrontendGroupMembership:MicrofrontendGroupMembership": {},
  "vercel:index/network:Network": {
    autonamed: words("name"),
    computed: words("awsAvailabilityZoneIds teamId"),
    replace: words("awsAvailabilityZoneIds cidr region"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/vcrRepository:VcrRepository": {
    autonamed: words("name"),
    computed: words("public teamId"),
    replace: words("name projectId"),
    replaceIfSet: words("teamId"),
    defaults: { public: false },
    rules: {
      name: match(/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/, "lower-case letters and digits, with full stops, underscores and hyphens between them"),
    },
  },
  "vercel:index/vcrRepositoryPermission:VcrRepositoryPermission": {
    computed: words("grantedTeamId grantedTeamSlug teamId"),
    replace: words("projectId repository"),
    replaceIfSet: words("grantedTeamId grantedTeamSlug teamId"),
    groups: [
      exactlyOne("", "grantedTeamId", "grantedTeamSlug"),
    ],
  },
};
