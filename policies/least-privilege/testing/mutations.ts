/**
 * Tests of a policy as a table: one compliant fixture, which passes, and is broken one property at a time; and the properties without which the
 * policy cannot decide in a preview.
 */
import type { Policy } from "../../framework/policy";
import { type Fixture, judge, unknown } from "../../test-support/judge";

/** Logical name of the resource, path of the property (`template.containers[0].image`; `protect` for the option), value (undefined: removed), part of the message. */
export type Mutation = readonly [resource: string, path: string, value: unknown, says: string];

export interface PolicyCases {
  readonly compliant: readonly Fixture[];
  /** "prod" unless given. */
  readonly stack?: string;
  readonly refused: readonly Mutation[];
  /** Other values that pass. */
  readonly allowed?: readonly (readonly [resource: string, path: string, value: unknown])[];
  readonly undecided?: readonly (readonly [resource: string, path: string])[];
}

export function policyCases(policy: Policy, { compliant, stack = "prod", refused, allowed = [], undecided = [] }: PolicyCases): void {
  test("the compliant fixture passes", async () => {
    expect(await judge(policy, compliant, stack)).toEqual({ violations: [], undecided: [] });
  });

  for (const [resource, path, value, says] of refused) {
    test(`refused: ${resource} ${path} = ${JSON.stringify(value)}`, async () => {
      const { violations, undecided: open } = await judge(policy, mutated(compliant, resource, path, value), stack);
      expect(violations.join("\n")).toContain(says);
      expect(violations.every((violation) => !violation.includes("\n"))).toBe(true);
      expect(open).toEqual([]);
    });
  }

  for (const [resource, path, value] of allowed) {
    test(`allowed: ${resource} ${path} = ${JSON.stringify(value)}`, async () => {
      expect(await judge(policy, mutated(compliant, resource, path, value), stack)).toEqual({ violations: [], undecided: [] });
    });
  }

  for (const [resource, path] of undecided) {
    test(`not decided while ${resource} ${path} is not known`, async () => {
      const { violations, undecided: open } = await judge(policy, mutated(compliant, resource, path, unknown), stack);
      expect(violations).toEqual([]);
      expect(open).toHaveLength(1);
    });
  }
}

/** A copy of the resources with one property changed. Fails for a resource that is not there. */
export function mutated(resources: readonly Fixture[], name: string, path: string, value: unknown): Fixture[] {
  if (!resources.some((resource) => resource.name === name))
    throw new Error(`no resource "${name}" among ${resources.map((each) => each.name).join(", ")}`);
  return resources.map((resource) => {
    if (resource.name !== name) return resource;
    if (path === "protect") return { ...resource, protect: value === true };
    const inputs = JSON.parse(JSON.stringify(resource.inputs)) as Record<string, unknown>;
    const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
    const last = steps.pop() as string;
    let place: Record<string, unknown> = inputs;
    for (const step of steps) {
      place[step] ??= {};
      place = place[step] as Record<string, unknown>;
    }
    if (value === undefined) delete place[last];
    else place[last] = value;
    return { ...resource, inputs };
  });
}
