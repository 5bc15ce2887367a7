/**
 * Judges blind mutants: the policies' own checks, on the properties behind @pulumi/policy's proxy that throws for unknown values, but without the
 * server and its encoding around them, which the intended mutants go through. Thousands are judged in seconds, because what a policy did not read
 * of the unbroken program (reads.ts) is not asked again.
 */
import type { RecordedResource } from "../../../components/test-support/mocks";
import { contextOf } from "../../framework/pack";
import {
  appliesTo,
  type Policy,
  type PolicyContext,
  type ResourcePolicy,
  type StackPolicy,
  type StackResource,
} from "../../framework/policy";
import type { Mutant, Program } from "../mutant";
import { Reads } from "./reads";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- exported by the package, without types
const { unknownCheckingProxy } = require("@pulumi/policy/proxy") as { unknownCheckingProxy<T>(value: T): T };

/** Beside its properties, what a stack policy may read of a resource. */
type Facet = "props" | "protect" | "parent" | "dependencies";

/** One resource as policies see it; what it is made of can be exchanged, and is again afterwards. */
interface Place {
  readonly urn: string;
  readonly resource: StackResource;
  recorded: RecordedResource | undefined;
}

export class BlindJudge {
  private readonly policies: readonly Policy[];
  readonly #places: Place[] = [];
  readonly #byName = new Map<string, Place>();
  readonly #proxies = new WeakMap<RecordedResource, Readonly<Record<string, unknown>>>();
  readonly #reads = new Map<Policy, Map<string, { properties: Reads; facets: Set<Facet> }>>();
  #note: ((place: Place, facet: Facet) => Readonly<Record<string, unknown>> | undefined) | undefined;

  /** @param isPruned false asks every policy of every mutant: slow, and with the same answers */
  public constructor(
    private readonly program: Program,
    policies: readonly Policy[],
    private readonly isPruned = true,
  ) {
    // Those that prepare something judge that, and no resource of this program.
    this.policies = policies.filter((policy) => policy.kind === "resource" || policy.prepare === undefined);
    for (const recorded of program.resources) this.#place(recorded);
    for (const policy of this.policies) this.#learn(policy);
  }

  /** Ids of the policies that refuse the mutant. One that throws refuses: that fails a run. */
  public caughtBy(mutant: Mutant): string[] {
    return this.#with(mutant, (place) =>
      this.policies.filter((policy) => this.#isConcerned(policy, place, mutant) && this.#refuses(policy, place)).map(({ id }) => id),
    );
  }

  #place(recorded: RecordedResource): Place {
    const urn = `urn:pulumi:${this.program.stack}::chisan::${recorded.type}::${recorded.name}`;
    const place: Place = { urn, recorded, resource: this.#view(() => place, urn, recorded) };
    this.#places.push(place);
    this.#byName.set(recorded.name, place);
    return place;
  }

  #view(placeOf: () => Place, urn: string, { type, name }: RecordedResource): StackResource {
    const noted = (facet: Facet) => this.#note?.(placeOf(), facet);
    const recorded = () => placeOf().recorded as RecordedResource;
    const views = (names: readonly string[]) =>
      names
        .flatMap((each) => this.#byName.get(each) ?? [])
        .filter((each) => each.recorded !== undefined)
        .map(({ resource }) => resource);
    const propsOf = (of: RecordedResource) => this.#props(of);
    return {
      urn,
      type,
      name,
      get props() {
        return noted("props") ?? propsOf(recorded());
      },
      get protect() {
        noted("protect");
        return recorded().protect;
      },
      get parent() {
        noted("parent");
        const { parent } = recorded();
        return parent === undefined ? undefined : views([parent])[0];
      },
      get dependencies() {
        noted("dependencies");
        return views(recorded().dependencies);
      },
    };
  }

  /** Wrapped once for each resource: the unbroken ones are the same in every mutant. */
  #props(recorded: RecordedResource): Readonly<Record<string, unknown>> {
    let props = this.#proxies.get(recorded);
    if (props === undefined) this.#proxies.set(recorded, (props = unknownCheckingProxy(recorded.inputs)));
    return props;
  }

  /** Asks the policy about the unbroken program, and notes what it reads. */
  #learn(policy: Policy): void {
    const read = new Map<string, { properties: Reads; facets: Set<Facet> }>();
    this.#reads.set(policy, read);
    this.#note = (place, facet) => {
      let of = read.get(place.urn);
      if (of === undefined) read.set(place.urn, (of = { properties: new Reads(), facets: new Set() }));
      of.facets.add(facet);
      return facet === "props" ? of.properties.watch(this.#props(place.recorded as RecordedResource)) : undefined;
    };
    try {
      const asked = policy.kind === "stack" ? this.#places.slice(0, 1) : this.#places;
      for (const place of asked) this.#refuses(policy, place);
    } finally {
      this.#note = undefined;
    }
  }

  /** With the mutant in place of its original, while `run` runs. */
  #with<T>(mutant: Mutant, run: (place: Place) => T): T {
    const { original, mutated } = mutant;
    if (original === undefined) {
      if (mutated === undefined) throw new Error(`CHI-M007 a mutant without a resource cannot be judged blind: ${mutant.change}`);
      const place = this.#place(mutated);
      try {
        return run(place);
      } finally {
        this.#places.pop();
        this.#byName.delete(mutated.name);
      }
    }
    const place = this.#places.find(({ recorded }) => recorded === original);
    if (place === undefined)
      throw new Error(`CHI-M008 ${original.name} is no resource of ${this.program.stack}: make the mutant of the program that is judged`);
    place.recorded = mutated;
    try {
      return run(place);
    } finally {
      place.recorded = original;
    }
  }

  #isConcerned(policy: Policy, { urn }: Place, { original, mutated, path }: Mutant): boolean {
    if (!this.isPruned || original === undefined) return true;
    // The list of resources is read by every stack policy; no other policy hears of a resource that is gone.
    if (mutated === undefined) return policy.kind === "stack";
    const read = this.#reads.get(policy)?.get(urn);
    if (read === undefined) return false;
    if (path.length > 0) return read.properties.hasRead(path);
    return (
      (mutated.protect !== original.protect && read.facets.has("protect")) ||
      (mutated.dependencies !== original.dependencies && read.facets.has("dependencies"))
    );
  }

  #refuses(policy: Policy, place: Place): boolean {
    const context = contextOf(place.urn, {}, policy);
    return policy.kind === "stack"
      ? this.#stackRefuses(policy, context)
      : refuses((report) => this.#checkOne(policy, place, context, report));
  }

  #checkOne(policy: ResourcePolicy, { recorded, resource }: Place, context: PolicyContext, report: (message: string) => void): void {
    if (recorded !== undefined && appliesTo(policy, recorded.type)) policy.check(resource, report, context);
  }

  #stackRefuses(policy: StackPolicy, context: PolicyContext): boolean {
    const there = this.#places.filter(({ recorded }) => recorded !== undefined).map(({ resource }) => resource);
    return refuses((report) => policy.check(there, report, context));
  }
}

function refuses(check: (report: (message: string) => void) => void): boolean {
  let found = false;
  try {
    check(() => {
      found = true;
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    found = true;
  }
  return found;
}
