import { settingsOf } from "../doctor/settings";
import { contactsIn, contactsInWords } from "./contacts";

const all = {
  primaryOnCall: { email: "on-call@chisanpaper.com", phone: "+821012345678" },
  databaseAdmin: { email: "database@chisanpaper.com" },
  securityLead: { email: "security-lead@chisanpaper.com", phone: "+821087654321" },
  businessOwner: { email: "owner@chisanpaper.com" },
};
const whoever = (config: Record<string, unknown>) => contactsIn(settingsOf({ config }));
const words = (config: Record<string, unknown>) => contactsInWords(whoever(config), "prod").join("\n");

test("all roles of section 4.3 with what they have, the security mailbox and the vendors of section 9 with our accounts", () => {
  const shown = words({ "chisan:alertContacts": all, "chisan:companyDomain": "chisanpaper.com", "chisan:vercelTeamId": "team_abcdefghijklmnopqrstuvwx" });
  expect(shown).toMatch(/Primary On-Call +\+821012345678 {2}on-call@chisanpaper\.com {2}\(first response, initial triage\)/);
  expect(shown).toMatch(/Database Admin +database@chisanpaper\.com {2}\(database recovery decisions\)/);
  expect(shown).toMatch(/Security Lead +\+821087654321 {2}security-lead@chisanpaper\.com/);
  expect(shown).toMatch(/Business Owner +owner@chisanpaper\.com/);
  expect(shown).toMatch(/Security +security@chisanpaper\.com/);
  expect(shown).toMatch(/Supabase +support@supabase\.io$/m);
  expect(shown).toMatch(/Vercel +support@vercel\.com {2}\(team team_abcdefghijklmnopqrstuvwx\)/);
  expect(shown).not.toContain("!!!");
});

test.each([
  ["nothing", {}],
  ["an empty map", { "chisan:alertContacts": {} }],
  ["the document's TBD in every row", { "chisan:alertContacts": Object.fromEntries(Object.keys(all).map((role) => [role, { email: "TBD", phone: "TBD" }])) }],
  ["the same as JSON text", { "chisan:alertContacts": JSON.stringify(Object.fromEntries(Object.keys(all).map((role) => [role, { email: "TBD" }]))) }],
  ["a reserved address", { "chisan:alertContacts": Object.fromEntries(Object.keys(all).map((role) => [role, { email: "somebody@example.com" }])) }],
])("with %s configured, all are shouted and none is printed as TBD", (_what, config) => {
  expect(whoever(config)).toMatchObject({ contacts: [], missing: ["Primary On-Call", "Database Admin", "Security Lead", "Business Owner"] });
  const shown = words(config);
  expect(shown).toContain("!!! NOBODY IS NAMED FOR: Primary On-Call, Database Admin, Security Lead, Business Owner");
  expect(shown).toContain("npx chisan doctor --cloud --stack prod");
  expect(shown).not.toMatch(/TBD|undefined|example\.com/);
});

test("an on-call without a telephone is shown, and the telephone is shouted for", () => {
  const { contacts, missing } = whoever({ "chisan:alertContacts": { ...all, primaryOnCall: { email: all.primaryOnCall.email } } });
  expect(contacts).toHaveLength(4);
  expect(missing).toEqual(["Primary On-Call's telephone (critical alerts go by SMS)"]);
});

test("encrypted contacts are not said to be missing", () => {
  const config = { "chisan:alertContacts": { primaryOnCall: { email: { secure: "v1:canary" } } } };
  expect(whoever(config)).toMatchObject({ contacts: [], missing: [], encrypted: true });
  expect(words(config)).toContain("pulumi config get chisan:alertContacts --stack prod");
  expect(words(config)).not.toContain("canary");
});
