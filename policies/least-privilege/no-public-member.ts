import { resourcePolicy } from "../framework/policy";
import { eachMember, grantTypes } from "./reading/grants";
import { shown } from "./reading/properties";

/** https://cloud.google.com/iam/docs/principals-overview: whoever is on the Internet, whoever has an account at Google, and whoever has a basic role */
const open = /^(?:allUsers|allAuthenticatedUsers|(?:project(?:Owner|Editor|Viewer)|domain):.*)$/i;

export const noPublicMember = resourcePolicy({
  id: "no-public-member",
  title: "No grant to the public, to a whole domain or to holders of a basic role",
  severity: "critical",
  section: "2.5",
  why: "such a grant reaches people that nobody has named; the API's callers come through the load balancer, which needs none",
  remediation: "name a group of config/access-table.ts or one service account as the member",
  types: grantTypes,
  check: (resource, report) => {
    eachMember(resource, (member) => {
      if (open.test(member.trim()))
        report(`member ${shown(member)} is nobody in particular; allowed: group:…, serviceAccount:…, principalSet:…`);
    });
  },
});
