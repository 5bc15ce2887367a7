/**
 * Shapes of configuration values: a value is read into its type, or each thing wrong with it is reported. Nothing throws.
 *
 * Hand-written because every preview pays for it: loading zod takes 50 ms here, this file under one.
 */
import { nearest } from "./spelling";

export type Path = readonly (string | number)[];

/** What mends a finding, as far as the shape can know it. */
export type Mend =
  /** Set the value at the path; without a value, the operator must supply one of the kind named by `placeholder`. */
  | { action: "set"; value?: string | number; placeholder: string }
  | { action: "remove" }
  /** Put a number where there is text. */
  | { action: "replace"; value: number }
  /** Set several values below the path at once. */
  | { action: "set-all"; values: Readonly<Record<string, string | number>> };

export interface Finding {
  path: Path;
  /** The value found; `undefined` when there is none. Its display is the reporter's affair, which knows what is secret. */
  found: unknown;
  /** Added to the value shown, for what cannot be seen in it ("in plain text"). */
  note?: string;
  allowed: string;
  mend: Mend;
}

export type Report = (finding: Finding) => void;

export interface Shape<T> {
  /** What is allowed, in a phrase that fits after "allowed:". */
  readonly allowed: string;
  /** What a command sets, by path below the value: `{ "": "<domain>" }` for a single value, `{ ".email": "<e-mail address>" }` for a map. */
  readonly leaves: Readonly<Record<string, string | number>>;
  /** Lists and maps arrive as JSON text, and are set with `--path`. */
  readonly structured: boolean;
  /** Reads a value, or reports why not and returns undefined. */
  read(value: unknown, path: Path, report: Report): T | undefined;
}

export interface TextRules {
  allowed: string;
  placeholder: string;
  accepts(text: string): boolean;
  /** Turns a near miss into what was meant (`https://chisan.app/` into `chisan.app`); offered in the command when it is acceptable. */
  repair?(text: string): string;
}

/** A text. Values that only hold a place ("xxx", "TBD", "changeme") are refused whatever the rules say. */
export function text(rules: TextRules): Shape<string> {
  const acceptable = (candidate: string) => rules.accepts(candidate) && !holdsAPlace(candidate);
  return {
    allowed: rules.allowed,
    leaves: { "": rules.placeholder },
    structured: false,
    read(value, path, report) {
      if (typeof value === "string" && acceptable(value)) return value;
      const note = typeof value === "string" && holdsAPlace(value) ? "a placeholder" : undefined;
      const repaired = typeof value === "string" ? (rules.repair?.(value) ?? value.trim()) : "";
      const mend: Mend = { action: "set", placeholder: rules.placeholder, ...(acceptable(repaired) ? { value: repaired } : {}) };
      report({ path, found: value, note, allowed: rules.allowed, mend });
      return undefined;
    },
  };
}

/** One of a list of texts; the first is what the command offers when none is near. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T, qualification = ""): Shape<T[number]> {
  const allowed = `${values.length === 1 ? "" : "one of "}${values.join(", ")}${qualification}`;
  return {
    allowed,
    leaves: { "": `<${values.join("|")}>` },
    structured: false,
    read(value, path, report) {
      const exact = values.find((candidate) => candidate === value);
      if (exact !== undefined) return exact;
      const meant = typeof value === "string" ? nearest(value.trim(), values) : undefined;
      report({ path, found: value, allowed, mend: { action: "set", value: meant ?? values[0], placeholder: "" } });
      return undefined;
    },
  };
}

/** A whole number. Written as text it is refused, because a comparison would then be of text. */
export function wholeNumber(rules: { allowed: string; accepts(value: number): boolean; offer: number }): Shape<number> {
  return {
    allowed: rules.allowed,
    leaves: { "": rules.offer },
    structured: false,
    read(value, path, report) {
      if (typeof value === "number" && Number.isSafeInteger(value) && rules.accepts(value)) return value;
      const numeric = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
      const offer = numeric !== undefined && rules.accepts(numeric) ? numeric : rules.offer;
      const note = numeric === undefined ? undefined : "text, not a number";
      const mend: Mend = typeof value === "string" ? { action: "replace", value: offer } : { action: "set", value: offer, placeholder: "" };
      report({ path, found: value, note, allowed: rules.allowed, mend });
      return undefined;
    },
  };
}

/** Yes or no. The CLI hands it over as text; a file may hold it as YAML's own. */
export function flag(): Shape<boolean> {
  const allowed = "true or false";
  return {
    allowed,
    leaves: { "": "<true|false>" },
    structured: false,
    read(value, path, report) {
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      const meant = typeof value === "string" ? nearest(value.trim(), ["true", "false"]) : undefined;
      report({ path, found: value, allowed, mend: { action: "set", value: meant, placeholder: "<true|false>" } });
      return undefined;
    },
  };
}

/** A list without duplicates, compared by `identity`. */
export function list<T>(item: Shape<T>, rules: { noun: string; identity(value: T): string }): Shape<T[]> {
  const allowed = `a list of ${rules.noun}, each once: ${item.allowed}`;
  const leaves = below("[0]", item);
  return {
    allowed,
    leaves,
    structured: true,
    read(value, path, report) {
      if (!Array.isArray(value)) {
        report({ path, found: value, allowed, mend: { action: "set-all", values: leaves } });
        return undefined;
      }
      const seen = new Map<string, number>();
      const duplicates: Finding[] = [];
      let complete = true;
      const items = value.map((element: unknown, index) => {
        const read = item.read(element, [...path, index], report);
        if (read === undefined) return (complete = false);
        const identity = rules.identity(read);
        const first = seen.get(identity);
        if (first !== undefined) {
          duplicates.push({
            path: [...path, index],
            found: element,
            note: `the same as [${first}]`,
            allowed: "each once",
            mend: { action: "remove" },
          });
          complete = false;
        }
        seen.set(identity, first ?? index);
        return read;
      });
      // Last first, so that a removal does not move what the next command removes.
      duplicates.reverse().forEach(report);
      return complete ? (items as T[]) : undefined;
    },
  };
}

export interface Field<T, Required extends boolean> {
  shape: Shape<T>;
  required: Required;
}

export function required<T>(shape: Shape<T>): Field<T, true> {
  return { shape, required: true };
}

export function optional<T>(shape: Shape<T>): Field<T, false> {
  return { shape, required: false };
}

type Fields = Record<string, Field<unknown, boolean>>;
type Struct<F extends Fields> = { [K in keyof F as F[K]["required"] extends true ? K : never]: ValueOf<F[K]> } & {
  [K in keyof F as F[K]["required"] extends true ? never : K]?: ValueOf<F[K]>;
};
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;

/** A map with known names. `check` sees it once all its fields are right. */
export function struct<F extends Fields>(fields: F, check?: (value: Struct<F>, path: Path, report: Report) => boolean): Shape<Struct<F>> {
  const names = Object.keys(fields);
  const leaves = leavesOf(fields);
  const allowed = `a map of ${names.map((name) => `${name}${fields[name]?.required ? "" : " (optional)"}`).join(", ")}`;
  return {
    allowed,
    leaves,
    structured: true,
    read(value, path, report) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        report({ path, found: value, allowed, mend: { action: "set-all", values: leaves } });
        return undefined;
      }
      const given = value as Record<string, unknown>;
      let complete = true;
      for (const name of Object.keys(given).filter((name) => !names.includes(name))) {
        const meant = nearest(name, names);
        const allowedHere = `${names.join(", ")}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
        // The value of a name we do not know may be a secret under a misspelt name.
        report({ path: [...path, name], found: new Hidden(), note: "unknown name", allowed: allowedHere, mend: { action: "remove" } });
        complete = false;
      }
      const result: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) {
        const present = Object.hasOwn(given, name) && given[name] !== undefined;
        if (!present && !field.required) continue;
        const read = field.shape.read(present ? given[name] : undefined, [...path, name], report);
        if (read === undefined) complete = false;
        else result[name] = read;
      }
      if (!complete) return undefined;
      return check === undefined || check(result as Struct<F>, path, report) ? (result as Struct<F>) : undefined;
    },
  };
}

function below(prefix: string, shape: Shape<unknown>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(shape.leaves).map(([path, value]) => [prefix + path, value]));
}

/** Every required field; the first of those that are all optional, as an example. */
function leavesOf(fields: Fields): Record<string, string | number> {
  const all = Object.entries(fields);
  const needed = all.filter(([, field]) => field.required);
  return Object.assign({}, ...(needed.length > 0 ? needed : all.slice(0, 1)).map(([name, { shape }]) => below(`.${name}`, shape)));
}

/** Stands for a value that must not be shown although its key is not known to be secret. */
export class Hidden {
  toString(): string {
    return "[not shown]";
  }
}

/**
 * Whether a text only holds a place. A long text of very few different characters does so too ("xxxxxxxx…", 32 zeros):
 * of 16 random hexadecimal digits, fewer than one in ten million has three different ones or less.
 */
export function holdsAPlace(candidate: string): boolean {
  const plain = candidate.trim().toLowerCase();
  if (/^(tbd|tba|todo|fixme|none|null|undefined|n\/a|dummy|example|\.+|…|\?+|-+)$/.test(plain)) return true;
  if (/^<.*>$/.test(plain) || /^\$\{.*\}$/.test(plain) || /^your[-_ ]/.test(plain)) return true;
  if (/change[-_ ]?me|placeholder|replace[-_ ]?me|\bxxx+\b/.test(plain)) return true;
  return plain.length >= 16 && new Set(plain).size <= 3;
}
