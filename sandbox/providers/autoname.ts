import { createHash } from "node:crypto";
import type { Values } from "./contract";
import { Schema, type SchemaPackage } from "./schema";

/** The properties that the bridge of Terraform providers fills in where the program gives no name. */
const nameProperties = ["name", "accountId", "secretId"];
const autonamedPackages = new Set(["gcp", "vercel", "supabase", "checkly", "sentry"]);
/** The longest an API takes; a service account ID is the shortest. */
const longest: { [property: string]: number } = { accountId: 30, name: 63, secretId: 255 };

/** The key under which the bridge notes in the inputs which of them it filled in. */
export const defaultsKey = "__defaults";

/** The property that names a resource of a type, when a program may leave it out. */
export function autonamedProperty(token: string): string | undefined {
  const packageName = token.split(":")[0]!;
  // A grant's `name` is the name of what it is on.
  if (!autonamedPackages.has(packageName) || /Iam|IAM/.test(token)) return undefined;
  const schema = Schema.of(packageName as SchemaPackage);
  return nameProperties.find(
    (property) =>
      schema.isInput(token, property) && !schema.isRequiredInput(token, property) && schema.alwaysPresent(token).includes(property),
  );
}

/**
 * The inputs with a name: the program's, else that of the existing resource, else the logical name with seven hexadecimal digits
 * that follow from the engine's seed (so that a preview and the update after it agree).
 */
export function withName(token: string, logicalName: string, news: Values, olds: Values | undefined, seed: Uint8Array): Values {
  const property = autonamedProperty(token);
  if (property === undefined || news[property] !== undefined) return news;
  const given = olds?.[property];
  const suffix = createHash("sha256").update(seed).update(logicalName).digest("hex").slice(0, 7);
  const base = logicalName
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, (longest[property] ?? 63) - 8);
  return { ...news, [property]: given ?? `${base}-${suffix}`, [defaultsKey]: [property] };
}

/** Without the bridge's own notes, which no schema knows. */
export function withoutNotes(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("__")));
}
