/** The shapes of what backups are encrypted with, and of where they are tried. */
import { isAgeIdentity, isAgeRecipient } from "./age-keys";
import { SecretText } from "./secret-text";
import { holdsAPlace, list, text, type Shape } from "./shape";

const recipient = text({
  allowed: "the public key of an age key pair: age1 and 58 lower-case characters, its checksum right (`age-keygen` prints it)",
  placeholder: "<age1…>",
  accepts: isAgeRecipient,
});

/**
 * Two at least: with one, the loss of one private key is the loss of every backup. The usual two are the restore test's and one whose
 * private key lies offline, in no cloud (components/backup-schedule-needs.ts).
 */
export const leastRecipients = 2;

const anyRecipients = list(recipient, { noun: "public keys", identity: (key) => key });

export const backupRecipientList: Shape<string[]> = {
  ...anyRecipients,
  allowed: `${leastRecipients} or more: ${anyRecipients.allowed}`,
  leaves: Object.fromEntries(Array.from({ length: leastRecipients }, (_, at) => [`[${at}]`, recipient.leaves[""] as string])),
  read(value, path, report) {
    const recipients = anyRecipients.read(value, path, (finding) => report(finding));
    if (recipients === undefined || recipients.length >= leastRecipients) return recipients;
    const allowed = `${leastRecipients} keys or more, so that the loss of one private key is not the loss of every backup`;
    report({ path: [...path, recipients.length], found: undefined, allowed, mend: { action: "set", placeholder: "<age1…>" } });
    return undefined;
  },
};

const identityAllowed =
  "the private key of an age key pair: AGE-SECRET-KEY-1 and 58 capitals and digits, its checksum right (`age-keygen` makes it)";

export const backupIdentityText: Shape<SecretText> = {
  allowed: identityAllowed,
  leaves: {},
  structured: false,
  read(value, path, report) {
    if (typeof value === "string" && isAgeIdentity(value) && !holdsAPlace(value)) return new SecretText(value);
    const note = typeof value === "string" && isAgeRecipient(value) ? "a public key" : undefined;
    report({ path, found: value, note, allowed: identityAllowed, mend: { action: "set", placeholder: "" } });
    return undefined;
  },
};

const scratchAllowed =
  "postgresql://<role>:<password>@<host>:<port>/<database>?sslmode=require of a role that may create databases and owns nothing else (docs/real-cloud.md)";

/** The server on which restored backups are compared and dropped again. Over TLS only: real data passes. */
export const scratchServerUrl: Shape<SecretText> = {
  allowed: scratchAllowed,
  leaves: {},
  structured: false,
  read(value, path, report) {
    if (typeof value === "string" && !holdsAPlace(value) && isScratchUrl(value)) return new SecretText(value);
    report({ path, found: value, allowed: scratchAllowed, mend: { action: "set", placeholder: "" } });
    return undefined;
  },
};

function isScratchUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, searchParams } = new URL(text);
  const encrypted = ["require", "verify-ca", "verify-full"].includes(searchParams.get("sslmode") ?? "");
  return /^postgres(ql)?:$/.test(protocol) && username !== "" && password.length >= 32 && pathname.length > 1 && encrypted;
}
