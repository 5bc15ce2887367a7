/**
 * The remembered world: everything that "exists at the vendors" while the sandbox stands in for them.
 *
 * One world serves every stack, because in reality the accounts are shared: the Cloudflare account, the Vercel team and the
 * Supabase organization are common to all environments, so a name taken by staging is taken for prod as well.
 */

/** Plain JSON, as it is stored. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** One thing that exists at a vendor. */
export interface WorldRecord {
  /**
   * The Pulumi type token (`cloudflare:index/r2Bucket:R2Bucket`), or, for what no resource of a provider stands for, a token of
   * the form `<vendor>:<where>/<what>` (`supabase:api/addon`, `gcp:run/revision`). The two forms never collide: a Pulumi token
   * has two colons.
   */
  type: string;
  /**
   * Unique within the type. For a resource: the ID that the provider gave the engine (also in `outputs.id`), with the scope in front
   * where the vendor's ID is unique only within it (`<zone ID>/ssl` for a zone setting).
   */
  id: string;
  /** The Pulumi resources that manage it: empty when it was made outside Pulumi, several when stacks share it (an enabled API). */
  urns: string[];
  /** The settings it has now, as a program would write them. */
  inputs: JsonObject;
  /** Inputs and what the vendor computed. */
  outputs: JsonObject;
  /** Property paths (`variables[0].value`) of inputs and outputs that are secret. */
  secretPaths: string[];
  /** ISO 8601, UTC. */
  createdAt: string;
}

/** One step of an atomic change. */
export type WorldChange = { put: WorldRecord } | { delete: { type: string; id: string } };

/** What a watcher is told, after the change is durable. */
export type WorldEvent = { kind: "put"; record: WorldRecord; previous: WorldRecord | undefined } | { kind: "delete"; record: WorldRecord };

/**
 * Reads are synchronous. A change takes effect for readers at once and its promise resolves when it is on disk, so a check
 * ("is the name free?") and the change that relies on it are atomic when no `await` stands between them.
 * Records given and returned are copies: changing one changes nothing in the world.
 */
export interface World {
  get(type: string, id: string): WorldRecord | undefined;
  /** All records of a type, oldest first. */
  list(type: string): WorldRecord[];
  /** The types of which something exists. */
  types(): string[];
  /** Creates or overwrites. `createdAt` of an existing record is kept. Rejects with CHI-S010 when the disk refuses; nothing has changed then. */
  put(record: Omit<WorldRecord, "createdAt"> & { createdAt?: string }): Promise<WorldRecord>;
  /** Resolves to whether it existed. */
  delete(type: string, id: string): Promise<boolean>;
  /** All of the changes or, on a failure, none. */
  apply(changes: WorldChange[]): Promise<void>;
  /** Forgets everything. */
  reset(): Promise<void>;
  /** Calls `listener` after each durable change, in order; returns how to stop. A listener that throws does not undo the change. */
  watch(listener: (event: WorldEvent) => void): () => void;
  /** Waits for what is under way and gives the directory up; later changes are refused with CHI-S014. */
  close(): Promise<void>;
}
