import type { JsonObject, World, WorldRecord } from "../world/world";
import { autonamedProperty, defaultsKey, withName, withoutNotes } from "./autoname";
import type { DiffResult, PackageRules, PropertyChange, Values } from "./contract";
import type { Faults, Operation } from "./faults";
import { vendors } from "./models";
import type { ExistingThings } from "./models/existing-things";
import { VendorRefusal } from "./models/model";
import { previewedOutputs } from "./preview";
import { formatPath, parsePath } from "./property-path";
import { Schema, type SchemaPackage } from "./schema";
import { carriedOver, inputSecretPaths } from "./secrets";
import { importStateOnly, stateOnlyRecord, type Surroundings } from "./state-only";
import { nameOf, packageOf, typeOf } from "./urn";
import { requireModel, VendorSide, type Probes, type Request } from "./vendor-side";
import { visibleWorld } from "./visible-world";
import { hasUnknown, withoutNulls, type Properties } from "./wire";

export interface OperationsOptions {
  world: World;
  faults: Faults;
  existing: ExistingThings;
  probes: Probes;
  rules: (packageName: SchemaPackage) => PackageRules;
}

/** Who asks, about which resource. The package is told by the type, the stack by the URN: nothing else is kept of a caller. */
export interface Subject {
  urn: string;
  /** The provider's configuration. */
  configuration: JsonObject;
}

export interface Checked extends Properties {
  failures: Array<{ property: string; reason: string }>;
}

export type DiffAnswer = { changes: PropertyChange[]; replaces: boolean; deleteBeforeReplace: boolean };

/** The operations of a provider on plain values: no protocol in here. */
export class ResourceOperations {
  private readonly vendorSide: VendorSide;

  constructor(private readonly options: OperationsOptions) {
    const mustReplace = (token: string, olds: JsonObject, news: JsonObject): boolean => {
      const { outcome } = this.rulesOf(token).diff(token, withoutNotes(olds), withoutNotes(news));
      return outcome === "replace" || outcome === "refused";
    };
    this.vendorSide = new VendorSide(options.world, options.faults, options.existing, options.probes, mustReplace);
  }

  check({ urn }: Subject, news: Properties, olds: Properties | undefined, seed: Uint8Array): Checked {
    const token = typeOf(urn);
    const named = withName(token, nameOf(urn), withoutNotes(news.values), olds?.values, seed);
    const { inputs, failures } = this.rulesOf(token).check(token, withoutNotes(named), olds && withoutNotes(olds.values));
    const values: Values = named[defaultsKey] === undefined ? inputs : { ...inputs, [defaultsKey]: named[defaultsKey] };
    const schema = Schema.of(packageOf(token));
    return {
      values,
      secretPaths: inputSecretPaths(token, values, news.secretPaths),
      failures: failures.map(({ property, reason }) => {
        const name = String(
          property === ""
            ? ""
            : parsePath(property)
                .filter((step) => typeof step === "string")
                .at(-1),
        );
        const subject = reason.includes(token) ? "" : `${token}: `;
        const where = reason.includes(name) ? "" : `${property} `;
        // A limit is told by the rule itself; a wrong name or type is mended by knowing what may stand there.
        const expected =
          property !== "" &&
          /unknown property|missing required|must be (a|an) (string|number|integer|boolean|list|map|object)\b/i.test(reason)
            ? schema.expectation(token, property)
            : undefined;
        return {
          property,
          reason: `${subject}${where}${reason}${expected === undefined || reason.includes(expected) ? "" : ` (expected: ${expected})`}`,
        };
      }),
    };
  }

  diff({ urn, configuration }: Subject, olds: Properties, oldInputs: Properties, news: Properties, ignore: string[]): DiffAnswer {
    const token = typeOf(urn);
    const result = this.rulesOf(token).diff(token, withoutNotes(oldInputs.values), withoutNotes(news.values));
    const changes = withoutIgnored(result, ignore);
    if (result.outcome === "refused" && changes.length > 0) {
      throw new VendorRefusal(
        `${token}: Update is not supported for this attribute: ${changes.map(({ path }) => path).join(", ")} (${result.reason}); put the old value back, or make a new resource beside it and move over`,
      );
    }
    if (result.outcome === "none" || changes.length === 0) return { changes: [], replaces: false, deleteBeforeReplace: false };
    this.refuseAtPlan(token, news.values);
    const replaces = result.outcome === "replace";
    return { changes, replaces, deleteBeforeReplace: replaces && this.wouldCollide(token, olds.values, news.values, configuration) };
  }

  async create(subject: Subject, news: Properties, preview: boolean): Promise<{ id: string } & Properties> {
    const token = typeOf(subject.urn);
    const model = requireModel(token);
    this.refuseAtPlan(token, news.values);
    if (preview) return { id: "", ...previewedOutputs(token, subject.configuration, news, undefined) };
    const { invisibleFor } = await this.suffer(token, "create");
    const request = this.request(subject, token, news);
    const record = model.stateOnly ? stateOnlyRecord(request, this.surroundings()) : await this.vendorSide.create(request);
    if (invisibleFor > 0) this.options.faults.hide(token, record.id, invisibleFor);
    return { id: String(record.outputs.id), ...answer(record) };
  }

  /** Undefined when the resource is gone. Without a state it is an import (or a `get`), and the ID may have the vendor's import form. */
  async read(
    subject: Subject,
    id: string,
    state: Properties,
    inputs: Properties,
  ): Promise<{ id: string; state: Properties; inputs: Properties } | undefined> {
    const token = typeOf(subject.urn);
    const isImport = Object.keys(state.values).length === 0;
    const model = requireModel(token);
    await this.suffer(token, "read");
    if (model.stateOnly) return isImport ? importStateOnly(token, subject.urn, id, this.surroundings()) : { id, state, inputs };
    const record = isImport ? this.vendorSide.findForImport(token, id) : this.vendorSide.find(token, id, state.values as JsonObject);
    if (!record) return undefined;
    const found = answer(record);
    // What was secret in the program stays so, also when the world's record was made by somebody who did not say.
    const outputs = withoutNotes(record.outputs);
    return {
      id: String(record.outputs.id),
      state: { values: found.values, secretPaths: merge(found.secretPaths, carriedOver(state.secretPaths, outputs)) },
      inputs: { values: record.inputs, secretPaths: inputSecretPaths(token, record.inputs, merge(record.secretPaths, inputs.secretPaths)) },
    };
  }

  async update(subject: Subject, id: string, olds: Properties, news: Properties, preview: boolean): Promise<Properties> {
    const token = typeOf(subject.urn);
    const model = requireModel(token);
    this.refuseAtPlan(token, news.values);
    if (preview) return previewedOutputs(token, subject.configuration, news, olds);
    await this.suffer(token, "update");
    const request = this.request(subject, token, news);
    const before = withoutNotes(olds.values) as JsonObject;
    return answer(
      model.stateOnly
        ? stateOnlyRecord(request, this.surroundings(), { id, outputs: before })
        : await this.vendorSide.update(id, before, request),
    );
  }

  async remove({ urn }: Subject, id: string, state: Properties): Promise<void> {
    const token = typeOf(urn);
    const model = requireModel(token);
    await this.suffer(token, "delete");
    if (!model.stateOnly) await this.vendorSide.remove(token, id, urn, state.values as JsonObject);
  }

  async invoke(token: string, args: Properties, configuration: JsonObject): Promise<Properties> {
    const packageName = packageOf(token);
    const known = Schema.of(packageName).function(token);
    if (!known) throw new VendorRefusal(`CHI-S113 the schema of ${packageName} has no function ${token}`);
    const model = vendors[packageName]?.functions[token];
    if (!model)
      throw new VendorRefusal(
        `CHI-S114 the sandbox does not model the function ${token}: see sandbox/providers/models/README.md for how to add it`,
      );
    const allowed = known.inputs?.properties ?? {};
    for (const name of Object.keys(args.values))
      if (!(name in allowed))
        throw new VendorRefusal(`${token} has no argument ${name}: it takes ${Object.keys(allowed).join(", ") || "none"}`);
    for (const name of known.inputs?.required ?? [])
      if (args.values[name] === undefined) throw new VendorRefusal(`${token} needs the argument ${name}`);
    await this.suffer(token, "invoke");
    const values = model({ args: args.values as JsonObject, configuration, ...this.surroundings() });
    const declared = known.outputs?.properties ?? {};
    const outputs = Object.fromEntries(Object.entries(values).filter(([name]) => name in declared));
    return {
      values: outputs,
      secretPaths: merge(Schema.of(packageName).secretPathsOfFunction(token, outputs), carriedOver(args.secretPaths, outputs)),
    };
  }

  private surroundings(): Surroundings {
    const { world, faults, existing } = this.options;
    return { world: visibleWorld(world, faults), existing };
  }

  private rulesOf(token: string): PackageRules {
    return this.options.rules(packageOf(token));
  }

  private refuseAtPlan(token: string, inputs: Values): void {
    const failures = this.rulesOf(token).planFailures?.(token, withoutNotes(inputs)) ?? [];
    if (failures.length > 0)
      throw new VendorRefusal(
        failures.map(({ property, reason }) => (reason.includes(property) ? reason : `${property}: ${reason}`)).join("; "),
      );
  }

  private suffer(token: string, operation: Operation): Promise<{ invisibleFor: number }> {
    return this.options.faults.suffer(packageOf(token), token, operation);
  }

  private request({ urn, configuration }: Subject, token: string, news: Properties): Request {
    if (hasUnknown(news.values)) throw new VendorRefusal(`${token}: an input is still unknown at the update itself`);
    const inputs = withoutNulls(news.values) as JsonObject;
    return { token, urn, inputs, secretPaths: news.secretPaths, configuration };
  }

  /** Whether the new resource would have the name of the old one, so that the old one must go first. */
  private wouldCollide(token: string, olds: Values, news: Values, configuration: JsonObject): boolean {
    const model = requireModel(token);
    if (!model.identity || model.duplicate === "adopt") return false;
    // A name that the engine made is made anew for the replacement.
    if (autonamedProperty(token) !== undefined && news[defaultsKey] !== undefined) return false;
    const next: Values = { ...olds, ...withoutNotes(news) };
    if (hasUnknown(next))
      return !Object.keys(news).some((key) => /name|id$/i.test(key) && news[key] !== olds[key] && !hasUnknown(news[key]));
    const schema = Schema.of(packageOf(token));
    const resolve = vendors[packageOf(token)]?.resolve;
    const resolved = resolve
      ? resolve(token, next as JsonObject, configuration, (property) => schema.isInput(token, property))
      : (next as JsonObject);
    return model.identity(resolved) === model.identity(olds as JsonObject);
  }
}

const merge = (...lists: string[][]): string[] => [...new Set(lists.flat())];

/** The outputs of a record as the engine gets them: what the schema knows, and the ID. */
function answer(record: WorldRecord): Properties {
  const schema = Schema.of(packageOf(record.type));
  const values = Object.fromEntries(
    Object.entries(record.outputs).filter(([name]) => name === "id" || schema.isProperty(record.type, name)),
  );
  return { values, secretPaths: merge(carriedOver(record.secretPaths, values), schema.secretPaths(record.type, values)) };
}

function withoutIgnored(result: DiffResult, ignore: string[]): PropertyChange[] {
  if (result.outcome === "none") return [];
  const ignored = ignore.map((path) => formatPath(parsePath(path)));
  return result.changes.filter(({ path }) => {
    const own = formatPath(parsePath(path));
    return !ignored.some((each) => own === each || own.startsWith(`${each}.`) || own.startsWith(`${each}[`));
  });
}
