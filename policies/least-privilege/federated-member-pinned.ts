import { resourcePolicy } from "../framework/policy";
import { eachMember, grantTypes, isAccountGrant } from "./reading/grants";
import { shown } from "./reading/properties";

export const federatedMemberPinned = resourcePolicy({
  id: "federated-member-pinned",
  title: "A federated identity is one repository's environment, and may only act as the deployer",
  severity: "critical",
  section: "2.5",
  why: "a grant to a whole pool admits every identity of every provider that is ever added to it",
  remediation: "grant to federatedMember() of components/deploy-identity-inputs.ts, on the deployer's account",
  types: grantTypes,
  check: (resource, report, { stack }) => {
    eachMember(resource, (member) => {
      if (!/^(?:principal|principalSet):\/\//.test(member)) return;
      const pinned = new RegExp(
        `^principalSet://iam\\.googleapis\\.com/projects/\\d+/locations/global/workloadIdentityPools/[^/*]+/attribute\\.deployment/[1-9]\\d*:${stack}$`,
      );
      if (!pinned.test(member))
        report(`member ${shown(member)}; allowed: principalSet://…/attribute.deployment/<repository's number>:${stack}`);
      const role = String(resource.props["role"]);
      if (!isAccountGrant(resource) || role !== "roles/iam.workloadIdentityUser") {
        report(`a federated identity gets ${role} by ${resource.type}; allowed: roles/iam.workloadIdentityUser on the deployer's account`);
      }
    });
  },
});
