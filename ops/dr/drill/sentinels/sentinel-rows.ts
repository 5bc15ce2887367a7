/** Sentinels in the database, in a schema of their own: no table of the application's is touched. */
import { Client } from "pg";
import { clientOptions } from "../../../../supabase/client-options";
import type { Found } from "./measure-loss";

/** Where sentinels of one kind are kept. */
export interface SentinelStore {
  /** Returns when it is acknowledged: from then on it counts as written. */
  write(number: number, at: Date, content: string): Promise<void>;
  /** All that are there; none where there is no place for them. */
  read(): Promise<Found>;
  close(): Promise<void>;
}

const create = `
create schema if not exists chisan_drill;
create table if not exists chisan_drill.sentinels (number bigint primary key, written_at timestamptz not null, content text not null);
revoke all on schema chisan_drill from public;
alter table chisan_drill.sentinels enable row level security;
`;

/** @param databaseUrl secret */
export async function openRows(databaseUrl: string): Promise<SentinelStore> {
  const client = new Client(clientOptions(databaseUrl));
  // A connection that the server drops fails the query that runs; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { hostname, port } = new URL(databaseUrl);
    throw new Error(`CHI-H122 the database at ${hostname}:${port} cannot be reached (${(error as { code?: string }).code ?? "no answer"}): run the same command again, it carries on`);
  }
  let prepared = false;
  return {
    async write(number, at, content) {
      if (!prepared) await client.query(create);
      prepared = true;
      // One that a killed drill wrote and did not note is written again.
      await client.query("insert into chisan_drill.sentinels values ($1, $2, $3) on conflict (number) do update set written_at = excluded.written_at, content = excluded.content", [number, at.toISOString(), content]);
    },
    async read() {
      const { rows: there } = await client.query<{ there: boolean }>("select to_regclass('chisan_drill.sentinels') is not null as there");
      if (there[0]?.there !== true) return new Map();
      const { rows } = await client.query<{ number: string; content: string }>("select number, content from chisan_drill.sentinels");
      return new Map(rows.map(({ number, content }) => [Number(number), content]));
    },
    close: () => client.end(),
  };
}
