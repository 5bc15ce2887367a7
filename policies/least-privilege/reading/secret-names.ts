import { environmentVariables } from "../../../config/environment-variables";

/** A name that promises a secret. Each secret of the operations document has one (sections 2.1 and 2.3). */
const secretName = /SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|KEY|DATABASE_URL|CONNECTION_STRING|BACKUP_IDENTITY/;

/**
 * What is public although its name promises a secret (section 2.3: it is in every browser). Said here a second time on purpose: a catalogue that
 * calls NEXTAUTH_SECRET public must meet a rule that does not follow.
 */
const publicInDocument: readonly string[] = ["NEXT_PUBLIC_SUPABASE_ANON_KEY"];

/** What Next.js writes into the files that browsers load. */
export const publicPrefix = "NEXT_PUBLIC_";

/** Whether a variable holds a secret: by its name, or because the catalogue (config/environment-variables.ts) says so. It can add, and take none away. */
export function isSecretName(name: string): boolean {
  if (isPublicInDocument(name)) return false;
  return secretName.test(name.toUpperCase()) || Object.entries(environmentVariables).some(([key, { visibility }]) => key === name && visibility === "secret");
}

/** Whether the operations document itself shows a variable to everybody whose name promises a secret. */
export function isPublicInDocument(name: string): boolean {
  return publicInDocument.includes(name);
}
