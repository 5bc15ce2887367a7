import type { Json, JsonObject, WorldChange, WorldRecord } from "../../world/world";
import type { ExistingThings } from "./existing-things";

/** What a vendor's API answers when it refuses; the message is in the vendor's words. */
export class VendorRefusal extends Error {}

/** How models look at the world: what is not yet visible (see `Faults`) is absent. */
export interface VisibleWorld {
  get(type: string, id: string): WorldRecord | undefined;
  list(type: string): WorldRecord[];
  /** The record of a resource type with this identity (or handle). */
  find(type: string, identity: string): WorldRecord | undefined;
}

/** One create or update, as a model sees it. */
export interface Situation {
  token: string;
  urn: string;
  /** The resource's name in the program. */
  logicalName: string;
  /** The checked inputs, with what the provider's configuration adds (project, region). Nothing is unknown here. */
  inputs: JsonObject;
  /** What exists already, at an update. */
  previous: WorldRecord | undefined;
  /** The inputs' secret paths. */
  secretPaths: string[];
  /** The provider's configuration as the program gave it. */
  configuration: JsonObject;
  world: VisibleWorld;
  existing: ExistingThings;
  /** ISO 8601, UTC. */
  now: string;
}

/** How a resource names another one. */
export interface Reference {
  /** Where in the inputs, `[]` for each element of a list: `template.containers[].image`. */
  property: string;
  /** The type referred to. */
  type: string;
  /** The identity of what is meant; undefined when the value does not name such a thing, or names one outside the sandbox's care. */
  identity(value: string, inputs: JsonObject, existing: ExistingThings): string | undefined;
  /** The vendor's words when it does not exist. */
  missing(value: string, inputs: JsonObject): string;
  /**
   * When what is referred to is deleted: the vendor refuses (with these words), or this resource goes with it, or it is left dangling.
   */
  onDelete: "cascade" | "dangle" | ((target: WorldRecord, by: WorldRecord) => string);
}

/** What the vendor does with one type. See README.md beside this file for how to add one. */
export interface ResourceModel {
  /** No vendor behind it: it lives in Pulumi's state only (random). */
  stateOnly?: true;
  /** What two resources of the type may not share, from (resolved) inputs or outputs, with its scope: `<account>/<name>`. Absent: no two are alike. */
  identity?(properties: JsonObject): string;
  /** Other names under which references know it: its ID where the identity is a name. */
  handles?(outputs: JsonObject): string[];
  /** When the identity is taken: refuse with these words, or manage the existing thing as well (an enabled API, an IAM grant, a setting). */
  duplicate?: "adopt" | ((inputs: JsonObject) => string);
  references?: Reference[];
  /** Throws a VendorRefusal for what the vendor's API would not take. */
  validate?(situation: Situation): void;
  /** The provider's ID of a new resource. `outputs` are the complete outputs. */
  id(situation: Situation, outputs: JsonObject): string;
  /**
   * What the vendor adds to the inputs. Called at create and at update; whatever must stay the same over an update is taken from
   * `situation.previous` (see `kept`).
   */
  computed(situation: Situation): JsonObject;
  /** Outputs that an update may change: unknown in its preview. */
  changesOnUpdate?: string[];
  /** Inputs that never come back as outputs (write-only values). */
  writeOnly?: string[];
  /** What makes the record's ID unique when the provider's ID is not: put in front of it. */
  scope?(outputs: JsonObject): string;
  /** The forms in which `pulumi import` may name it, besides its ID. */
  importIds?(outputs: JsonObject): string[];
  /** Records of other types that change with it. */
  alongside?(situation: Situation, outputs: JsonObject): WorldChange[];
  /** Throws a VendorRefusal when it may not be deleted. May also return records of other types that change with it. */
  remove?(record: WorldRecord, world: VisibleWorld): WorldChange[] | void;
  /** Whether deleting the resource leaves the thing at the vendor (a setting, an API that stays enabled). */
  staysAfterDelete?(record: WorldRecord): boolean;
}

/** A function of a provider. */
export interface FunctionSituation {
  args: JsonObject;
  configuration: JsonObject;
  world: VisibleWorld;
  existing: ExistingThings;
}
export type FunctionModel = (situation: FunctionSituation) => JsonObject;

/** All that is modelled of one vendor. */
export interface VendorModel {
  resources: { [token: string]: ResourceModel };
  functions: { [token: string]: FunctionModel };
  /** Adds what a resource takes from the provider's configuration when its inputs do not say. */
  resolve?(token: string, inputs: JsonObject, configuration: JsonObject, isInput: (property: string) => boolean): JsonObject;
}

/** A value that is made once and stays: from the existing resource, else made now. */
export function kept(situation: Situation, property: string, make: () => Json): Json {
  return situation.previous?.outputs[property] ?? make();
}

/** A string property; throws for anything else, which Check would not have let through. */
export function text(properties: JsonObject, property: string): string {
  const value = properties[property];
  if (typeof value !== "string") throw new VendorRefusal(`${property} is required, got ${JSON.stringify(value ?? null)}`);
  return value;
}

/** The vendor's default for what the inputs leave out: the given ones win. */
export function defaults(inputs: JsonObject, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([key]) => inputs[key] === undefined || inputs[key] === null));
}
