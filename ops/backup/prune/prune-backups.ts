/** Deletes what the plan says: the manifest first, so that what a cut leaves behind is no backup and says so. */
import { backupFolder, latestPointerKey, latestPointerSchema, manifestName, type BackupKind } from "../format/manifest";
import type { ObjectStore } from "../object-store/object-store";
import type { Decision } from "./prune-plan";

export type PruneStore = Pick<ObjectStore, "list" | "delete" | "get">;

export interface Pruned {
  readonly kind: BackupKind;
  readonly id: string;
  readonly result: "removed" | "locked";
  readonly objects: number;
  readonly bytes: number;
}

/** Undefined where no backup was ever verified. @throws CHI-A076 when it cannot be understood: then nothing is safe to delete */
export async function readLatest(store: Pick<ObjectStore, "get">): Promise<{ kind: BackupKind; id: string } | undefined> {
  const found = await store.get(latestPointerKey);
  if (found === undefined) return undefined;
  try {
    return latestPointerSchema.parse(JSON.parse(found.body.toString("utf8")));
  } catch {
    throw new Error(`CHI-A076 ${latestPointerKey} cannot be understood, so what it names could be deleted: nothing was; npx chisan backup run writes it anew`);
  }
}

/**
 * One backup after the other, oldest first.
 *
 * @param onPruned after each
 * @param onBegin before each
 * @throws what the bucket refuses, but for its lock: that is a reason, no error
 */
export async function pruneBackups(store: PruneStore, decisions: readonly Decision[], onPruned: (pruned: Pruned) => void, onBegin: (decision: Decision) => void = () => undefined): Promise<Pruned[]> {
  const pruned: Pruned[] = [];
  for (const decision of decisions.filter(({ remove }) => remove).sort((a, b) => a.id.localeCompare(b.id))) {
    onBegin(decision);
    const one = await removeBackup(store, decision.kind, decision.id);
    pruned.push(one);
    onPruned(one);
  }
  return pruned;
}

async function removeBackup(store: PruneStore, kind: BackupKind, id: string): Promise<Pruned> {
  const folder = backupFolder(kind, id);
  const found: { key: string; bytes: number }[] = [];
  for await (const { key, bytes } of store.list(folder)) found.push({ key, bytes });
  // The manifest was written last, so where its lock has ended those of the others have.
  found.sort((a, b) => Number(b.key === `${folder}${manifestName}`) - Number(a.key === `${folder}${manifestName}`));
  let objects = 0;
  let freed = 0;
  for (const { key, bytes } of found) {
    try {
      await store.delete(key);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("CHI-A013")) throw error;
      return { kind, id, result: "locked", objects, bytes: freed };
    }
    objects += 1;
    freed += bytes;
  }
  return { kind, id, result: "removed", objects, bytes: freed };
}
