import { run } from "@bufbuild/cel";
import { delegableRoles, onlyTheseGrants } from "./deploy-roles-delegation";

describe("what the deployer may give to others", () => {
  test.each([
    "roles/owner",
    "roles/editor",
    "roles/resourcemanager.projectIamAdmin",
    "roles/iam.securityAdmin",
    "roles/iam.serviceAccountUser",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountKeyAdmin",
    "roles/iam.workloadIdentityPoolAdmin",
    "roles/iam.workloadIdentityUser",
    "roles/iam.roleAdmin",
    "roles/iam.devOps",
    "roles/iam.admin",
    "roles/iam.securityReviewer",
    "roles/run.serviceAgent",
    "roles/run.sourceDeveloper",
    "roles/compute.instanceGroupManagerServiceAgent",
    "roles/dataflow.admin",
    "roles/viewer",
    "roles/browser",
    "roles/cloudbuild.builds.editor",
    "roles/deploymentmanager.editor",
    "projects/chisan-prod/roles/chisan_prod_deploy",
  ])("not %s", (role) => expect(delegableRoles([role])).toEqual([]));

  test("the rest, each once, by name", () => {
    const granted = ["roles/run.viewer", "roles/logging.viewer", "roles/run.viewer", "roles/owner", "roles/monitoring.metricWriter"];
    expect(delegableRoles(granted)).toEqual(["roles/logging.viewer", "roles/monitoring.metricWriter", "roles/run.viewer"]);
  });

  test("CHI-C901 for more than a condition can list", () => {
    const many = Array.from({ length: 11 }, (_, index) => `roles/run.role${index}`);
    expect(delegableRoles(many.slice(0, 10))).toHaveLength(10);
    expect(() => delegableRoles(many)).toThrow(/^CHI-C901 [^\n]+$/);
  });

  test("the condition is CEL that lists exactly them", () => {
    const expression = onlyTheseGrants(["roles/run.viewer", "roles/logging.viewer"]);
    expect(expression).toBe(
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/run.viewer', 'roles/logging.viewer'])",
    );
    // `getAttribute` and `hasOnly` are Google's own; the list is plain CEL.
    expect(run(`'roles/owner' in ${/\[\S.*\]/.exec(expression.slice(expression.indexOf("hasOnly")))?.[0]}`)).toBe(false);
  });
});
