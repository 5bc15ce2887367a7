import { federatedMember } from "../../components/deploy-identity-inputs";
import { federatedMemberPinned } from "./federated-member-pinned";
import { policyCases } from "./testing/mutations";

const pool = "projects/1/locations/global/workloadIdentityPools/chisan-prod-deploy-ab12";
const member = federatedMember({ stack: "prod", repositoryId: "12" }, pool);
const role = "roles/iam.workloadIdentityUser";

policyCases(federatedMemberPinned, {
  compliant: [
    { type: "gcp:serviceaccount/iAMMember:IAMMember", name: "federation", inputs: { role, member } },
    { type: "gcp:projects/iAMMember:IAMMember", name: "other", inputs: { role: "roles/run.viewer", member: "group:a@b.c" } },
  ],
  refused: [
    [
      "federation",
      "member",
      `principalSet://iam.googleapis.com/${pool}/*`,
      "/*\"; allowed: principalSet://…/attribute.deployment/<repository's number>:prod",
    ],
    [
      "federation",
      "member",
      `principalSet://iam.googleapis.com/${pool}/attribute.repository/chisan/platform`,
      "attribute.repository/chisan/platform",
    ],
    ["federation", "member", member.replace(":prod", ":staging"), "12:staging"],
    ["federation", "member", `principal://iam.googleapis.com/${pool}/subject/x`, "principal://iam"],
    ["federation", "role", "roles/iam.serviceAccountTokenCreator", "a federated identity gets roles/iam.serviceAccountTokenCreator"],
    ["other", "member", member, "a federated identity gets roles/run.viewer by gcp:projects/iAMMember:IAMMember"],
  ],
  undecided: [["federation", "member"]],
});
