import type { Value } from "./contract";

/** The way to a value inside a resource's properties: names and indexes. */
export type Path = Array<string | number>;

/** The engine's notation: `rules[0].match["a.b"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** The reverse of `formatPath`; also takes indexes written with a dot (`rules.0.match`). */
export function parsePath(text: string): Path {
  const path: Path = [];
  const step = /\.?([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (!match) throw new Error(`CHI-S020 not a property path: ${JSON.stringify(text)} (at character ${at})`);
    if (match[1] !== undefined) path.push(/^\d+$/.test(match[1]) ? Number(match[1]) : match[1]);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else path.push(JSON.parse(match[3]!) as string);
  }
  return path;
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: Value | undefined, path: Path): Value | undefined {
  let now: Value | undefined = value;
  for (const step of path) {
    if (now === null || typeof now !== "object") return undefined;
    const holder = now as { [key: string]: Value };
    now = Object.hasOwn(holder, step) ? holder[step] : undefined;
  }
  return now;
}

/**
 * All values at a pattern in which `[]` stands for every element of a list: `template.containers[].image`.
 * Lists and objects at the end are returned whole; what is absent is left out.
 */
export function valuesAt(value: Value | undefined, pattern: string): Value[] {
  let now: Array<Value | undefined> = [value];
  for (const part of pattern.split(/(\[\])|\./).filter((text) => text !== undefined && text !== "")) {
    now = now.flatMap((each) => (part === "[]" ? (Array.isArray(each) ? each : []) : [valueAt(each, [part])]));
  }
  return now.filter((each): each is Value => each !== undefined && each !== null);
}

/** The longest part of a path that exists in a value; undefined when not even its first step does. */
export function existingPart(value: Value, path: Path): Path | undefined {
  for (let length = path.length; length > 0; length--) {
    if (valueAt(value, path.slice(0, length)) !== undefined) return path.slice(0, length);
  }
  return undefined;
}
