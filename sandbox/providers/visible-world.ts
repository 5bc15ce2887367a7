import type { JsonObject, World, WorldRecord } from "../world/world";
import type { Faults } from "./faults";
import { modelOf } from "./models";
import type { ResourceModel, VisibleWorld } from "./models/model";

/** The world without what a fault keeps invisible. */
export function visibleWorld(world: World, faults: Faults): VisibleWorld {
  return {
    get: (type, id) => (faults.isHidden(type, id) ? undefined : world.get(type, id)),
    list: (type) => world.list(type).filter((record) => !faults.isHidden(type, record.id)),
    find(type, identity) {
      const model = modelOf(type);
      return model && this.list(type).find((record) => identitiesOf(model, record).includes(identity));
    },
  };
}

/** All names under which other resources may know one. */
export function identitiesOf(model: ResourceModel, record: { outputs: JsonObject } | WorldRecord): string[] {
  const identity = model.identity?.(record.outputs);
  return [...(identity === undefined ? [] : [identity]), ...(model.handles?.(record.outputs) ?? [])];
}
