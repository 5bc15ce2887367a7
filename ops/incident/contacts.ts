/** Who is called in an incident: the roles of section 4.3, the security mailbox and the vendors of section 9, from the stack's configuration. */
import { join } from "node:path";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { emailAddress } from "../../config/value-shapes";
import { repositoryRoot } from "../../sandbox/control/paths";
import type { Facts } from "../doctor/facts";
import { readStackFile, settingsOf } from "../doctor/settings";

/** The roles as `chisan:alertContacts` names them, with what section 4.3 makes them responsible for. */
export const contactRoles = {
  primaryOnCall: { title: "Primary On-Call", responsibility: "first response, initial triage" },
  databaseAdmin: { title: "Database Admin", responsibility: "database recovery decisions" },
  securityLead: { title: "Security Lead", responsibility: "security incident handling" },
  businessOwner: { title: "Business Owner", responsibility: "business impact decisions" },
} as const;

export type ContactRole = keyof typeof contactRoles;

export interface Contact {
  readonly role: ContactRole;
  readonly title: string;
  readonly responsibility: string;
  readonly email: string;
  readonly phone?: string;
}

export interface VendorContact {
  readonly vendor: string;
  readonly contact: string;
  /** What the vendor's support asks for first; absent while it is not configured. */
  readonly account?: string;
}

export interface WhoToCall {
  /** Only roles that have a contact. */
  readonly contacts: readonly Contact[];
  /** Titles of roles that nobody is named for, and telephones that are missing. */
  readonly missing: readonly string[];
  /** `chisan:alertContacts` is there and cannot be read from its file. */
  readonly encrypted: boolean;
  /** Section 9's mailbox for security incidents; absent while `chisan:companyDomain` is not set. */
  readonly securityMailbox?: string;
  readonly vendors: readonly VendorContact[];
}

/** From the committed file of a stack: an incident is real also when it is rehearsed on. @throws CHI-D012 when the file is no YAML */
export function whoToCall(stack: CloudStack): WhoToCall {
  return contactsIn(settingsOf(readStackFile(join(repositoryRoot, `Pulumi.${stack}.yaml`))));
}

/** An address that only holds a place (`TBD`) names nobody. */
export function contactsIn({ setting, isSet }: Pick<Facts, "setting" | "isSet">): WhoToCall {
  const configured = (setting("alertContacts") ?? {}) as Readonly<Record<string, { email?: unknown; phone?: unknown } | undefined>>;
  const contacts: Contact[] = [];
  const missing: string[] = [];
  for (const [role, words] of Object.entries(contactRoles) as [ContactRole, (typeof contactRoles)[ContactRole]][]) {
    const { email, phone } = configured[role] ?? {};
    const address = emailAddress.read(email, [], () => undefined);
    if (address === undefined) {
      missing.push(words.title);
      continue;
    }
    const number = typeof phone === "string" && phone !== "" ? phone : undefined;
    contacts.push({ role, ...words, email: address, phone: number });
    if (role === "primaryOnCall" && number === undefined) missing.push(`${words.title}'s telephone (critical alerts go by SMS)`);
  }
  const encrypted = isSet("alertContacts") && setting("alertContacts") === undefined;
  const text = (key: Parameters<typeof setting>[0]) => {
    const value = setting(key);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const domain = text("companyDomain");
  const account = (what: string, key: Parameters<typeof setting>[0]) => {
    const value = text(key);
    return value === undefined ? undefined : `${what} ${value}`;
  };
  return {
    contacts: encrypted ? [] : contacts,
    missing: encrypted ? [] : missing,
    encrypted,
    securityMailbox: domain === undefined ? undefined : `security@${domain}`,
    // Section 9's addresses.
    vendors: [
      { vendor: "Supabase", contact: "support@supabase.io", account: account("organization", "supabaseOrganizationId") },
      { vendor: "Vercel", contact: "support@vercel.com", account: account("team", "vercelTeamId") },
      { vendor: "Google Cloud", contact: "Google's console → Support", account: account("project", "gcpProject") },
    ],
  };
}

/** Lines for a person under pressure. A role without a contact has no line; that there is one is shouted. */
export function contactsInWords({ contacts, missing, encrypted, securityMailbox, vendors }: WhoToCall, stack: CloudStack): string[] {
  const width = Math.max(...Object.values(contactRoles).map(({ title }) => title.length));
  return [
    ...contacts.map(({ title, phone, email, responsibility }) => `  ${title.padEnd(width)}  ${[phone, email].filter((way) => way !== undefined).join("  ")}  (${responsibility})`),
    ...(securityMailbox === undefined ? [] : [`  ${"Security".padEnd(width)}  ${securityMailbox}  (security incidents; internal)`]),
    ...vendors.map(({ vendor, contact, account }) => `  ${vendor.padEnd(width)}  ${contact}${account === undefined ? "" : `  (${account})`}`),
    ...(encrypted ? [`!!! THE CONTACTS OF ${stack.toUpperCase()} ARE ENCRYPTED: pulumi config get chisan:alertContacts --stack ${stack}`] : []),
    ...(missing.length === 0 ? [] : [`!!! NOBODY IS NAMED FOR: ${missing.join(", ")}`, `    npx chisan doctor --cloud --stack ${stack} says how to name them`]),
    ...(securityMailbox === undefined ? [`!!! NO SECURITY MAILBOX: pulumi config set chisan:companyDomain '<company domain>' --stack ${stack}`] : []),
  ];
}

/** Section 6.3's response times; section 4.1's severities have none of their own, a high one is taken for critical. */
export const responseBySeverity = {
  critical: "call them now",
  high: "call them now",
  medium: "reach them within 1 hour",
  low: "tell them by the next business day",
} as const;
