import { physicalName } from "../../config/naming";
import { resourcePolicy } from "../framework/policy";
import { slugOf } from "./reading/environments";
import { accountGrants, eachMember } from "./reading/grants";
import { shown } from "./reading/properties";

const actAs = "roles/iam.serviceAccountUser";
const federate = "roles/iam.workloadIdentityUser";

export const accountGrantsOnly = resourcePolicy({
  id: "account-grants",
  title: "Only the deployer and the access table's groups may act as a service account, and only to deploy",
  severity: "critical",
  section: "2.5",
  why: "who can make an account's tokens or keys has all that the account has, and the audit log shows the account",
  remediation: `grant ${actAs} to the deployer (components/deploy-identity-inputs.ts) or to a group (components/access-control-inputs.ts)`,
  types: accountGrants,
  check: (resource, report, { stack }) => {
    const role = String(resource.props["role"]);
    if (role !== actAs && role !== federate) report(`${role} on a service account; allowed: ${actAs}, ${federate}`);
    const deployer = `serviceAccount:${physicalName(slugOf(stack), "deploy")}@`;
    eachMember(resource, (member) => {
      // A federated identity and a person have rules of their own.
      if (member.startsWith("serviceAccount:") && !member.startsWith(deployer))
        report(`${shown(member)} may act as another account; allowed: ${deployer}…`);
      if (role === federate && !member.startsWith("principalSet://"))
        report(`${shown(member)} gets ${federate}; allowed: principalSet://…`);
    });
  },
});
