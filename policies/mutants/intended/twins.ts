/** Staging and chisan-dr made unlike prod, one resource and one property at a time, and compared anew. */
import { declaredDifferences } from "../../../config/shape-parity";
import { traitRules } from "../../../config/shape-parity-traits";
import { declaredShape } from "../../../ops/parity/declared-shape";
import { judgeShapes } from "../../../ops/parity/judged-differences";
import type { EnvironmentShape, ShapeResource } from "../../../ops/parity/shape";
import { forget, source } from "../../environment-parity/twins-alike";
import type { Mutant, Programs } from "../mutant";

const declarations = { traits: traitRules, differences: declaredDifferences };
type Change = (resource: ShapeResource) => ShapeResource[];

const changes: Readonly<Record<string, Change>> = {
  "the twin is gone": () => [],
  "a change is ignored": (one) => [{ ...one, options: { ...one.options, ignoreChanges: ["mutant"] } }],
  "a property more": (one) => [{ ...one, inputs: { ...one.inputs, mutant: "only here" } }],
  "the first property is gone": (one) => [{ ...one, inputs: Object.fromEntries(Object.entries(one.inputs).slice(1)) }],
};

let shapes: Promise<Readonly<Record<"staging" | "prod", EnvironmentShape>>> | undefined;

/** One after the other: Pulumi's SDK holds one program at a time. */
async function load() {
  const prod = await declaredShape("prod");
  return { prod, staging: await declaredShape("staging") };
}

/** For one resource of each type that both have. Every one of the changes is undeclared. */
export function twinMutants({ staging, prod }: Programs): Mutant[] {
  const inProd = new Set(prod.resources.map(({ type, name }) => `${type} ${name}`));
  const twins = staging.resources.filter(({ custom, inputs, type, name }) => custom && Object.keys(inputs).length > 0 && inProd.has(`${type} ${name}`));
  const names = [...new Map(twins.map(({ type, name }) => [type, name]))];
  return names.flatMap(([type, name]) =>
    Object.entries(changes).map(([change, apply]): Mutant => ({ stack: "staging", path: [], change: `${type} ${name}: ${change}`, during: (judge) => withChanged(type, name, apply, judge) })),
  );
}

async function withChanged<T>(type: string, name: string, apply: Change, judge: () => Promise<T>): Promise<T> {
  const { prod, staging } = await (shapes ??= load());
  const changed = { ...staging, resources: staging.resources.flatMap((one) => (one.type === type && one.name === name ? apply(one) : [one])) };
  const { comparisons } = source;
  source.comparisons = () => Promise.resolve([judgeShapes(changed, prod, declarations)]);
  forget();
  try {
    return await judge();
  } finally {
    source.comparisons = comparisons;
    forget();
  }
}
