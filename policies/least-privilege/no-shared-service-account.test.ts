import { noSharedServiceAccount } from "./no-shared-service-account";
import { policyCases } from "./testing/mutations";

policyCases(noSharedServiceAccount, {
  compliant: [
    { type: "gcp:cloudrunv2/service:Service", name: "seoul", inputs: { name: "api", template: { serviceAccount: "api@p" } } },
    { type: "gcp:cloudrunv2/service:Service", name: "tokyo", inputs: { name: "api", template: { serviceAccount: "api@p" } } },
    { type: "gcp:cloudrunv2/job:Job", name: "daily", inputs: { name: "daily", template: { template: { serviceAccount: "daily@p" } } } },
    {
      type: "gcp:cloudscheduler/job:Job",
      name: "start",
      inputs: { name: "daily", httpTarget: { oauthToken: { serviceAccountEmail: "start@p" } } },
    },
  ],
  refused: [
    [
      "daily",
      "template.template.serviceAccount",
      "api@p",
      "daily: job daily runs as api@p, as does service api; allowed: one workload an account",
    ],
    ["start", "httpTarget.oauthToken.serviceAccountEmail", "daily@p", "start: schedule daily runs as daily@p, as does job daily"],
    ["tokyo", "name", "other", "tokyo: service other runs as api@p, as does service api"],
  ],
  undecided: [["daily", "template.template.serviceAccount"]],
});
