/** Values at a path, read and changed on a copy. */

export type Path = readonly (string | number)[];

/** `template.containers[0].image`; a name with a dot in it is quoted: `attributeMapping["attribute.deployment"]`. */
export function pathText(path: Path): string {
  return path
    .map((step, at) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\w$-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Undefined where there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (within, step) => (typeof within === "object" && within !== null ? (within as Record<string, unknown>)[step] : undefined),
    value,
  );
}

/**
 * A copy with another value at the path; undefined removes the property, or the element. Only what lies on the way is copied. Objects that are
 * missing on the way are made.
 */
export function changedAt(value: unknown, path: Path, to: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  const within = Array.isArray(value) ? ([...value] as unknown[]) : { ...(value as Record<string, unknown> | undefined) };
  const place = within as Record<string | number, unknown>;
  if (rest.length > 0) place[step] = changedAt(place[step], rest, to);
  else if (to !== undefined) place[step] = to;
  else if (Array.isArray(within)) within.splice(Number(step), 1);
  else delete place[step];
  return within;
}
