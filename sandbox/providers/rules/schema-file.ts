/** Reads a provider's schema, once per process. Only the parts that the rules need are typed. */
import * as fs from "node:fs";
import * as path from "node:path";

export interface PropertySpec {
  type?: string;
  $ref?: string;
  items?: PropertySpec;
  additionalProperties?: PropertySpec;
  willReplaceOnChanges?: boolean;
  replaceOnChanges?: boolean;
  secret?: boolean;
}

export interface ObjectSpec {
  properties?: Record<string, PropertySpec>;
  required?: string[];
}

export interface ResourceSpec extends ObjectSpec {
  inputProperties?: Record<string, PropertySpec>;
  requiredInputs?: string[];
}

export interface Schema {
  name: string;
  resources: Record<string, ResourceSpec>;
  types: Record<string, ObjectSpec>;
}

/** Per resource type: inputs whose change replaces, inputs whose change the provider refuses. */
export type Replacements = Record<string, { replace: string[]; fail: string[] }>;

const FOLDER = path.join(__dirname, "..", "..", "schemas");
const cache = new Map<string, unknown>();

function read<T>(file: string): T {
  if (!cache.has(file)) cache.set(file, JSON.parse(fs.readFileSync(path.join(FOLDER, file), "utf8")));
  return cache.get(file) as T;
}

/** The schema of one package, from `sandbox/schemas/<package>.json`. */
export function readSchema(packageName: string): Schema {
  const raw = read<Partial<Schema> & { name: string }>(`${packageName}.json`);
  return { name: raw.name, resources: raw.resources ?? {}, types: raw.types ?? {} };
}

/** Replacement behaviour that the schemas do not carry, from `sandbox/schemas/replacements.json`. */
export function readReplacements(): Replacements {
  return read<Replacements>("replacements.json");
}
