import type { JsonObject, WorldRecord } from "../world/world";
import { withoutNotes } from "./autoname";
import type { ExistingThings } from "./models/existing-things";
import { VendorRefusal, type Situation, type VisibleWorld } from "./models/model";
import { outputSecretPaths } from "./secrets";
import { nameOf } from "./urn";
import { outputsOf, requireModel, type Request } from "./vendor-side";
import type { Properties } from "./wire";

/** What a model may look at. */
export interface Surroundings {
  world: VisibleWorld;
  existing: ExistingThings;
}

function situationOf(request: Request, surroundings: Surroundings, before: { id: string; outputs: JsonObject } | undefined): Situation {
  const { token, urn } = request;
  const now = new Date().toISOString();
  const previous: WorldRecord | undefined = before && {
    type: token,
    id: before.id,
    urns: [urn],
    inputs: {},
    outputs: before.outputs,
    secretPaths: [],
    createdAt: now,
  };
  return { ...request, ...surroundings, inputs: withoutNotes(request.inputs) as JsonObject, logicalName: nameOf(urn), previous, now };
}

/**
 * A resource that lives in Pulumi's state alone (random): made, or kept as it is apart from its inputs. The engine remembers it.
 * @param before the existing resource, at an update
 */
export function stateOnlyRecord(request: Request, surroundings: Surroundings, before?: { id: string; outputs: JsonObject }): WorldRecord {
  const model = requireModel(request.token);
  const situation = situationOf(request, surroundings, before);
  model.validate?.(situation);
  const outputs = outputsOf(model, situation);
  const id = before?.id ?? model.id(situation, outputs);
  outputs.id = id;
  const secretPaths = outputSecretPaths(request.token, situation.inputs, request.secretPaths, outputs);
  return { type: request.token, id, urns: [request.urn], inputs: request.inputs, outputs, secretPaths, createdAt: situation.now };
}

/** The value itself is the import ID of a random string or password, as for the real provider; the other types have no import here. */
export function importStateOnly(
  token: string,
  urn: string,
  id: string,
  surroundings: Surroundings,
): { id: string; state: Properties; inputs: Properties } {
  if (!/:Random(Password|String)$/.test(token))
    throw new VendorRefusal(`CHI-S115 the sandbox does not model the import of ${token}: create it instead`);
  const model = requireModel(token);
  const inputs: JsonObject = { length: id.length };
  const situation = situationOf({ token, urn, inputs, secretPaths: [], configuration: {} }, surroundings, { id, outputs: { result: id } });
  const outputs = outputsOf(model, situation);
  outputs.id = model.id(situation, outputs);
  return {
    id: String(outputs.id),
    state: { values: outputs, secretPaths: outputSecretPaths(token, inputs, [], outputs) },
    inputs: { values: inputs, secretPaths: [] },
  };
}
