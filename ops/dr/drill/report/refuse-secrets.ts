/** The last look at a report before it is kept for a year. */

const forms: readonly [string, RegExp][] = [
  ["a password in an address", /:\/\/[^\s"'/@:]*:(?!\[masked\])[^\s"'/@]+@/],
  ["an age identity", /AGE-SECRET-KEY-1[0-9A-Z]{10}/i],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY/],
];

/**
 * @param secrets values that the drill has seen
 * @throws CHI-H135 naming the form and never the value
 */
export function refuseSecrets(text: string, secrets: readonly string[]): void {
  const found = forms.find(([, form]) => form.test(text))?.[0] ?? (secrets.some((secret) => secret.length >= 8 && text.includes(secret)) ? "a value that opens something" : undefined);
  if (found !== undefined) throw new Error(`CHI-H135 the report holds ${found} and was not written: this is a fault of the tool; say which phase's result it is in (npx chisan dr drill --debug)`);
}
