/** What a database of a rehearsal gets before anyone looks at it: our migrations and, where the environment has sample data, the seed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { StackName } from "../../config/naming";
import { repositoryRoot } from "../../sandbox/control/paths";
import { applyMigrations } from "../../supabase/apply";
import { clientOptions } from "../../supabase/client-options";
import { readMigrations } from "../../supabase/migrations";

/**
 * What happens to a stack's database. Staging holds a copy of prod in reality; a rehearsal has no such data, so the seed stands in for it.
 *
 * Dev's is left alone: its `DATABASE_URL` is that of local Supabase (`supabase start`), port and password fixed by the vendor's tool, which
 * migrates and seeds that database by itself (supabase/config.toml). A server of ours on that port would keep the real one from starting.
 */
const treatments: Readonly<Record<StackName, "nothing" | "migrations" | "migrations and seed">> = {
  dev: "nothing",
  staging: "migrations and seed",
  prod: "migrations",
  "chisan-dr": "nothing",
};

/** Whether the stack's database is ours to prepare. `chisan-dr` gets what the restored backup has. */
export function isPrepared(stack: StackName): boolean {
  return treatments[stack] !== "nothing";
}

/**
 * Applies what is pending and loads the seed into a database that has no accounts yet. Done again, it looks and changes nothing.
 *
 * @param progress told what is done at the moment
 * @returns what the database has now, in words: `18 migrations, seed loaded`
 * @throws CHI-S220 when it cannot be reached; the codes of `applyMigrations`
 */
export async function prepareDatabase(stack: StackName, databaseUrl: string, progress: (what: string) => void = () => undefined): Promise<string> {
  const client = new Client(clientOptions(databaseUrl));
  // A connection that the server drops fails the query that runs; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { hostname, port } = new URL(databaseUrl);
    throw new Error(`CHI-S220 the database of ${stack} at ${hostname}:${port} cannot be reached (${(error as Error).message}): npx chisan sandbox status`);
  }
  try {
    const migrations = readMigrations();
    let done = 0;
    await applyMigrations(client, migrations, undefined, { onStep: ({ version, name }) => progress(`migration ${(done += 1)}: ${version}_${name}`) });
    const words = `${migrations.length} migrations`;
    if (treatments[stack] !== "migrations and seed") return words;
    const { rows } = await client.query<{ used: boolean }>("select exists (select from auth.users) as used");
    if (rows[0]?.used === true) return `${words}, data kept`;
    progress("seed");
    // Several statements in one query are one transaction: all of the seed or nothing.
    await client.query(readFileSync(join(repositoryRoot, "supabase", "seed.sql"), "utf8"));
    return `${words}, seed loaded`;
  } finally {
    await client.end();
  }
}
