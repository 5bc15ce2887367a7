import type { JsonObject, World, WorldChange, WorldRecord } from "../world/world";
import type { Faults } from "./faults";
import { modelOf, vendors } from "./models";
import type { ExistingThings } from "./models/existing-things";
import { VendorRefusal, type Reference, type ResourceModel, type Situation } from "./models/model";
import { valuesAt } from "./property-path";
import { Schema, type SchemaPackage } from "./schema";
import { outputSecretPaths } from "./secrets";
import { identitiesOf, visibleWorld } from "./visible-world";

/** What a create or an update is about. `inputs` are the checked inputs, nothing in them unknown. */
export interface Request {
  token: string;
  urn: string;
  inputs: JsonObject;
  secretPaths: string[];
  configuration: JsonObject;
}

/** Answers about the services beside the providers; a part left out answers as if nothing were there. */
export interface Probes {
  /** How many objects a bucket holds: R2 refuses to delete one that is not empty. */
  r2ObjectCount?(bucket: { accountId: string; name: string }): Promise<number>;
}

/**
 * What the vendors' APIs do with resources: refuse, make, change and remove them in the world.
 *
 * Between looking at the world and changing it there is no `await`, so two requests at the same time cannot both take a name.
 */
export class VendorSide {
  constructor(
    private readonly world: World,
    private readonly faults: Faults,
    private readonly existing: ExistingThings,
    private readonly probes: Probes,
    /** Whether a change of inputs cannot be made in place. */
    private readonly mustReplace: (token: string, olds: JsonObject, news: JsonObject) => boolean,
  ) {}

  /** The record that the engine's ID and state mean; undefined when it is gone (or not yet visible). */
  find(token: string, id: string, state: JsonObject): WorldRecord | undefined {
    const model = modelOf(token);
    const found = visibleWorld(this.world, this.faults)
      .list(token)
      .filter((record) => record.outputs.id === id);
    if (found.length < 2 || !model?.scope) return found[0];
    const scope = model.scope(state);
    return found.find((record) => model.scope!(record.outputs) === scope);
  }

  /** The record that an import names, by its ID or one of the vendor's import forms. */
  findForImport(token: string, id: string): WorldRecord | undefined {
    const records = visibleWorld(this.world, this.faults).list(token);
    const forms = (record: WorldRecord): string[] => modelOf(token)?.importIds?.(record.outputs) ?? [];
    const named = records.filter((record) => forms(record).includes(id));
    const found = named.length > 0 ? named : records.filter((record) => record.outputs.id === id || record.id === id);
    if (found.length > 1)
      throw new VendorRefusal(
        `CHI-S112 the import ID "${id}" of ${token} could mean several: give one of ${found.map((record) => forms(record)[0] ?? record.id).join(", ")}`,
      );
    return found[0];
  }

  async create(request: Request): Promise<WorldRecord> {
    const model = requireModel(request.token);
    const taken = this.duplicateOf(model, this.situation(request, undefined));
    if (taken && model.duplicate !== "adopt" && !this.isRepeated(taken, request))
      throw refuseDuplicate(model, this.situation(request, undefined), taken);
    return this.write(model, request, taken);
  }

  async update(id: string, state: JsonObject, request: Request): Promise<WorldRecord> {
    const model = requireModel(request.token);
    const previous = this.find(request.token, id, state);
    if (!previous)
      throw new VendorRefusal(
        `${request.token} ${id} was not found: it was deleted outside Pulumi; run \`pulumi refresh\`, then \`pulumi up\``,
      );
    const taken = this.duplicateOf(model, this.situation(request, previous));
    if (taken && taken.id !== previous.id) throw refuseDuplicate(model, this.situation(request, previous), taken);
    return this.write(model, request, previous);
  }

  /** Deleting what is gone already succeeds, as providers treat a 404. */
  async remove(token: string, id: string, urn: string, state: JsonObject): Promise<void> {
    const model = requireModel(token);
    const found = this.find(token, id, state);
    if (found) await this.probe(found);
    // Looked up again, since the probe has let time pass.
    const record = this.find(token, id, state);
    if (!record) return;
    if (record.outputs.deletionPolicy === "PREVENT")
      throw new VendorRefusal(`${token} ${id} has deletionPolicy "PREVENT": set it to "DELETE" and run \`pulumi up\` before destroying it`);
    if (model.staysAfterDelete?.(record) || record.outputs.deletionPolicy === "ABANDON") {
      await this.world.put({ ...record, urns: record.urns.filter((each) => each !== urn) });
      return;
    }
    const changes: WorldChange[] = [];
    this.collectRemoval(record, model.remove?.(record, visibleWorld(this.world, this.faults)) ?? [], changes);
    await this.world.apply(changes);
  }

  private async probe(record: WorldRecord): Promise<void> {
    if (record.type !== "cloudflare:index/r2Bucket:R2Bucket" || !this.probes.r2ObjectCount) return;
    const objects = await this.probes.r2ObjectCount({ accountId: String(record.outputs.accountId), name: String(record.outputs.name) });
    if (objects > 0) {
      throw new VendorRefusal(
        `failed to make http request: 409 Conflict {"success":false,"errors":[{"code":10008,"message":"The bucket you tried to delete is not empty (${objects} objects)."}]}`,
      );
    }
  }

  /** A record, what goes with it; throws when the vendor refuses because something still needs it. */
  private collectRemoval(record: WorldRecord, beside: WorldChange[], changes: WorldChange[]): void {
    changes.push({ delete: { type: record.type, id: record.id } }, ...beside);
    const identities = identitiesOf(requireModel(record.type), record);
    for (const { type, model, reference } of referencesTo(record.type)) {
      if (reference.onDelete === "dangle") continue;
      for (const by of this.world.list(type)) {
        const going = changes.some((change) => "delete" in change && change.delete.type === type && change.delete.id === by.id);
        const names = (value: unknown): boolean =>
          typeof value === "string" && value !== "" && identities.includes(reference.identity(value, by.outputs, this.existing) ?? "");
        if (going || !valuesAt(by.outputs, reference.property).some(names)) continue;
        if (reference.onDelete !== "cascade") throw new VendorRefusal(reference.onDelete(record, by));
        this.collectRemoval(
          by,
          unprotected(() => model.remove?.(by, visibleWorld(this.world, this.faults)) ?? []),
          changes,
        );
      }
    }
  }

  private situation(request: Request, previous: WorldRecord | undefined): Situation {
    const { token, urn, configuration, secretPaths } = request;
    const packageName = token.split(":")[0] as SchemaPackage;
    const schema = Schema.of(packageName);
    const resolve = vendors[packageName]?.resolve;
    const inputs = resolve ? resolve(token, request.inputs, configuration, (property) => schema.isInput(token, property)) : request.inputs;
    return {
      token,
      urn,
      logicalName: urn.slice(urn.lastIndexOf("::") + 2),
      inputs: Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null)),
      previous,
      secretPaths,
      configuration,
      world: visibleWorld(this.world, this.faults),
      existing: this.existing,
      now: new Date().toISOString(),
    };
  }

  /** Who has the name already; also one that is not visible yet has it. */
  private duplicateOf(model: ResourceModel, { token, inputs, previous }: Situation): WorldRecord | undefined {
    const identity = model.identity?.({ ...previous?.outputs, ...inputs });
    return identity === undefined ? undefined : this.world.list(token).find((record) => model.identity!(record.outputs) === identity);
  }

  /**
   * Whether a create repeats one of the same resource of the same stack: the engine was killed after the vendor had made it and
   * before the engine noted it down. The repeated create then carries on with what is there.
   */
  private isRepeated(taken: WorldRecord, { token, urn, inputs }: Request): boolean {
    return taken.urns.includes(urn) && !this.mustReplace(token, taken.inputs, inputs);
  }

  private async write(model: ResourceModel, request: Request, previous: WorldRecord | undefined): Promise<WorldRecord> {
    const situation = this.situation(request, previous);
    model.validate?.(situation);
    for (const reference of model.references ?? []) requireTarget(reference, situation);
    const outputs = outputsOf(model, situation);
    const providerId = typeof previous?.outputs.id === "string" ? previous.outputs.id : model.id(situation, outputs);
    outputs.id = providerId;
    const record: WorldRecord = {
      type: request.token,
      id: previous?.id ?? (model.scope ? `${model.scope(outputs)}/${providerId}` : providerId),
      urns: [...new Set([...(previous?.urns ?? []), request.urn])],
      inputs: request.inputs,
      outputs,
      secretPaths: outputSecretPaths(request.token, situation.inputs, request.secretPaths, outputs),
      createdAt: previous?.createdAt ?? situation.now,
    };
    await this.world.apply([{ put: record }, ...(model.alongside?.(situation, outputs) ?? [])]);
    return record;
  }
}

function refuseDuplicate(model: ResourceModel, situation: Situation, taken: WorldRecord): VendorRefusal {
  const words = typeof model.duplicate === "function" ? model.duplicate(situation.inputs) : `${situation.token} ${taken.id} already exists`;
  return new VendorRefusal(words);
}

/** What goes with its parent goes whatever would protect it on its own. */
function unprotected(remove: () => WorldChange[]): WorldChange[] {
  try {
    return remove();
  } catch (error) {
    if (error instanceof VendorRefusal) return [];
    throw error;
  }
}

function* referencesTo(type: string): Generator<{ type: string; model: ResourceModel; reference: Reference }> {
  for (const vendor of Object.values(vendors)) {
    for (const [token, model] of Object.entries(vendor.resources)) {
      for (const reference of model.references ?? []) if (reference.type === type) yield { type: token, model, reference };
    }
  }
}

function requireTarget(reference: Reference, situation: Situation): void {
  for (const value of valuesAt(situation.inputs, reference.property)) {
    if (typeof value !== "string" || value === "") continue;
    const identity = reference.identity(value, situation.inputs, situation.existing);
    if (identity !== undefined && !situation.world.find(reference.type, identity))
      throw new VendorRefusal(reference.missing(value, situation.inputs));
  }
}

/** The complete outputs: the inputs, and what the vendor adds. */
export function outputsOf(model: ResourceModel, situation: Situation): JsonObject {
  const outputs: JsonObject = { ...situation.inputs, ...model.computed(situation) };
  for (const property of model.writeOnly ?? []) delete outputs[property];
  return outputs;
}

/** The model of a type. @throws CHI-S110 when there is none: an unmodelled type is never created, not even in a preview. */
export function requireModel(token: string): ResourceModel {
  const model = modelOf(token);
  if (!model)
    throw new VendorRefusal(`CHI-S110 the sandbox does not model ${token}: see sandbox/providers/models/README.md for how to add it`);
  return model;
}
