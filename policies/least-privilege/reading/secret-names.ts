import { environmentVariables } from "../../../config/environment-variables";

/** A name that promises a secret, for variables that the catalogue does not have. */
const secretName = /SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|KEY|DATABASE_URL|CONNECTION_STRING|BACKUP_IDENTITY/;

/** What Next.js writes into the files that browsers load. */
export const publicPrefix = "NEXT_PUBLIC_";

/** Whether a variable holds a secret: as the catalogue says (config/environment-variables.ts), else as its name says. */
export function isSecretName(name: string): boolean {
  const known = Object.entries(environmentVariables).find(([key]) => key === name)?.[1];
  return known === undefined ? secretName.test(name.toUpperCase()) : known.visibility === "secret";
}

/** Whether the catalogue says that everybody may see it. */
export function isPublicInCatalogue(name: string): boolean {
  return Object.entries(environmentVariables).some(([key, { visibility }]) => key === name && visibility === "public");
}
