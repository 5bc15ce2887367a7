import type { SchemaPackage } from "./schema";

/** The type token in `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`; a name may itself contain `::`. */
export function typeOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

/** The name in the program. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The stack, of a resource or of a provider. */
export function stackOf(urn: string): string {
  return (urn.split("::")[0] ?? "").replace("urn:pulumi:", "");
}

/** The package of a type token; for a provider's own type (`pulumi:providers:gcp`) the package it serves. */
export function packageOf(token: string): SchemaPackage {
  const name = token.split(":")[0]!;
  return (name === "pulumi" ? token.split(":")[2] : name) as SchemaPackage;
}
