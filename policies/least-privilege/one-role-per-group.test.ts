import { oneRolePerGroup } from "./one-role-per-group";
import { policyCases } from "./testing/mutations";

const type = "gcp:projects/iAMMember:IAMMember";
const act = { role: "roles/iam.serviceAccountUser", serviceAccountId: "projects/p/serviceAccounts/api@p" };

policyCases(oneRolePerGroup, {
  compliant: [
    { type, name: "devops-1", inputs: { role: "roles/run.developer", member: "group:devops@b.c" } },
    { type, name: "devops-2", inputs: { role: "roles/compute.networkViewer", member: "group:devops@b.c" } },
    { type, name: "lead", inputs: { role: "roles/logging.viewer", member: "group:lead@b.c" } },
    { type: "gcp:serviceaccount/iAMMember:IAMMember", name: "devops-api", inputs: { ...act, member: "group:devops@b.c" } },
    { type: "gcp:serviceaccount/iAMMember:IAMMember", name: "lead-api", inputs: { ...act, member: "group:lead@b.c" } },
  ],
  refused: [
    ["lead", "role", "roles/run.admin", '"group:lead@b.c" has roles/run.admin; allowed: what one cell'],
    ["devops-2", "role", "roles/secretmanager.viewer", "has roles/run.developer, roles/secretmanager.viewer"],
  ],
  undecided: [["lead", "member"]],
});

describe("two accounts", () => {
  policyCases(oneRolePerGroup, {
    compliant: [
      { type: "gcp:serviceaccount/iAMMember:IAMMember", name: "one", inputs: { ...act, member: "group:devops@b.c" } },
      { type: "gcp:serviceaccount/iAMMember:IAMMember", name: "two", inputs: { ...act, member: "group:devops@b.c" } },
    ],
    refused: [
      ["two", "serviceAccountId", "projects/p/serviceAccounts/backup-daily@p", '"group:devops@b.c" may act as 2 accounts; allowed: 1'],
    ],
  });
});
