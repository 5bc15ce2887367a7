import { contactsIn } from "../../incident/contacts";
import { done, open, unreadable, type Prerequisite } from "../prerequisite";

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
      const { encrypted, missing } = contactsIn(facts);
      if (encrypted) return unreadable("chisan:alertContacts is encrypted");
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
      const { contacts, encrypted, securityMailbox = "security@<company domain>" } = contactsIn(facts);
      if (!encrypted && !contacts.some(({ role }) => role === "securityLead")) return open(`no Security Lead is named: mail to ${securityMailbox} may reach nobody`);
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
