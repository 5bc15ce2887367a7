/** Facts about the Vercel provider's types for projects, read from the source of terraform-provider-vercel 5.10. */
import { atLeastOne, conflicts, exactlyOne, items, length, match, object, oneOf, range, words, type PackageFacts } from "../facts";
import { developmentIsPlain, onlyLastIsFull, stageDurations } from "./cross-field";

export const projectsFacts: PackageFacts = {
  "vercel:index/project:Project": {
    autonamed: words("name"),
    // Those that the plugin computes anew whenever they are left out (previewComments, resourceConfig …) are not among these.
    computed: words(`
      autoAssignCustomDomains automaticallyExposeSystemEnvironmentVariables customerSuccessCodeVisibility directoryListing
      enableAffectedProjectsDeployments enableProductionFeedback environments.comment environments.customEnvironmentIds
      environments.targets functionFailover gitForkProtection gitLfs gitProviderOptions.consolidatedGitCommitStatus
      gitProviderOptions.createDeployments gitProviderOptions.gitCommitStatus gitProviderOptions.repositoryDispatchEvents
      gitProviderOptions.requireVerifiedCommits gitRepository.productionBranch nodeVersion oidcTokenConfig
      oidcTokenConfig.issuerMode onDemandConcurrentBuilds previewDeploymentsDisabled prioritiseProductionBuilds protectedSourcemaps
      resourceConfig.fluid resourceConfig.functionDefaultCpuType resourceConfig.functionDefaultRegions
      resourceConfig.functionDefaultTimeout teamId trustedIps.protectionMode vercelAuthentication
      vercelAuthentication.deploymentType
    `),
    sets: words(`
      environments environments.customEnvironmentIds environments.targets gitRepository.deployHooks optionsAllowlist.paths
      resourceConfig.functionDefaultRegions trustedIps.addresses trustedSources.externalSources
      trustedSources.externalSources.to.slugs trustedSources.projects trustedSources.projects.customAllows
      trustedSources.projects.customAllows.from.slugs trustedSources.projects.customAllows.to.slugs
    `),
    replaceIfSet: words("teamId"),
    defaults: {
      autoAssignCustomDomains: true,
      gitForkProtection: true,
      "oidcTokenConfig.issuerMode": "team",
      "trustedIps.protectionMode": "trusted_ip_required",
    },
    rules: {
      buildMachineType: oneOf(...words(`standard enhanced turbo elastic`)),
      "environments.comment": length(0, 1000),
      "environments.customEnvironmentIds": items(1),
      "environments.targets.*": oneOf("production", "preview", "development"),
      "environments.targets": items(1),
      "gitRepository.type": oneOf("github", "gitlab", "bitbucket"),
      name: [length(1, 52), match(/^[a-z0-9\-]{0,100}$/, "lower-case letters, digits and hyphens")],
      nodeVersion: oneOf(...words(`18.x 20.x 22.x 24.x`)),
      "oidcTokenConfig.issuerMode": oneOf("team", "global"),
      "optionsAllowlist.paths": items(1),
      "passwordProtection.deploymentType": oneOf(...words(`
        standard_protection_new standard_protection all_deployments only_preview_deployments
      `)),
      "passwordProtection.password": length(1, 72),
      "resourceConfig.functionDefaultCpuType": oneOf("standard_legacy", "standard", "performance"),
      "resourceConfig.functionDefaultTimeout": range(1, 900),
      skewProtection: oneOf("30 minutes", "4 hours", "12 hours", "1 day", "7 days"),
      "trustedIps.addresses": items(1),
      "trustedIps.deploymentType": oneOf(...words(`
        standard_protection_new standard_protection all_deployments only_production_deployments only_preview_deployments
      `)),
      "trustedIps.protectionMode": oneOf("trusted_ip_required", "trusted_ip_optional"),
      "trustedSources.externalSources.issuer": length(1, 512),
      "trustedSources.externalSources.label": length(1, 100),
      "trustedSources.externalSources.to.preset": oneOf("all-custom"),
      "trustedSources.externalSources.to.slugs": items(1, 10),
      "trustedSources.projects": items(0, 100),
      "trustedSources.projects.customAllows": items(1, 20),
      "trustedSources.projects.customAllows.from.preset": oneOf("all-custom"),
      "trustedSources.projects.customAllows.from.slugs": items(1, 10),
      "trustedSources.projects.customAllows.to.preset": oneOf("all-custom"),
      "trustedSources.projects.customAllows.to.slugs": items(1, 10),
      "trustedSources.projects.label": length(1, 100),
      "trustedSources.projects.projectId": length(1, 64),
      "vercelAuthentication.deploymentType": oneOf(...words(`
        standard_protection_new standard_protection all_deployments only_preview_deployments none
      `)),
    },
    groups: [
      object("resourceConfig", "functionDefaultCpuType", "fluid compute does not go with the CPU type standard_legacy", ({ fluid, functionDefaultCpuType }) =>
        fluid !== true || functionDefaultCpuType !== "standard_legacy",
      ),
      conflicts("", "enablePreviewFeedback", "previewComments"),
      atLeastOne("environments", "customEnvironmentIds", "targets"),
      conflicts("", "resourceConfig.functionDefaultRegions", "serverlessFunctionRegion"),
      atLeastOne("trustedSources.externalSources.to", "preset", "slugs"),
      atLeastOne("trustedSources.projects.customAllows.from", "preset", "slugs"),
      atLeastOne("trustedSources.projects.customAllows.to", "preset", "slugs"),
    ],
    atPlan: [object("environments", "sensitive", "a variable for the target development must set sensitive to false", developmentIsPlain)],
  },
  "vercel:index/projectCrons:ProjectCrons": {
    computed: words("teamId"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": {
    computed: words("expirationCanceled expirationErrored expirationPreview expirationProduction teamId"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    defaults: { expirationCanceled: "1m", expirationErrored: "3m", expirationPreview: "6m", expirationProduction: "1y" },
    rules: {
      expirationCanceled: oneOf(...words(`1d 1w 1m 2m 3m 6m 1y unlimited`)),
      expirationErrored: oneOf(...words(`1d 1w 1m 2m 3m 6m 1y unlimited`)),
      expirationPreview: oneOf(...words(`1d 1w 1m 2m 3m 6m 1y unlimited`)),
      expirationProduction: oneOf(...words(`1d 1w 1m 2m 3m 6m 1y unlimited`)),
    },
  },
  "vercel:index/projectDomain:ProjectDomain": {
    computed: words("teamId"),
    replace: words("domain projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      redirectStatusCode: oneOf(301, 302, 307, 308),
    },
    groups: [
      conflicts("", "customEnvironmentId", "gitBranch"),
    ],
  },
  "vercel:index/projectMembers:ProjectMembers": {
    computed: words("members.email members.userId members.username teamId"),
    sets: words("members"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      "members.role": oneOf("ADMIN", "PROJECT_DEVELOPER", "PROJECT_VIEWER"),
    },
    groups: [
      exactlyOne("members", "email", "userId", "username"),
    ],
  },
  "vercel:index/projectProtectionBypass:ProjectProtectionBypass": {
    computed: words("isEnvVar secret teamId"),
    replace: words("projectId secret"),
    replaceIfSet: words("teamId"),
    rules: {
      note: length(0, 100),
      secret: match(/^[a-zA-Z0-9]{32}$/, "32 letters and digits"),
    },
  },
  "vercel:index/projectRollingRelease:ProjectRollingRelease": {
    computed: words("teamId"),
    rules: {
      advancementType: oneOf("automatic", "manual-approval"),
      stages: items(1, 10),
      "stages.duration": range(1, 10000),
      "stages.targetPercentage": range(0, 100),
    },
    groups: [
      object("", "stages", "the last stage, and no other, must have targetPercentage 100", ({ stages }) => onlyLastIsFull(stages)),
      object("", "stages", "every stage but the last needs a duration when advancementType is automatic, and none has one otherwise", stageDurations),
    ],
  },
  "vercel:index/projectRoute:ProjectRoute": {
    autonamed: words("name"),
    computed: words(`
      description enabled route.caseSensitive route.dest route.has route.has.key route.has.value route.headers route.missings
      route.missings.key route.missings.value route.respectOriginCacheControl route.status route.transforms route.transforms.args
      route.transforms.envs route.transforms.target srcSyntax teamId
    `),
    replace: words("position.placement projectId"),
    replaceIfSet: words("position.referenceRouteId teamId"),
    defaults: { enabled: true },
    rules: {
      description: length(0, 1024),
      name: length(1, 256),
      "position.placement": oneOf(...words(`start end before after`)),
      "route.dest": length(1),
      "route.has.type": oneOf(...words(`host header cookie query`)),
      "route.missings.type": oneOf(...words(`host header cookie query`)),
      "route.src": length(1),
      "route.status": range(100, 999),
      "route.transforms.op": oneOf("append", "set", "delete"),
      "route.transforms.type": oneOf("request.headers", "request.query", "response.headers"),
      srcSyntax: oneOf("equals", "path-to-regexp", "regex"),
    },
  },
  "vercel:index/customEnvironment:CustomEnvironment": {
    autonamed: words("name"),
    computed: words("branchTracking description teamId"),
    replace: words("projectId"),
    replaceIfSet: words("teamId"),
    defaults: { description: "" },
    rules: {
      "branchTracking.pattern": length(1, 100),
      "branchTracking.type": oneOf("startsWith", "endsWith", "equals"),
      name: [length(1, 32), match(/^[a-z0-9\-]{0,32}$/, "lower-case letters, digits and hyphens, at most 32")],
    },
  },
};
