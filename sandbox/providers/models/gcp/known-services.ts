/**
 * The names of Google's APIs that a project of this kind may switch on: https://cloud.google.com/apis/docs/overview.
 * Google refuses a name of nothing; so does the sandbox, for which a name that is missing here is one of nothing: add it.
 */
export const knownServices: ReadonlySet<string> = new Set(
  (
    "admin aiplatform analyticshub apigateway apikeys appengine artifactregistry assuredworkloads bigquery bigquerydatatransfer bigquerystorage " +
    "bigtable bigtableadmin billingbudgets binaryauthorization certificatemanager cloudapis cloudasset cloudbilling cloudbuild clouddebugger clouddeploy " +
    "clouderrorreporting cloudfunctions cloudidentity cloudkms cloudprofiler cloudquotas cloudresourcemanager cloudscheduler cloudtasks cloudtrace " +
    "compute container containeranalysis containerfilesystem containerregistry containerscanning containersecurity datastore dataflow datamigration " +
    "deploymentmanager developerconnect dns domains essentialcontacts eventarc fcm file firebase firebasehosting firebaserules firestore generativelanguage " +
    "gkebackup gkehub iam iamcredentials iap identitytoolkit logging maps-backend memcache monitoring networkconnectivity networkmanagement networksecurity " +
    "networkservices ondemandscanning orgpolicy osconfig oslogin policyanalyzer policytroubleshooter privateca pubsub pubsublite recaptchaenterprise recommender " +
    "redis run runtimeconfig secretmanager securitycenter servicecontrol servicedirectory servicehealth servicemanagement servicenetworking serviceusage " +
    "sheets source spanner speech sql-component sqladmin stackdriver storage storage-api storage-component storageinsights storagetransfer sts texttospeech " +
    "translate vision vpcaccess webrisk websecurityscanner workflowexecutions workflows workstations"
  )
    .split(" ")
    .map((name) => `${name}.googleapis.com`),
);
