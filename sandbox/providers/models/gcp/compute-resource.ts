import { randomInt } from "node:crypto";
import type { JsonObject } from "../../../world/world";
import { defaults, kept, text, type Reference, type ResourceModel, type Situation } from "../model";
import { deletionDefaults, etagOf, labelOutputs, requireRegion, requireService } from "./common";
import { computeKinds, computeName, type ComputeKind } from "./compute-names";
import { validateComputeName } from "./compute-rules";

const apiRoot = "https://www.googleapis.com/compute/v1/";

export interface ComputeOptions {
  references?: Reference[];
  validate?: (situation: Situation) => void;
  /** What the vendor adds besides the self link. */
  computed?: (situation: Situation) => JsonObject;
  changesOnUpdate?: string[];
}

export function compute(
  kind: ComputeKind,
  { references = [], validate, computed, changesOnUpdate = [] }: ComputeOptions = {},
): ResourceModel {
  const identity = (properties: JsonObject): string => computeName(kind, text(properties, "name"), properties);
  return {
    identity,
    duplicate: (inputs) => `googleapi: Error 409: The resource '${identity(inputs)}' already exists, alreadyExists`,
    references,
    validate: (situation) => {
      requireService(situation, "compute.googleapis.com", "Compute Engine API");
      if (computeKinds[kind].scope === "region") requireRegion(text(situation.inputs, "region"));
      validateComputeName(text(situation.inputs, "name"));
      validate?.(situation);
    },
    id: (situation) => identity(situation.inputs),
    computed: (situation) => ({
      ...deletionDefaults(situation.inputs),
      selfLink: apiRoot + identity(situation.inputs),
      ...computed?.(situation),
    }),
    changesOnUpdate,
    importIds: (outputs) => {
      const name = text(outputs, "name");
      const region = computeKinds[kind].scope === "region" ? `${text(outputs, "region")}/` : "";
      return [`${text(outputs, "project")}/${region}${name}`, `${region}${name}`, name];
    },
  };
}

export const created = (situation: Situation): JsonObject => ({
  creationTimestamp: kept(situation, "creationTimestamp", () => situation.now),
});
export const fingerprint = (situation: Situation): JsonObject => ({ fingerprint: etagOf([situation.inputs, situation.now]) });
/** A vendor's numeric ID as a JavaScript number: real ones exceed 2^53, which JSON numbers do not carry. */
export const numeric = (situation: Situation, property: string): JsonObject => ({
  [property]: kept(situation, property, () => randomInt(1e12, 2 ** 47)),
});
export const given = (situation: Situation, values: JsonObject): JsonObject => defaults(situation.inputs, values);
export const labelled = (situation: Situation): JsonObject => ({
  ...labelOutputs(situation),
  labelFingerprint: etagOf(situation.inputs.labels ?? {}),
});
export const labelChanges = ["effectiveLabels", "pulumiLabels", "labelFingerprint"];

/** An address that is nobody's: https://www.rfc-editor.org/rfc/rfc5737 and RFC 2544 keep these ranges for documentation and tests. */
export function newAddress(situation: Situation): string {
  const taken = new Set(
    [...situation.world.list(computeKinds.address.type), ...situation.world.list(computeKinds.globalAddress.type)].map(
      (record) => record.outputs.address,
    ),
  );
  for (;;) {
    const address = `198.${18 + randomInt(2)}.${randomInt(256)}.${1 + randomInt(254)}`;
    if (!taken.has(address)) return address;
  }
}

export const inUse = (situation: Situation): JsonObject => ({ users: kept(situation, "users", () => []) });
