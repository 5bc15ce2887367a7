import type { RecordedResource } from "../../components/test-support/mocks";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { changedAt, type Path, pathText } from "./edit";

/** A program's resources with one thing broken. */
export interface Mutant {
  readonly stack: CloudStack;
  /** Absent where a resource was added. */
  readonly original?: RecordedResource;
  /** Absent where the resource was taken away. */
  readonly mutated?: RecordedResource;
  /** Of the property among the inputs; empty where it is the resource as a whole. */
  readonly path: Path;
  /** What was done, in words; never a value that may be secret. */
  readonly change: string;
  /** Stands around the judging where what is broken is no resource: a file that a policy reads. */
  readonly during?: <T>(judge: () => Promise<T>) => Promise<T>;
}

/** `web-project gitForkProtection: false`. */
export function describeMutant({ original, mutated, path, change, stack }: Mutant): string {
  const resource = (mutated ?? original)?.name ?? "";
  return `${stack} ${resource}${path.length > 0 ? ` ${pathText(path)}` : ""}: ${change}`;
}

/** The whole program with the mutant in it, in the order of registration. */
export function resourcesWith(resources: readonly RecordedResource[], { original, mutated }: Mutant): RecordedResource[] {
  if (original === undefined) return mutated === undefined ? [...resources] : [...resources, mutated];
  return resources.flatMap((resource) => (resource !== original ? [resource] : mutated === undefined ? [] : [mutated]));
}

/** One stack's program as it was recorded, and the ways to break it. */
export class Program {
  readonly #byType = new Map<string, RecordedResource[]>();

  public constructor(
    public readonly stack: CloudStack,
    public readonly resources: readonly RecordedResource[],
  ) {
    for (const resource of resources) this.#byType.set(resource.type, [...(this.#byType.get(resource.type) ?? []), resource]);
  }

  /** @throws CHI-M001 for a type of which the program has none: the generator that asks would quietly make nothing */
  public ofType(...types: string[]): RecordedResource[] {
    const found = types.flatMap((type) => this.#byType.get(type) ?? []);
    if (found.length === 0)
      throw new Error(`CHI-M001 ${this.stack} has no ${types.join(", ")}: correct the generator in policies/mutants/intended`);
    return found;
  }

  public where(isMeant: (resource: RecordedResource) => boolean): RecordedResource[] {
    return this.resources.filter((resource) => resource.custom && isMeant(resource));
  }

  /** A mutant for each value; undefined removes the property. `change` says what was done where the value must not be shown. */
  public set(resource: RecordedResource, path: Path, values: readonly unknown[], change?: string): Mutant[] {
    return values.map((value) => ({
      stack: this.stack,
      original: resource,
      mutated: { ...resource, inputs: changedAt(resource.inputs, path, value) as RecordedResource["inputs"] },
      path,
      change: change ?? shownValue(value),
    }));
  }

  /** For properties that hold a JSON object as text: a mutant for each value of one member. */
  public setInJson(resource: RecordedResource, property: string, path: Path, values: readonly unknown[], change?: string): Mutant[] {
    const text = resource.inputs[property];
    if (typeof text !== "string")
      throw new Error(`CHI-M002 ${resource.name} has no text in ${property}: correct the generator in policies/mutants/intended`);
    return values.flatMap((value) =>
      this.set(
        resource,
        [property],
        [JSON.stringify(changedAt(JSON.parse(text), path, value))],
        `${pathText(path)} ${change ?? shownValue(value)}`,
      ),
    );
  }

  public unprotected(resource: RecordedResource): Mutant {
    return { stack: this.stack, original: resource, mutated: { ...resource, protect: false }, path: [], change: "protect is off" };
  }

  public removed(resource: RecordedResource): Mutant {
    return { stack: this.stack, original: resource, path: [], change: "the resource is gone" };
  }

  public withDependencies(resource: RecordedResource, dependencies: readonly string[], change: string): Mutant {
    return { stack: this.stack, original: resource, mutated: { ...resource, dependencies }, path: [], change };
  }

  public added(type: string, inputs: Readonly<Record<string, unknown>>, more: Partial<RecordedResource> = {}): Mutant {
    const name = more.name ?? "mutant";
    const mutated = { ...blank, ...more, type, name, inputs };
    return { stack: this.stack, mutated, path: [], change: `a ${type} is added` };
  }
}

export interface Programs {
  readonly prod: Program;
  /** For rules that bind only where no real data are. */
  readonly staging: Program;
}

const blank = {
  custom: true,
  secretInputs: [],
  dependencies: [],
  protect: false,
  retainOnDelete: false,
  deleteBeforeReplace: false,
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
} as const;

function shownValue(value: unknown): string {
  if (value === undefined) return "removed";
  const text = JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
