/** Properties as policies read them: of any shape, and unknown in part. Reading an unknown throws; that error is left alone. */
import { independently } from "../../framework/policy";

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A list, or an empty one for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** An object, or an empty one for anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The members of a JSON object that a property holds as text; undefined for another text. */
export function jsonRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Runs a check on each element: one that is not known yet hides no other. */
export function eachKnown(values: unknown, check: (value: unknown, index: number) => void): void {
  const elements = list(values);
  // The element is read inside: reading an unknown one throws.
  independently(...Array.from({ length: elements.length }, (_, index) => () => check(elements[index], index)));
}

/** A value in a message: on one line, and short. Never for a property that can be secret. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  const line = typeof value === "string" ? JSON.stringify(value) : String(value);
  return line.length <= 240 ? line : `${line.slice(0, 239)}…`;
}
