import { onlyTheseGrants } from "../../components/deploy-roles-delegation";
import { noImpersonationOnProject } from "./no-impersonation-on-project";
import { impersonationRoles } from "./reading/grants";
import { policyCases } from "./testing/mutations";

const type = "gcp:projects/iAMMember:IAMMember";
const grantAdmin = "roles/resourcemanager.projectIamAdmin";

policyCases(noImpersonationOnProject, {
  compliant: [
    { type, name: "grant", inputs: { role: "roles/run.viewer" } },
    {
      type,
      name: "admin",
      inputs: { role: grantAdmin, condition: { expression: onlyTheseGrants(["roles/run.developer", "roles/logging.viewer"]) } },
    },
  ],
  refused: [
    ...impersonationRoles.map((role) => ["grant", "role", role, `grant: ${role} on the project; allowed: on one service account`] as const),
    ["grant", "role", grantAdmin, `${grantAdmin} has the condition nothing`],
    ["admin", "condition", undefined, "has the condition nothing"],
    ["admin", "condition.expression", "true", 'has the condition "true"'],
    ["admin", "condition.expression", `${onlyTheseGrants(["roles/run.viewer"])} || true`, "|| true"],
    ["admin", "condition.expression", onlyTheseGrants(["roles/owner"]), 'may grant "roles/owner"'],
    ["admin", "condition.expression", onlyTheseGrants(["roles/run.viewer", grantAdmin]), `may grant "${grantAdmin}"`],
    ["admin", "condition.expression", onlyTheseGrants(["projects/p/roles/mine"]), 'may grant "projects/p/roles/mine"'],
  ],
  undecided: [
    ["grant", "role"],
    ["admin", "condition"],
  ],
});
