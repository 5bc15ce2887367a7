/**
 * A text for a journal or a report, without the password of a connection string and without a private key. Whoever makes the text leaves
 * them out in the first place; this is the net under it.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/(:\/\/[^\s"'/@:]*):[^\s"'/@]+@/g, "$1:[masked]@").replace(/AGE-SECRET-KEY-1[0-9A-Z]+/gi, "[masked]");
}
