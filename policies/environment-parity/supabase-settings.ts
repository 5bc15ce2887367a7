/** Supabase keeps its settings as JSON texts. */

/** @returns undefined where the text is no JSON object, or there is none. A text that is not known yet throws, as the engine wants it. */
export function settingsOf(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== "string") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Not passed on: the parser's message quotes the text, which may be secret.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** A member that is not as expected, in words without its value: some of the settings are secret as a whole. */
export function departures(found: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.keys(expected)
    .filter((name) => found[name] !== expected[name])
    .map((name) => `${name} is ${found[name] === undefined ? "not set" : "another"}; everywhere: ${JSON.stringify(expected[name])}`);
}
