import { ownServiceAccount } from "./own-service-account";
import { policyCases } from "./testing/mutations";

const serviceAccount = "chisan-prod-api@chisan-sandbox-prod.iam.gserviceaccount.com";

policyCases(ownServiceAccount, {
  compliant: [
    { type: "gcp:cloudrunv2/service:Service", name: "service", inputs: { template: { serviceAccount } } },
    { type: "gcp:cloudrunv2/job:Job", name: "job", inputs: { template: { template: { serviceAccount } } } },
    { type: "gcp:cloudscheduler/job:Job", name: "token", inputs: { httpTarget: { oauthToken: { serviceAccountEmail: serviceAccount } } } },
    {
      type: "gcp:cloudscheduler/job:Job",
      name: "identity",
      inputs: { httpTarget: { oidcToken: { serviceAccountEmail: serviceAccount } } },
    },
    { type: "gcp:cloudscheduler/job:Job", name: "message", inputs: { pubsubTarget: {} } },
  ],
  refused: [
    ["service", "template.serviceAccount", undefined, "service: serviceAccount is nothing"],
    ["service", "template.serviceAccount", "", 'serviceAccount is ""'],
    ["service", "template.serviceAccount", "1234-compute@developer.gserviceaccount.com", "1234-compute@developer.gserviceaccount.com"],
    ["job", "template.template.serviceAccount", undefined, "job: serviceAccount is nothing"],
    ["job", "template.template.serviceAccount", "my-project@appspot.gserviceaccount.com", "my-project@appspot"],
    ["token", "httpTarget.oauthToken", undefined, "httpTarget.oidcToken.serviceAccountEmail is nothing"],
    ["identity", "httpTarget.oidcToken.serviceAccountEmail", "1-compute@developer.gserviceaccount.com", "1-compute@developer"],
  ],
  undecided: [
    ["service", "template"],
    ["job", "template.template.serviceAccount"],
    ["token", "httpTarget.oauthToken.serviceAccountEmail"],
  ],
});
