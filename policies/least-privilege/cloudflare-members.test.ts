import { cloudflareMembers } from "./cloudflare-members";
import { policyCases } from "./testing/mutations";

const policies = [{ access: "allow", permissionGroups: [{ id: "a" }, { id: "b" }], resourceGroups: [{ id: "all" }] }];

policyCases(cloudflareMembers, {
  compliant: [
    { type: "cloudflare:index/accountMember:AccountMember", name: "member", inputs: { email: "devops@chisanpaper.com", policies } },
  ],
  refused: [
    ["member", "roles", ["33666b9c79b9a5273fc7344ff42f953d"], "the member has 1 roles of the whole account; allowed: 0"],
    [
      "member",
      "policies[0].permissionGroups[0].id",
      "33666b9c79b9a5273fc7344ff42f953d",
      'permission group "33666b9c79b9a5273fc7344ff42f953d" is an administrator\'s',
    ],
    [
      "member",
      "policies[0].permissionGroups",
      [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }],
      "has 4 permission groups; allowed: 1 to 3",
    ],
    ["member", "policies[0].permissionGroups", [], "has 0 permission groups"],
    ["member", "policies", [...policies, ...policies], "the member has 2 policies; allowed: 1"],
    ["member", "policies", undefined, "the member has 0 policies"],
    ["member", "status", "accepted", 'status is "accepted"'],
  ],
  undecided: [
    ["member", "policies[0].permissionGroups[1].id"],
    ["member", "roles"],
  ],
});
