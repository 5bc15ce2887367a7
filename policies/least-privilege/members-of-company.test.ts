import { membersOfCompany } from "./members-of-company";
import { policyCases } from "./testing/mutations";

policyCases(membersOfCompany, {
  compliant: [
    { type: "cloudflare:index/accountMember:AccountMember", name: "cloudflare", inputs: { email: "a@chisanpaper.com" } },
    { type: "vercel:index/teamMember:TeamMember", name: "team", inputs: { email: "A@ChisanPaper.com" } },
    { type: "vercel:index/projectMembers:ProjectMembers", name: "project", inputs: { members: [{ email: "a@chisanpaper.com" }, { email: "b@chisanpaper.com" }] } },
  ],
  refused: [
    ["cloudflare", "email", "a@example.com", `a member's address is of "example.com"; allowed: chisanpaper.com`],
    ["team", "email", "a@chisanpaper.com.example.com", "is of"],
    ["team", "email", "a@notchisanpaper.com", "is of"],
    ["team", "email", "a@example.com@chisanpaper.com", "is of"],
    ["team", "email", undefined, "is of"],
    ["project", "members[1].email", "a@example.com", "is of"],
  ],
  undecided: [["cloudflare", "email"]],
});
