/** What the exporter says when something fails: one line with a stable code, never with a secret in it. */

/** A failure with its code: `CHI-X002 …: what to do`. */
export class ExporterError extends Error {
  public override readonly name = "ExporterError";

  public constructor(
    public readonly code: `CHI-X${string}`,
    text: string,
  ) {
    super(`${code} ${text}`);
  }
}

/** A failure of a library as part of a line: its own words on one line, cut where they get long. */
export function words(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown failure";
  // Node's fetch says "fetch failed" and keeps why in its cause; an AggregateError of several addresses has no message at all.
  const cause: unknown = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  const text = [error.message, cause instanceof Error ? cause.message : ""].filter((part) => part !== "").join(": ");
  const line = (text === "" ? error.name : text).replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/**
 * A filter that takes secrets out of a text. The last barrier only: nothing writes a secret on purpose, but the words of a library or of
 * a vendor's answer may quote one.
 *
 * @param secrets as they are; their URL-encoded and Base64 forms are taken out too
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")])
    // Longest first: a secret that holds another must go as a whole.
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((redacted, form) => redacted.replaceAll(form, "***"), text);
}
