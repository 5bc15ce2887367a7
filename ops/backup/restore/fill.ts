/** The rows, `rest.dump`, indexes and constraints: one pool of connections, each step in one transaction with its line in the ledger. */
import type { Readable } from "node:stream";
import type { Client } from "pg";
import type { RowsObject } from "../format/manifest";
import { relationKey } from "../format/relation-key";
import type { RestoreTask } from "./build-plan";
import { noteStep } from "./ledger";
import { loadPart, sessionSettings } from "./load-part";
import { entryName } from "./select-entries";
import type { Statement } from "./apply-schema";
import { runTasks } from "./task-pool";
import { isManagedSchema, migrationsSchema } from "./vendor";

export interface FillOptions {
  readonly connect: () => Promise<Client>;
  readonly connections: number;
  readonly tasks: readonly RestoreTask<Statement>[];
  readonly done: ReadonlySet<string>;
  readonly open: (part: RowsObject) => Readable;
  readonly loadRest: () => Promise<void>;
  /** Tables that this restore made, by {@link relationKey}. */
  readonly made: ReadonlySet<string>;
  readonly onBytes: (bytes: number) => void;
  readonly onStep: (task: RestoreTask<Statement>) => void;
}

/** @throws CHI-A056 to CHI-A058 and what reading throws; what was done by then is in the ledger */
export async function fill({ connect, connections, tasks, done, open, loadRest, made, onBytes, onStep }: FillOptions): Promise<void> {
  const partsOf = new Map<string, number>();
  for (const task of tasks) if (task.kind === "rows") partsOf.set(tableOf(task.part), (partsOf.get(tableOf(task.part)) ?? 0) + 1);
  const clients: Client[] = [];
  try {
    for (let index = 0; index < connections; index += 1) {
      const client = await connect();
      clients.push(client);
      await client.query(sessionSettings);
      // Index builds sort in memory; at least as much as a small project of Supabase (1 GB) can spare for each of a few connections.
      await client.query("select set_config('maintenance_work_mem', greatest(pg_size_bytes(current_setting('maintenance_work_mem')), pg_size_bytes('128MB')) / 1024 || 'kB', false)");
    }
    await runTasks(
      tasks,
      connections,
      async (task, worker) => {
        const client = clients[worker];
        if (client === undefined) throw new RangeError(`there is no worker ${worker}`);
        await perform(client, task);
        onStep(task);
      },
      done,
    );
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }

  async function perform(client: Client, task: RestoreTask<Statement>): Promise<void> {
    if (task.kind === "rest") {
      await loadRest();
      await noteStep(client, task.id);
    } else if (task.kind === "rows") {
      const { part } = task;
      const whole = made.has(tableOf(part)) && partsOf.get(tableOf(part)) === 1;
      const quiet = isManagedSchema(part.schema) && part.schema !== migrationsSchema && !made.has(tableOf(part));
      const read = () => {
        const stream = open(part);
        stream.on("data", (chunk: Buffer) => onBytes(chunk.length));
        stream.pause();
        return Promise.resolve(stream);
      };
      await loadPart(client, part, { whole, quiet }, read, task.id);
    } else {
      await build(client, task.entry, task.id);
    }
  }
}

function tableOf({ schema, table }: RowsObject): string {
  return relationKey(schema, table);
}

async function build(client: Client, { kept, sql }: Statement, step: string): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    await noteStep(client, step);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw new Error(`CHI-A056 ${entryName(kept.entry)} cannot be made in the target: ${error instanceof Error ? error.message : String(error)}: mend it there and type the same command again`, { cause: error });
  }
}
