import { workloadProjectRoles } from "./workload-project-roles";
import { policyCases } from "./testing/mutations";

const type = "gcp:projects/iAMMember:IAMMember";
const deployer = "serviceAccount:chisan-prod-deploy@p.iam.gserviceaccount.com";

policyCases(workloadProjectRoles, {
  compliant: [
    {
      type,
      name: "exporter",
      inputs: { role: "roles/monitoring.metricWriter", member: "serviceAccount:chisan-prod-metrics@p.iam.gserviceaccount.com" },
    },
    { type, name: "deployer", inputs: { role: "roles/run.admin", member: deployer } },
    { type, name: "custom", inputs: { role: "projects/p/roles/chisan_prod_deploy", member: deployer } },
    { type, name: "people", inputs: { role: "roles/run.developer", member: "group:a@b.c" } },
  ],
  refused: [
    ["exporter", "role", "roles/monitoring.admin", "gets roles/monitoring.admin on the project; allowed: roles/monitoring.metricWriter"],
    ["exporter", "role", "roles/run.admin", "gets roles/run.admin on the project"],
    [
      "deployer",
      "role",
      "roles/compute.admin",
      "gets roles/compute.admin on the project; allowed: the roles of components/deploy-roles.ts",
    ],
    ["custom", "role", "projects/p/roles/other", "gets projects/p/roles/other on the project"],
    ["people", "member", "serviceAccount:x@p.iam.gserviceaccount.com", "gets roles/run.developer on the project"],
    // The billing account's role is granted there, by a person.
    ["deployer", "role", "roles/billing.costsManager", "gets roles/billing.costsManager on the project"],
  ],
  undecided: [["exporter", "member"]],
});
