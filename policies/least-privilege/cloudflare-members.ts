import { accessTable } from "../../config/access-table";
import { independently, resourcePolicy } from "../framework/policy";
import { eachKnown, list, record, shown } from "./reading/properties";

/**
 * Super Administrator (https://developers.cloudflare.com/fundamentals/account/account-security/scim-setup/troubleshooting) and Administrator: the
 * vendor's ids of these roles.
 */
const administrators = ["33666b9c79b9a5273fc7344ff42f953d", "05784afa30c1afe1440e79d9351c7430"];

const most = Math.max(...Object.values(accessTable.cloudflare).flatMap(({ staging, production }) => [staging.length, production.length]));

export const cloudflareMembers = resourcePolicy({
  id: "cloudflare-members",
  title: "A member of the Cloudflare account has the access table's permissions, and never an administrator's",
  severity: "critical",
  section: "8.3",
  why: "an administrator of the account can lift the locks of the backups and read every bucket",
  remediation: "remove roles; take policies from accountMemberInputs() of components/access-control-inputs.ts",
  types: ["cloudflare:index/accountMember:AccountMember"],
  check: ({ props }, report) => {
    independently(
      () => {
        const { length } = list(props["roles"]);
        if (length > 0) report(`the member has ${length} roles of the whole account; allowed: 0, policies alone`);
      },
      () => {
        const { status } = props;
        if (status === "accepted") report(`status is "accepted", a membership that the person has not agreed to; allowed: an invitation`);
      },
      () => {
        if (list(props["policies"]).length !== 1) report(`the member has ${list(props["policies"]).length} policies; allowed: 1`);
      },
      () => eachKnown(props["policies"], (policy) => checkPolicy(record(policy), report)),
    );
  },
});

function checkPolicy(policy: Readonly<Record<string, unknown>>, report: (message: string) => void): void {
  independently(
    () => {
      const { length } = list(policy["permissionGroups"]);
      if (length === 0 || length > most)
        report(`a policy of the member has ${length} permission groups; allowed: 1 to ${most}, as in the access table`);
    },
    () =>
      eachKnown(policy["permissionGroups"], (group) => {
        const { id } = record(group);
        if (administrators.includes(String(id)))
          report(`permission group ${shown(id)} is an administrator's; allowed: those of the access table`);
      }),
  );
}
