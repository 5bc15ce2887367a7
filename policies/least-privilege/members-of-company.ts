import { resourcePolicy } from "../framework/policy";
import { eachKnown, record, text } from "./reading/properties";

const ofProject = "vercel:index/projectMembers:ProjectMembers";

export const membersOfCompany = resourcePolicy({
  id: "members-of-company",
  title: "Members at Vercel and Cloudflare have addresses of the company",
  severity: "critical",
  section: "8.3",
  why: "an account of another domain is not closed when its person leaves, and nobody here can require a second factor of it",
  remediation: "correct the address in chisan:access, or remove it; for another company change the default in policies/least-privilege/members-of-company.ts",
  types: ["cloudflare:index/accountMember:AccountMember", "vercel:index/teamMember:TeamMember", ofProject],
  configuration: {
    domain: { type: "string", description: "The company's domain, as chisan:companyDomain has it", default: "chisanpaper.com" },
  },
  check: ({ type, props }, report, { configuration }) => {
    const domain = String(configuration["domain"]).toLowerCase();
    const judge = (email: unknown): void => {
      const found = (text(email) ?? "").toLowerCase();
      // The domain alone: a person's address is nobody's business in a log.
      if (found.split("@").length !== 2 || !found.endsWith(`@${domain}`))
        report(`a member's address is of ${JSON.stringify(found.slice(found.lastIndexOf("@") + 1))}; allowed: ${domain}`);
    };
    if (type === ofProject) eachKnown(props["members"], (member) => judge(record(member)["email"]));
    else judge(props["email"]);
  },
});
