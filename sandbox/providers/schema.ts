import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Unknown, type Value, type Values } from "./contract";
import { formatPath, parsePath, type Path } from "./property-path";

/** The packages whose schemas lie in `sandbox/schemas`. */
export const schemaPackages = ["gcp", "cloudflare", "random", "vercel", "supabase", "checkly", "sentry"] as const;
export type SchemaPackage = (typeof schemaPackages)[number];

interface TypeSpec {
  type?: string;
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  secret?: boolean;
}
interface ObjectSpec {
  properties?: { [name: string]: TypeSpec };
  required?: string[];
}
interface ResourceSpec extends ObjectSpec {
  inputProperties?: { [name: string]: TypeSpec };
  requiredInputs?: string[];
}
interface FunctionSpec {
  inputs?: ObjectSpec;
  outputs?: ObjectSpec;
}
interface PackageSpec {
  name: string;
  version?: string;
  types?: { [token: string]: ObjectSpec };
  resources?: { [token: string]: ResourceSpec };
  functions?: { [token: string]: FunctionSpec };
}

/** What the server needs to know of one package's schema. */
export class Schema {
  private constructor(
    private readonly spec: PackageSpec,
    /** The schema as the engine's GetSchema is answered. */
    readonly text: string,
  ) {}

  private static readonly loaded = new Map<SchemaPackage, Schema>();

  static of(packageName: SchemaPackage): Schema {
    let schema = Schema.loaded.get(packageName);
    if (!schema) {
      const text = readFileSync(path.join(__dirname, "..", "schemas", `${packageName}.json`), "utf8");
      schema = new Schema(JSON.parse(text) as PackageSpec, text);
      Schema.loaded.set(packageName, schema);
    }
    return schema;
  }

  get version(): string {
    return this.spec.version ?? "";
  }

  has(token: string): boolean {
    return this.spec.resources?.[token] !== undefined;
  }

  resourceTokens(): string[] {
    return Object.keys(this.spec.resources ?? {});
  }

  isInput(token: string, property: string): boolean {
    return this.resource(token).inputProperties?.[property] !== undefined;
  }

  isRequiredInput(token: string, property: string): boolean {
    return this.resource(token).requiredInputs?.includes(property) ?? false;
  }

  /** The properties that every existing resource of the type has: its required inputs and what the vendor fills in. */
  alwaysPresent(token: string): string[] {
    return this.resource(token).required ?? [];
  }

  /** The properties that the vendor alone sets. */
  outputOnly(token: string): string[] {
    return Object.keys(this.resource(token).properties ?? {}).filter((name) => !this.isInput(token, name));
  }

  isProperty(token: string, property: string): boolean {
    return this.resource(token).properties?.[property] !== undefined;
  }

  function(token: string): FunctionSpec | undefined {
    return this.spec.functions?.[token];
  }

  /** Where values of a resource are secret by the schema, at any depth. */
  secretPaths(token: string, values: Values): string[] {
    return this.secretsIn(this.resource(token).properties ?? {}, values);
  }

  secretPathsOfFunction(token: string, values: Values): string[] {
    return this.secretsIn(this.function(token)?.outputs?.properties ?? {}, values);
  }

  /** What may stand at a property path of a resource's inputs, for an error message: `integer`, `a list of string`, `one of a, b, c`. */
  expectation(token: string, propertyPath: string): string | undefined {
    const properties = this.resource(token).inputProperties ?? {};
    const at = parsePath(propertyPath);
    let spec: TypeSpec | undefined;
    let holder: { [name: string]: TypeSpec } | undefined = properties;
    for (const step of at) {
      const next: TypeSpec | undefined = typeof step === "number" ? spec?.items : (holder?.[step] ?? spec?.additionalProperties);
      if (!next) return holder && typeof step === "string" ? `one of the properties ${Object.keys(holder).join(", ")}` : undefined;
      spec = next;
      holder = this.objectProperties(next);
    }
    return spec && this.describe(spec);
  }

  private resource(token: string): ResourceSpec {
    const resource = this.spec.resources?.[token];
    if (!resource)
      throw new Error(
        `CHI-S021 the schema of ${this.spec.name} has no resource type ${token}: correct the type, or add it to sandbox/schemas/${this.spec.name}.json`,
      );
    return resource;
  }

  private objectProperties(spec: TypeSpec): { [name: string]: TypeSpec } | undefined {
    return spec.$ref ? this.spec.types?.[spec.$ref.replace("#/types/", "")]?.properties : undefined;
  }

  private describe(spec: TypeSpec): string {
    if (spec.type === "array") return `a list of ${spec.items ? this.describe(spec.items) : "anything"}`;
    if (spec.type === "object") return `a map of ${spec.additionalProperties ? this.describe(spec.additionalProperties) : "anything"}`;
    const properties = this.objectProperties(spec);
    return properties ? `an object with ${Object.keys(properties).join(", ")}` : (spec.type ?? "anything");
  }

  private secretsIn(properties: { [name: string]: TypeSpec }, values: Values): string[] {
    const found: string[] = [];
    const visit = (spec: TypeSpec, value: Value | undefined, at: Path): void => {
      if (value === undefined || value === null) return;
      if (spec.secret) {
        found.push(formatPath(at));
        return;
      }
      if (typeof value !== "object" || value instanceof Unknown) return;
      if (Array.isArray(value)) value.forEach((each, index) => spec.items && visit(spec.items, each, [...at, index]));
      else {
        const inner = this.objectProperties(spec);
        for (const [name, each] of Object.entries(value)) {
          const innerSpec = inner?.[name] ?? spec.additionalProperties;
          if (innerSpec) visit(innerSpec, each, [...at, name]);
        }
      }
    };
    for (const [name, spec] of Object.entries(properties)) visit(spec, values[name], [name]);
    return found;
  }
}
