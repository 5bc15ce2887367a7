import type { Value, Values } from "./contract";
import { Unknown } from "./contract";
import { existingPart, formatPath, parsePath, valueAt, type Path } from "./property-path";
import { Schema, type SchemaPackage } from "./schema";

/** Shorter secrets would be found in texts by chance. */
const shortestTraced = 8;

/**
 * Where outputs are secret: what the schema marks, what was secret as an input, and any text that contains a secret input's text
 * (a connection string with a password in it).
 */
export function outputSecretPaths(token: string, inputs: Values, inputSecretPaths: string[], outputs: Values): string[] {
  const paths = new Set(Schema.of(token.split(":")[0] as SchemaPackage).secretPaths(token, outputs));
  for (const path of carriedOver(inputSecretPaths, outputs)) paths.add(path);
  const traced = inputSecretPaths
    .flatMap((path) => texts(valueAt(inputs, parsePath(path)) ?? null))
    .filter((text) => text.length >= shortestTraced);
  if (traced.length > 0) {
    visitTexts(outputs, [], (text, path) => {
      if (traced.some((secret) => text.includes(secret))) paths.add(formatPath(path));
    });
  }
  return [...paths].sort();
}

/** Where inputs are secret: what the program made secret, and what the schema marks. */
export function inputSecretPaths(token: string, inputs: Values, given: string[]): string[] {
  return [
    ...new Set([...Schema.of(token.split(":")[0] as SchemaPackage).secretPaths(token, inputs), ...carriedOver(given, inputs)]),
  ].sort();
}

/** Secret paths as they apply to other values of the same shape: where a path does not exist any more, what is left of it is secret. */
export function carriedOver(paths: string[], values: Values): string[] {
  return paths
    .map((path) => existingPart(values, parsePath(path)))
    .filter((path): path is Path => path !== undefined)
    .map(formatPath);
}

function texts(value: Value): string[] {
  const found: string[] = [];
  visitTexts(value, [], (text) => found.push(text));
  return found;
}

function visitTexts(value: Value, path: Path, visit: (text: string, path: Path) => void): void {
  if (typeof value === "string") visit(value, path);
  else if (Array.isArray(value)) value.forEach((each, index) => visitTexts(each, [...path, index], visit));
  else if (value !== null && typeof value === "object" && !(value instanceof Unknown))
    for (const [name, each] of Object.entries(value)) visitTexts(each, [...path, name], visit);
}
