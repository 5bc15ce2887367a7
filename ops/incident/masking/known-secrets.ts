/** Values that are secret because of the environment variable that holds them. */
import { sandboxToken } from "../../../sandbox/control/environment";

/** Names that tell it. The test holds it against the catalogue of environment variables; others are better a harmless value too many. */
const tellingName = /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|IDENTITY|CONNECTION_STRING|DATABASE_URL|(?:^|_)(?:API_?KEY|KEY|DSN|PAT)(?:$|_)/i;

/** Shorter ones are words of everyday use, and no secret of ours is so short (32 characters at least, section 2.5). */
const shortest = 6;

/** Longest first, so that a value inside another one does not leave the rest of it behind. */
export function knownSecrets(environment: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(environment).flatMap(([name, value]) => (value !== undefined && tellingName.test(name) ? [value, ...passwordsOf(value)] : []));
  const secret = values.map((value) => value.trim()).filter((value) => value.length >= shortest && value !== sandboxToken);
  return [...new Set(secret.flatMap(forms))].sort((one, other) => other.length - one.length);
}

/** As it may stand in an address, in JSON, or encoded for a header. */
function forms(value: string): string[] {
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), Buffer.from(value).toString("base64").replace(/=+$/, "")];
}

function passwordsOf(value: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*?:([^\s]*)@/i.exec(value)?.[1];
  if (password === undefined || password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch (error) {
    // A password with a bare percent sign.
    if (error instanceof URIError) return [password];
    throw error;
  }
}
