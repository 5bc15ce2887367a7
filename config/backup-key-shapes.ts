/** The shapes of the keys that backups are encrypted with. */
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
