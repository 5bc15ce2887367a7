/**
 * Values that differ as text and are the same to the vendor: the plugin shows no change. Each takes the old and the new text ("" for
 * absent) and, where the fact is about a map, the key.
 */
import * as net from "node:net";

export type Equivalence = (old: string, now: string, key: string) => boolean;

const lastSegmentOf = (link: string) => link.slice(link.lastIndexOf("/") + 1);
const relative = (link: string) => link.replace(/^https?:\/\/[^/]+(\/[^/]+)?\/(v\d+\w*|beta|alpha)\//, "");

/** Links to the same Google resource, with or without the API's address. */
export const relativePath: Equivalence = (old, now) => relative(old) === relative(now);

/** A link, or only the name of what it points to. */
export const selfLink: Equivalence = (old, now) => (!now.includes("/") && lastSegmentOf(old) === now) || relativePath(old, now, "");

/** The last part of both names is the same. */
export const lastSegment: Equivalence = (old, now) => lastSegmentOf(old) === lastSegmentOf(now);

export const anyCase: Equivalence = (old, now) => old.toUpperCase() === now.toUpperCase();

/** IAM members: case does not matter, except in principals that carry an external identifier. */
export const iamMember: Equivalence = (old, now) =>
  !/^(principal|principalSet|principalHierarchy):/.test(old) && !/^(principal|principalSet|principalHierarchy):/.test(now) && anyCase(old, now, "");

/** Absent and this default are the same. */
export const emptyOr =
  (fallback: string): Equivalence =>
  (old, now) =>
    (old === "" && now === fallback) || (now === "" && old === fallback);

/** A project written by number in the state and by name in the program. */
export const projectNumber: Equivalence = (old, now) => old.replace(/projects\/\d+/g, "projects/equal") === now.replace(/projects\/[^/]+/g, "projects/equal");

/** Durations such as `60s`, `1m` and `1h30m` that last equally long. */
export const duration: Equivalence = (old, now) => {
  const [a, b] = [seconds(old), seconds(now)];
  return a !== undefined && a === b;
};

function seconds(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(text)) return undefined;
  const unit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)].reduce((sum, [, number, of]) => sum + Number(number) * (unit[of ?? ""] ?? 0), 0);
}

export const trailingSlash: Equivalence = (old, now) => old.replace(/\/$/, "") === now.replace(/\/$/, "");
export const trailingDot: Equivalence = (old, now) => old.replace(/\.+$/, "") === now.replace(/\.+$/, "");
/** The vendor puts a slash before the path that the program gave without one. */
export const leadingSlash: Equivalence = (old, now) => old === `/${now}`;
/** One port is the range from it to itself. */
export const portRange: Equivalence = (old, now) => old === `${now}-${now}`;

/** An address in the state and a reference to an address resource in the program; the plugin does not compare them. */
export const addressOrReference: Equivalence = (old, now) => {
  const [oldIp = "", oldMask] = old.split("/");
  const [newIp = "", newMask] = now.split("/");
  if (net.isIP(oldIp) === 0) return false;
  if (net.isIP(newIp) !== 0 && oldIp !== newIp) return false;
  return oldMask === undefined || newMask === undefined || oldMask === newMask;
};

/** JSON texts that hold the same value, whatever the order of the keys and the white space. */
export const json: Equivalence = (old, now) => {
  const [a, b] = [parse(old), parse(now)];
  return a !== undefined && b !== undefined && sorted(a) === sorted(b);
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: then it equals nothing but itself, and the caller has compared the texts already.
    return undefined;
  }
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}

/** Once switched on it stays on: the plugin shows no way back. */
export const onceTrue: Equivalence = (old) => old === "true";

/** These keys of a map are filled in by the vendor when the program leaves them out. */
export const filledKeys =
  (...keys: string[]): Equivalence =>
  (old, now, key) =>
    keys.includes(key) && now === "" && old !== "";
