import { done, open, unreadable, type Prerequisite } from "../prerequisite";

/** The roles of section 4.3, as `chisan:alertContacts` names them. */
export const contactRoles = {
  primaryOnCall: "Primary On-Call",
  databaseAdmin: "Database Admin",
  securityLead: "Security Lead",
  businessOwner: "Business Owner",
} as const;

/** Sections 4.3 and 9 name roles and leave the people open: they are configuration. */
export const people: readonly Prerequisite[] = [
  {
    id: "incident-contacts",
    system: "People",
    title: "Name who is called in an incident, for each of the four roles",
    why: "section 4.3 has TBD in all four rows: in an incident nobody would be called",
    how: "pulumi config set --path 'chisan:alertContacts.<role>.email' '<address>' --stack <stack>, for primaryOnCall (also .phone), databaseAdmin, securityLead, businessOwner",
    read: "`chisan:alertContacts` in the stack's configuration",
    urgent: true,
    check(facts) {
      if (facts.isSet("alertContacts") && facts.setting("alertContacts") === undefined) return unreadable("chisan:alertContacts is encrypted");
      const contacts = (facts.setting("alertContacts") ?? {}) as Readonly<Record<string, { email?: unknown; phone?: unknown } | undefined>>;
      const missing: string[] = Object.entries(contactRoles).filter(([role]) => !contacts[role]?.email).map(([, title]) => title);
      if (contacts["primaryOnCall"]?.email && !contacts["primaryOnCall"].phone) missing.push("Primary On-Call's telephone (critical alerts go by SMS)");
      return missing.length === 0 ? done("all four roles have a contact") : open(`nobody is named for: ${missing.join(", ")}`);
    },
  },
  {
    id: "security-mailbox",
    system: "People",
    title: "Have the security mailbox of section 9 delivered to somebody, also at night",
    why: "section 9: security incidents are reported to security@<company domain>; the domain's CAA record names the security contact too",
    how: "the company's mail administration: a group `security@<chisan:companyDomain>` with the Security Lead in it, that takes mail from outside; send a test message",
    read: "no API of ours reads mailboxes; open while the Security Lead of `chisan:alertContacts` is unset",
    urgent: true,
    check(facts) {
      const contacts = (facts.setting("alertContacts") ?? {}) as { securityLead?: { email?: unknown } };
      const domain = facts.setting("companyDomain");
      if (!facts.isSet("alertContacts") || (facts.setting("alertContacts") !== undefined && !contacts.securityLead?.email)) {
        return open(`no Security Lead is named: mail to security@${typeof domain === "string" ? domain : "<company domain>"} may reach nobody`);
      }
      return unreadable("whether a mailbox is read, only its reader knows: send a test message");
    },
  },
  {
    id: "vendor-support",
    system: "People",
    title: "Be able to open a case with each vendor of section 9",
    why: "section 9 sends the on-call to the vendors' support; Google's console takes technical cases with a paid support plan only",
    how: "Google: console → Support → choose a plan; Supabase and Vercel: the plan of the organization or team includes support, sign in once as the on-call; keep the account ids in the incident's template",
    read: "cannot be read",
    check: () => unreadable("no API tells who may open a case"),
  },
];
