/** Values without the names of the environment they are in, so that equal ones are equal in every environment. */
import type { IdentityText } from "./environment-identity";

export interface Canonicaliser {
  text(value: string): string;
  /** The same in every text of a value, keys included; and a number that is an identity as a whole. */
  value(value: unknown): unknown;
}

/** `‹region›`; a text that means several things names them all: `‹environment|configuration gcpProject›`. */
const placeholder = /‹[^›]*›/g;

/**
 * Puts a placeholder in the place of each text that stands for the environment, the longest first. Nothing else changes, and what stands
 * inside a longer word is left alone: a value that differs by anything else still differs.
 */
export function canonicaliser(identity: readonly IdentityText[]): Canonicaliser {
  const means = new Map<string, { means: Set<string>; inNames: boolean }>();
  for (const { text, means: one, inNames } of identity) {
    if (text === "") continue;
    const known = means.get(text) ?? { means: new Set(), inNames: false };
    known.means.add(one);
    means.set(text, { means: known.means, inNames: known.inNames || inNames });
  }
  const texts = [...means].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  const alternatives = texts.map(([text, { inNames }]) => bounded(text, inNames ? "A-Za-z0-9‹›" : "A-Za-z0-9‹›-"));
  const pattern = alternatives.length === 0 ? undefined : new RegExp(alternatives.join("|"), "g");
  const named = (text: string) => `‹${[...(means.get(text)?.means ?? [])].sort().join("|")}›`;
  const replaced = (text: string) => (pattern === undefined ? text : text.replace(pattern, named));

  const text = (value: string) => {
    // What is a placeholder already stays one.
    if (!value.includes("‹")) return replaced(value);
    let result = "";
    let from = 0;
    for (const found of value.matchAll(placeholder)) {
      result += replacedBetween(value, from, found.index) + found[0];
      from = found.index + found[0].length;
    }
    return result + replacedBetween(value, from, value.length);
  };

  /** A part of a text, with its neighbours in view: whether a word ends there is theirs to say. */
  function replacedBetween(value: string, from: number, to: number): string {
    const before = value.slice(Math.max(0, from - 1), from);
    const after = value.slice(to, to + 1);
    return replaced(before + value.slice(from, to) + after).slice(before.length, after.length === 0 ? undefined : -after.length);
  }

  const value = (one: unknown): unknown => {
    if (typeof one === "string") return text(one);
    if (typeof one === "number") return means.has(String(one)) ? named(String(one)) : one;
    if (Array.isArray(one)) return one.map(value);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [text(key), value(item)]));
  };
  return { text, value };
}

function bounded(text: string, word: string): string {
  return `(?<![${word}])${text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")}(?![${word}])`;
}

/** Whether two canonical texts are the same: alike, with placeholders at the same places that can mean the same. */
export function agree(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parts(a), parts(b)];
  return left.length === right.length && left.every((part, index) => meet(part, right[index] ?? ""));
}

function parts(text: string): string[] {
  return text.split(/(‹[^›]*›)/);
}

function meet(a: string, b: string): boolean {
  if (a === b) return true;
  if (!a.startsWith("‹") || !b.startsWith("‹")) return false;
  const others = b.slice(1, -1).split("|");
  return a.slice(1, -1).split("|").some((means) => others.includes(means));
}
