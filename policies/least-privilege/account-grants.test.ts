import { accountGrantsOnly } from "./account-grants";
import { policyCases } from "./testing/mutations";

const type = "gcp:serviceaccount/iAMMember:IAMMember";
const deployer = "serviceAccount:chisan-prod-deploy@p.iam.gserviceaccount.com";

policyCases(accountGrantsOnly, {
  compliant: [
    { type, name: "deploy", inputs: { role: "roles/iam.serviceAccountUser", member: deployer } },
    { type, name: "people", inputs: { role: "roles/iam.serviceAccountUser", member: "group:a@b.c" } },
    { type, name: "federation", inputs: { role: "roles/iam.workloadIdentityUser", member: "principalSet://x" } },
  ],
  refused: [
    ["deploy", "role", "roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountTokenCreator on a service account"],
    ["deploy", "role", "roles/iam.serviceAccountKeyAdmin", "roles/iam.serviceAccountKeyAdmin on a service account"],
    [
      "deploy",
      "member",
      "serviceAccount:chisan-prod-api@p.iam.gserviceaccount.com",
      '"serviceAccount:chisan-prod-api@p.iam.gserviceaccount.com" may act as another account',
    ],
    ["people", "role", "roles/iam.workloadIdentityUser", '"group:a@b.c" gets roles/iam.workloadIdentityUser'],
  ],
  undecided: [
    ["deploy", "role"],
    ["people", "member"],
  ],
});
