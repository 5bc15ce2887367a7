/**
 * Predefined roles that a project of this kind may grant, by service: https://cloud.google.com/iam/docs/roles-permissions.
 * IAM refuses a name of nothing; so does the sandbox, for which a role that is missing here is one of nothing: add it.
 */
const byService: { [service: string]: string } = {
  artifactregistry: "admin createOnPushRepoAdmin createOnPushWriter reader repoAdmin writer",
  bigquery: "admin dataEditor dataOwner dataViewer jobUser user",
  billing: "costsManager viewer",
  browser: "",
  certificatemanager: "editor owner viewer",
  cloudasset: "owner viewer",
  cloudbuild: "builds.builder builds.editor builds.viewer serviceAgent",
  cloudfunctions: "admin developer invoker viewer",
  cloudkms: "admin cryptoKeyDecrypter cryptoKeyEncrypter cryptoKeyEncrypterDecrypter publicKeyViewer signer signerVerifier viewer",
  cloudscheduler: "admin jobRunner viewer",
  cloudsql: "admin client editor instanceUser viewer",
  cloudtasks: "admin enqueuer queueAdmin taskRunner viewer",
  cloudtrace: "admin agent user",
  compute:
    "admin instanceAdmin instanceAdmin.v1 loadBalancerAdmin networkAdmin networkUser networkViewer osAdminLogin osLogin publicIpAdmin securityAdmin storageAdmin viewer",
  containeranalysis: "admin notes.viewer occurrences.viewer",
  dns: "admin peer reader",
  errorreporting: "admin user viewer writer",
  eventarc: "admin eventReceiver publisher viewer",
  iam: "roleAdmin roleViewer securityAdmin securityReviewer serviceAccountAdmin serviceAccountCreator serviceAccountDeleter serviceAccountKeyAdmin serviceAccountOpenIdTokenCreator serviceAccountTokenCreator serviceAccountUser serviceAccountViewer workloadIdentityPoolAdmin workloadIdentityPoolViewer workloadIdentityUser",
  iap: "admin httpsResourceAccessor settingsAdmin tunnelResourceAccessor",
  logging: "admin bucketWriter configWriter logWriter privateLogViewer viewAccessor viewer",
  monitoring: "admin alertPolicyEditor alertPolicyViewer dashboardEditor dashboardViewer editor metricWriter metricsScopesAdmin notificationChannelEditor uptimeCheckConfigEditor viewer",
  pubsub: "admin editor publisher subscriber viewer",
  resourcemanager: "organizationViewer projectCreator projectDeleter projectIamAdmin projectMover tagAdmin tagUser tagViewer",
  run: "admin builder developer invoker jobsExecutor jobsExecutorWithOverrides serviceAgent servicesInvoker sourceDeveloper sourceViewer viewer",
  secretmanager: "admin secretAccessor secretVersionAdder secretVersionManager viewer",
  securitycenter: "admin adminEditor adminViewer findingsViewer",
  servicenetworking: "networksAdmin",
  serviceusage: "apiKeysAdmin apiKeysViewer serviceUsageAdmin serviceUsageConsumer serviceUsageViewer",
  storage:
    "admin bucketViewer folderAdmin hmacKeyAdmin legacyBucketOwner legacyBucketReader legacyBucketWriter objectAdmin objectCreator objectUser objectViewer",
  vpcaccess: "admin user viewer",
  workflows: "admin editor invoker viewer",
};

export const basicRoles: ReadonlySet<string> = new Set(["roles/owner", "roles/editor", "roles/viewer"]);

export const knownRoles: ReadonlySet<string> = new Set([
  ...basicRoles,
  ...Object.entries(byService).flatMap(([service, names]) =>
    names === "" ? [`roles/${service}`] : names.split(" ").map((name) => `roles/${service}.${name}`),
  ),
]);
