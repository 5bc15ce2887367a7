import { Journal } from "./journal";
import { lockDirectory } from "./lock";
import type { World, WorldChange, WorldEvent, WorldRecord } from "./world";

type Change = WorldChange | { reset: true };

interface Pending {
  changes: Change[];
  undo: Array<() => void>;
  events: WorldEvent[];
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Opens the world kept in a directory, for this process alone.
 * @throws CHI-S013 when another process has it open, CHI-S011 when its file is damaged
 */
export async function openWorld(directory: string): Promise<World> {
  const unlock = await lockDirectory(directory);
  try {
    const { journal, lines } = await Journal.open(directory);
    return new RememberedWorld(lines as Change[][], journal, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** A world that ends with the process, for tests. */
export function memoryWorld(): World {
  return new RememberedWorld([], undefined, async () => undefined);
}

class RememberedWorld implements World {
  private records = new Map<string, Map<string, WorldRecord>>();
  private queue: Pending[] = [];
  private writing: Promise<void> | undefined;
  private closed = false;
  private journalled = 0;
  private readonly watchers = new Set<(event: WorldEvent) => void>();

  constructor(
    lines: Change[][],
    private readonly journal: Journal | undefined,
    private readonly unlock: () => Promise<void>,
  ) {
    for (const changes of lines) {
      for (const change of changes) this.alter(change, undefined);
      this.journalled += changes.length;
    }
  }

  get(type: string, id: string): WorldRecord | undefined {
    const record = this.records.get(type)?.get(id);
    return record && structuredClone(record);
  }

  list(type: string): WorldRecord[] {
    return [...(this.records.get(type)?.values() ?? [])].map((record) => structuredClone(record));
  }

  types(): string[] {
    return [...this.records.entries()].filter(([, records]) => records.size > 0).map(([type]) => type);
  }

  async put(record: Omit<WorldRecord, "createdAt"> & { createdAt?: string }): Promise<WorldRecord> {
    const createdAt = this.records.get(record.type)?.get(record.id)?.createdAt ?? record.createdAt ?? new Date().toISOString();
    const complete = structuredClone({ ...record, createdAt });
    await this.change([{ put: complete }]);
    return structuredClone(complete);
  }

  async delete(type: string, id: string): Promise<boolean> {
    if (!this.records.get(type)?.has(id)) return false;
    await this.change([{ delete: { type, id } }]);
    return true;
  }

  async apply(changes: WorldChange[]): Promise<void> {
    if (changes.length > 0) await this.change(structuredClone(changes));
  }

  async reset(): Promise<void> {
    await this.change([{ reset: true }]);
  }

  watch(listener: (event: WorldEvent) => void): () => void {
    this.watchers.add(listener);
    return () => void this.watchers.delete(listener);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.writing;
    await this.journal?.close();
    await this.unlock();
  }

  /** Alters the memory now and resolves when the disk has it; on a failure the memory is put back. */
  private change(changes: Change[]): Promise<void> {
    if (this.closed) return Promise.reject(new Error("CHI-S014 the sandbox is stopping: start it again with `npx chisan sandbox start`"));
    return new Promise((resolve, reject) => {
      const pending: Pending = { changes, undo: [], events: [], resolve, reject };
      for (const change of changes) this.alter(change, pending);
      this.queue.push(pending);
      this.writing ??= this.writeQueue();
    });
  }

  private alter(change: Change, pending: Pending | undefined): void {
    if ("reset" in change) {
      const before = this.records;
      this.records = new Map();
      pending?.undo.push(() => (this.records = before));
      for (const ofType of before.values()) for (const record of ofType.values()) pending?.events.push({ kind: "delete", record });
    } else if ("put" in change) {
      const { type, id } = change.put;
      const ofType = this.records.get(type) ?? new Map<string, WorldRecord>();
      this.records.set(type, ofType);
      const previous = ofType.get(id);
      ofType.set(id, change.put);
      // Undo steps look the map up anew, because the undo of a later deletion puts a whole map (with its order) back.
      pending?.undo.push(() => void (previous ? this.records.get(type)?.set(id, previous) : this.records.get(type)?.delete(id)));
      pending?.events.push({ kind: "put", record: change.put, previous });
    } else {
      const { type, id } = change.delete;
      const ofType = this.records.get(type);
      const previous = ofType?.get(id);
      if (!ofType || !previous) return;
      const order = new Map(ofType);
      ofType.delete(id);
      pending?.undo.push(() => this.records.set(type, order));
      pending?.events.push({ kind: "delete", record: previous });
    }
  }

  /** One line per turn holds whatever has been queued meanwhile: concurrent changes share a disk flush. */
  private async writeQueue(): Promise<void> {
    // A turn of the event loop lets callers in the same tick join the first line.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        await this.write(batch);
      } catch (error) {
        // What was queued during the failed write may rest on what did not happen: it fails with it.
        const failed = [...batch, ...this.queue];
        this.queue = [];
        for (const pending of failed.reverse()) for (const undo of pending.undo.reverse()) undo();
        const reason = new Error(
          `CHI-S010 the sandbox could not write its state (${(error as Error).message}): free some disk space and run the same command again`,
        );
        for (const pending of failed.reverse()) pending.reject(reason);
        continue;
      }
      for (const pending of batch) {
        pending.resolve();
        for (const event of pending.events) this.tell(event);
      }
    }
    // In the same step that found the queue empty: what is queued from now on needs a writer of its own.
    this.writing = undefined;
  }

  private async write(batch: Pending[]): Promise<void> {
    if (!this.journal) return;
    const changes = batch.flatMap((pending) => pending.changes);
    const live = [...this.records.values()].flatMap((ofType) => [...ofType.values()]);
    // Past deletions and overwrites are dropped when they outnumber what exists by far, and always at a reset, since they hold secrets.
    if (this.journalled + changes.length > 1000 + 4 * live.length || changes.some((change) => "reset" in change)) {
      await this.journal.rewrite([live.map((record) => ({ put: record }))]);
      this.journalled = live.length;
    } else {
      await this.journal.append(changes);
      this.journalled += changes.length;
    }
  }

  private tell(event: WorldEvent): void {
    for (const watcher of this.watchers) {
      try {
        watcher(structuredClone(event));
      } catch (error) {
        process.emitWarning(`a watcher of the sandbox's world failed: ${(error as Error).message}`);
      }
    }
  }
}
