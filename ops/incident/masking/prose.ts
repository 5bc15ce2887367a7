/** Secrets as people write them into a note, without the signs of a program: `the password is …`, a line of a pgpass file, `jane:pa55@host`. */

/** Names after which `is` or `was` introduces the value. */
const told = /(?<![A-Za-z])((?:pass(?:word|wd|phrase|code)?|pwd|secret|token|(?:api|access|private|secret|service|encryption|signing)[-_ ]?key|credentials?)\s+(?:is|was|are|were)(?:\s+now)?\s*:?\s*["'`]?)([^\s"'`,;]+)/gi;
const toldInKorean = /((?:비밀번호|암호|토큰)(?:는|은|가|이)\s*["'`]?)([\x21-\x7e]+)/g;
/** What is said of a secret without telling it. Words that end in -ed are such too: expired, revoked, leaked. */
const ordinary = new Set(
  "a an the not no now never still also only just too in on at of for from by with to as it its that this what which where when and or but wrong right invalid valid missing unknown known lost gone empty old new same different secret set reset read sent shown stolen given kept written okay ok fine bad weak strong short long safe unsafe there here out being correct incorrect public private unset null undefined ours theirs yours mine".split(" "),
);

/** `host:port:database:user:password` (PostgreSQL's "The Password File"); `\:` and `\\` stand for the sign itself. */
const field = String.raw`(?:\\.|[^\s:\\"'<>])+`;
const pgpassLine = new RegExp(String.raw`(?<![^\s"'(=])(${field}:(?:\d{1,5}|\*):${field}:${field}:)([^\s"']+)`, "g");

/** Digits before the colon are a time's. The greedy value ends at the last @: passwords may hold one. */
const userAndPassword = /(?<![^\s"'`(=<,;])([A-Za-z_][\w.%+-]*):([^\s"'`<>/]+)@(?!sha256:)(?=[A-Za-z0-9[])/g;
/** Before a colon and an e-mail address, or a package and its version. */
const label = /^(?:mailto|e?-?mail|sip|acct|to|cc|bcc|from|by|re|note|contact|owner|author|user|who|npm|jsr|docker|image|git|github)$/i;

/** Of an address: Azure's `sig`, and what others call it. The longer names are those of every assignment. */
const signedQuery = /([?&;](?:sig|hmac|auth|sas)=)[^\s&"'<>#]+/gi;

/** A secret access key of AWS: 40 letters, digits, `/` and `+` (a commit has no capitals, and is no such thing). */
const awsSecret = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

/** @param masked what stands for a secret */
export function maskProse(text: string, masked: string): string {
  return text
    .replace(told, (whole, before: string, value: string) => (isOrdinary(value) ? whole : before + masked))
    .replace(toldInKorean, (_, before: string) => before + masked)
    .replace(pgpassLine, (whole, before: string) => (/^[0-9a-f:.]+$/i.test(whole) ? whole : before + masked))
    .replace(userAndPassword, (whole, user: string) => (label.test(user) ? whole : `${user}:${masked}@`))
    .replace(signedQuery, (_, before: string) => before + masked)
    .replace(awsSecret, (word) => (/[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word) ? masked : word));
}

function isOrdinary(value: string): boolean {
  const word = value.replace(/[.!?:)]+$/, "").toLowerCase();
  return ordinary.has(word) || /^[a-z]+(?:ed|ing)$/.test(word);
}
