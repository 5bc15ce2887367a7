/** A stack's state as policies see resources at the end of a run: with the secrets in clear. */
import { nameOf } from "../../policies/framework/pack";
import type { StackResource } from "../../policies/framework/policy";
import { isSecret, type ExportedResource } from "./state-shape";

type Made = { -readonly [K in keyof StackResource]: StackResource[K] };

export function resourcesInClear(exported: readonly ExportedResource[]): StackResource[] {
  const current = exported.filter((one) => one.delete !== true);
  const made = new Map<string, Made>(
    current.map(({ urn, type, inputs = {}, protect = false }) => [urn, { urn, type, name: nameOf(urn), props: inClear(inputs) as Made["props"], protect, dependencies: [] }]),
  );
  for (const { urn, parent, dependencies } of current) {
    const resource = made.get(urn) as Made;
    if (parent !== undefined) resource.parent = made.get(parent);
    resource.dependencies = (dependencies ?? []).flatMap((dependency) => made.get(dependency) ?? []);
  }
  return [...made.values()];
}

function inClear(value: unknown): unknown {
  if (isSecret(value)) return value.plaintext === undefined ? undefined : inClear(JSON.parse(value.plaintext));
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inClear(item)]));
}
