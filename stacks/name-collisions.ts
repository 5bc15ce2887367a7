/**
 * Refuses two resources of one type with one physical name: the vendor would answer the second with a conflict in the middle of an update,
 * or let both be one. Found while the program declares them, so that nothing has been made yet.
 */
import * as pulumi from "@pulumi/pulumi";
import { componentFile } from "../components/recording/component-file";
import { collision, nameRules, placeOf } from "../config/name-limits";

/**
 * From here on, until the program ends: to be called where a stack's program starts, before anything is declared.
 *
 * @throws CHI-N001 (later, from the constructor of the second resource) naming both, their name, and the file to change. A name that is not
 *   plain text fails the second one's registration instead.
 */
export function refuseNameCollisions(): void {
  const taken = new Map<string, string>();
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const rule = nameRules[type];
    if (rule?.uniqueIn === undefined) return undefined;
    const value: unknown = props[rule.property];
    const scope: unknown[] = rule.uniqueIn.map((property) => props[property]);
    const check = (known: unknown, inputs: Record<string, unknown>): void => {
      if (typeof known !== "string") return;
      const place = placeOf(rule, known, { type, inputs });
      if (place === undefined) return;
      const other = taken.get(place);
      if (other !== undefined) throw new pulumi.RunError(collision(type.slice(type.lastIndexOf(":") + 1), other, name, known, mending(opts.parent)));
      taken.set(place, name);
    };
    const within = (values: readonly unknown[]) => Object.fromEntries((rule.uniqueIn ?? []).map((property, index) => [property, values[index]]));
    if ([value, ...scope].every(isPlain)) {
      check(value, within(scope));
      return undefined;
    }
    const checked = pulumi.all([value, ...scope]).apply(([known, ...values]) => {
      check(known, within(values));
      return known;
    });
    return { props: { ...props, [rule.property]: checked }, opts };
  });
}

function isPlain(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

/** Where the second one is declared: in the file of the component around it. */
function mending(parent: pulumi.Resource | undefined): string {
  const type = (parent as { __pulumiType?: string } | undefined)?.__pulumiType;
  const kind = type?.startsWith("chisan:infrastructure:") === true ? type.slice(type.lastIndexOf(":") + 1) : undefined;
  return `give one of them another in ${kind === undefined ? "stacks/cloud-environment.ts" : componentFile(kind)}`;
}
