import type { JsonObject, WorldRecord } from "../../world/world";
import { ExistingThings, type Seed } from "../models/existing-things";
import type { Situation } from "../models/model";

/** A record of a world, as far as a model looks at it. */
export const record = (
  type: string,
  id: string,
  outputs: JsonObject,
  identities: string[] = [],
): WorldRecord & { identities: string[] } => ({
  type,
  id,
  urns: [],
  inputs: {},
  outputs,
  secretPaths: [],
  createdAt: "2026-11-01T00:00:00Z",
  identities,
});

/** One create (or, with `previous`, update) in a world of these records, for a model's rules alone: without Check, which refuses much before them. */
export function situation(
  inputs: JsonObject,
  { records = [], previous, seed }: { records?: Array<ReturnType<typeof record>>; previous?: WorldRecord; seed?: Seed } = {},
): Situation {
  return {
    token: "",
    urn: "",
    logicalName: "x",
    inputs,
    previous,
    secretPaths: [],
    configuration: {},
    world: {
      get: (type, id) => records.find((each) => each.type === type && each.id === id),
      list: (type) => records.filter((each) => each.type === type),
      find: (type, identity) => records.find((each) => each.type === type && each.identities.includes(identity)),
    },
    existing: new ExistingThings(seed),
    now: "2026-11-23T00:00:00Z",
  };
}
