import { physicalName } from "../../config/naming";
import { resourcePolicy } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { eachMember, isProjectGrant, projectGrants, secretGrants } from "./reading/grants";
import { shown } from "./reading/properties";

const reader = "roles/secretmanager.secretAccessor";
/** On a project: reads, or can let itself read, each of its secrets. */
const readsAll = [reader, "roles/secretmanager.admin", "roles/secretmanager.secretVersionManager"];

export const secretsOneByOne = resourcePolicy({
  id: "secrets-one-by-one",
  title: "A secret is granted by itself, to one service account, to be read",
  severity: "critical",
  section: "2.5",
  why: "a grant on the project opens every secret, also those that come later; a person reads none",
  remediation: "list the workload among the readers of the one secret in stacks/environment-values.ts",
  types: [...projectGrants, ...secretGrants],
  check: (resource, report, { stack }) => {
    const role = String(resource.props["role"]);
    if (isProjectGrant(resource)) {
      if (!readsAll.includes(role)) return;
      // The deployer writes the secrets' versions, and refreshing reads them.
      const deployer = `serviceAccount:${physicalName(slugOf(stack), "deploy")}@`;
      eachMember(resource, (member) => {
        const isDeployer = role === "roles/secretmanager.admin" && member.startsWith(deployer);
        if (!isDeployer) report(`${shown(member)} gets ${role} on the project, so on every secret; allowed: ${reader} on one secret`);
      });
      return;
    }
    if (resource.type.endsWith(":SecretIamBinding")) {
      report(`a binding decides on all readers of a secret at once; allowed: a SecretIamMember for each`);
    }
    if (role !== reader) report(`role ${shown(role)} on a secret; allowed: ${reader}`);
    eachMember(resource, (member) => {
      if (!member.startsWith("serviceAccount:")) report(`${shown(member)} would read a secret; allowed: serviceAccount:…`);
    });
  },
});
