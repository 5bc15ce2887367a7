/** A stack's state as the shape of an environment. */
import type { EnvironmentSpecification } from "../../config/environment-specification";
import type { StackName } from "../../config/naming";
import { canonicaliser } from "./canonical";
import type { IdentityText } from "./environment-identity";
import type { EnvironmentShape, ShapeResource } from "./shape";

/** A resource of `pulumi stack export --show-secrets`, as far as it is read here. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly parent?: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Record<string, readonly string[] | null> | null;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

/** In JSON, what says that an object is a secret (Pulumi's special signatures). */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const stackType = "pulumi:pulumi:Stack";
/** Its inputs are the stack's whole configuration, which is not what is deployed. */
const dynamicProvider = "pulumi:providers:pulumi-nodejs";

/** In the place of a credential: each environment has its own, so its value is no part of the shape. */
export const ownSecret = "[secret]";

/**
 * @param hash of a part of a secret that must be equal everywhere: the settings among which a credential is
 */
export function stateShape(
  stack: StackName,
  specification: EnvironmentSpecification,
  identity: readonly IdentityText[],
  exported: readonly ExportedResource[],
  hash: (text: string) => string,
): EnvironmentShape {
  // Those still to be deleted are no longer declared.
  const resources = exported.filter((one) => one.delete !== true && one.type !== stackType && one.type !== dynamicProvider);
  const own = canonicaliser(identity);
  // What the vendors gave it (ids, addresses) is as much its own as what it was given.
  const all = [...identity, ...projectNumbers(resources), ...vendorTexts(resources, own.text)];
  const secretMark = (value: unknown) => markOf(value, (text) => hash(canonicaliser(all).text(text)));
  return { stack, specification, identity: all, resources: resources.map((resource) => shapeOf(resource, secretMark)) };
}

/** Google's number of the environment's project, which a function told the program and no resource has: `projects/123456789012` in an input. */
function projectNumbers(resources: readonly ExportedResource[]): IdentityText[] {
  const numbers = resources.flatMap(({ inputs = {} }) => [...JSON.stringify(inputs).matchAll(/"projects\/(\d{6,})"/g)].flatMap(([, number]) => number ?? []));
  return [...new Set(numbers)].map((text) => ({ means: "project number", text, inNames: false }));
}

function shapeOf(resource: ExportedResource, secretMark: (value: unknown) => unknown): ShapeResource {
  const { urn, type, inputs = {}, parent, dependencies, propertyDependencies, protect = false, retainOnDelete = false } = resource;
  return {
    type,
    name: nameOf(urn),
    urn,
    // `__defaults` and the like are the bridge's own notes.
    inputs: Object.fromEntries(Object.entries(withoutSecrets(inputs, secretMark) as object).filter(([key]) => !key.startsWith("__"))),
    options: { protect, retainOnDelete },
    ...(parent === undefined || parent.includes(`::${stackType}::`) ? {} : { parent }),
    dependencies: dependencies ?? [],
    origins: Object.fromEntries(Object.entries(propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []])),
  };
}

/** A secret of `pulumi stack export --show-secrets`. */
export function isSecret(value: unknown): value is { plaintext?: string } {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[signature] === secretSignature;
}

function withoutSecrets(value: unknown, secretMark: (value: unknown) => unknown): unknown {
  if (isSecret(value)) return secretMark(value.plaintext === undefined ? undefined : JSON.parse(value.plaintext));
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secretMark));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, item]) => [name, withoutSecrets(item, secretMark)]),
  );
}

/** Settings in one text that is secret for the credential among them are compared each for itself; any other secret is a credential. */
function markOf(value: unknown, hash: (text: string) => string): unknown {
  const settings = typeof value === "string" ? settingsIn(value) : value;
  if (typeof settings !== "object" || settings === null) return ownSecret;
  const mark = typeof value === "string" ? (item: unknown) => `[secret ${hash(JSON.stringify(item))}]` : () => ownSecret;
  return Object.fromEntries(Object.entries(settings).map(([name, item]) => [name, mark(item)]));
}

function settingsIn(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not passed on: the parser's message quotes the text.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What came back from the vendors and is a value of other resources: ids and outputs that were no inputs. */
function vendorTexts(resources: readonly ExportedResource[], canonicalName: (name: string) => string): IdentityText[] {
  const referred = new Set(resources.flatMap(({ dependencies, propertyDependencies }) => [...(dependencies ?? []), ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? [])]));
  return resources
    .filter(({ urn }) => referred.has(urn))
    .flatMap(({ urn, type, id, inputs = {}, outputs = {} }) => {
      const means = `${canonicalName(nameOf(urn))} ${type.slice(type.lastIndexOf(":") + 1)}`;
      const computed = Object.entries(outputs).filter(([name]) => !Object.hasOwn(inputs, name));
      const texts = [...(id === undefined ? [] : [["id", id] as const]), ...computed.flatMap(([name, value]) => textsIn(value, name))];
      // What is made at random is the environment's own however short it is, and becomes a part of names.
      const random = type.startsWith("random:");
      return texts
        .filter(([path, text]) => !text.includes("‹") && text.length >= 4 && (random || isIdentifier(text, path)))
        .map(([path, text]) => ({ means: `${means}.${path}`, text, inNames: random }));
    });
}

/** Long enough to be nothing else, and no plain word: `READY` is not, `34.64.0.1`, `123456` and `projects/p/…` are; of an id, any word. */
function isIdentifier(text: string, path: string): boolean {
  return /^\d{6,}$/.test(text) || (text.length >= 7 && (/(^|\.)id$|Id$/.test(path) || /[0-9/@]/.test(text)));
}

function textsIn(value: unknown, path: string): (readonly [string, string])[] {
  // A host's name with the root's dot is also written without it.
  if (typeof value === "string") return value.endsWith(".") ? [[path, value], [path, value.slice(0, -1)]] : [[path, value]];
  if (typeof value === "number") return [[path, String(value)]];
  if (isSecret(value) || typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => textsIn(item, `${path}.${name}`));
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
