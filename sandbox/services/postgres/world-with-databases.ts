import type { World, WorldChange } from "../../world/world";
import { projectType } from "../management-api/operations";
import type { Databases } from "./databases";

/**
 * The same world; but a change of Supabase projects resolves only when their databases have followed it: who has made a project can
 * connect to it. When one cannot follow, the change has happened all the same and the promise rejects; repeating it tries again.
 */
export function worldWithDatabases(world: World, databases: Pick<Databases, "settle">): World {
  const projectOf = (change: WorldChange): string[] => {
    const { type, id } = "put" in change ? change.put : change.delete;
    return type === projectType ? [id] : [];
  };
  return {
    get: (type, id) => world.get(type, id),
    list: (type) => world.list(type),
    types: () => world.types(),
    watch: (listener) => world.watch(listener),
    close: () => world.close(),
    async put(record) {
      const written = await world.put(record);
      if (record.type === projectType) await databases.settle([record.id]);
      return written;
    },
    async delete(type, id) {
      const existed = await world.delete(type, id);
      if (type === projectType) await databases.settle([id]);
      return existed;
    },
    async apply(changes) {
      await world.apply(changes);
      await databases.settle([...new Set(changes.flatMap(projectOf))]);
    },
    async reset() {
      const projects = world.list(projectType).map(({ id }) => id);
      await world.reset();
      await databases.settle(projects);
    },
  };
}
