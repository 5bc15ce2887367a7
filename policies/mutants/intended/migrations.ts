/** Migrations that take row level security away, laid over the folder as a policy reads it. */
import { join } from "node:path";
import { migrationsFolder } from "../../environment-parity/schema/migrated-schema";
import type { Mutant, Program } from "../mutant";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the object that all modules share: an import would be a view of it
const fileSystem = require("node:fs") as typeof import("node:fs");

/** Sorted behind every migration. */
const lastMigration = "99991231235959_mutant.sql";

/** A mutant for each table of the `public` schema and each way to lay it open. */
export function migrationMutants(program: Program): Mutant[] {
  const sql = fileSystem
    .readdirSync(migrationsFolder)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => fileSystem.readFileSync(join(migrationsFolder, file), "utf8"))
    .join("\n");
  const tables = [...sql.matchAll(/^create table (public\.\w+)/gim)].map(([, table]) => table ?? "");
  const policies = [...sql.matchAll(/^create policy (\w+) on (public\.\w+)/gim)].map(([, policy, table]) => ({ policy, table }));
  const open = tables.map((table) => `alter table ${table} disable row level security;`);
  const bare = tables
    .map((table) =>
      policies
        .filter((each) => each.table === table)
        .map(({ policy }) => `drop policy ${policy} on ${table};`)
        .join(" "),
    )
    .filter((each) => each !== "");
  const added = [
    "create table public.notes (id bigint primary key);",
    "create table public.notes (id bigint primary key); alter table public.notes enable row level security;",
    "create table public.notes (id bigint primary key); create policy notes_read on public.notes for select using (true);",
    `create view public.everything as select * from ${tables[0]};`,
    `create materialized view public.everything as select * from ${tables[0]};`,
    `create table public.copied as select * from ${tables[0]};`,
    `do $$ begin execute 'alter table ${tables[0]} disable row level security'; end $$;`,
    "create table private.notes (id bigint primary key); alter table private.notes set schema public;",
  ];
  return [...open, ...bare, ...added].map((migration) => ({
    stack: program.stack,
    path: [],
    change: migration,
    during: (judge) => withMigration(migration, judge),
  }));
}

/** The policy itself then reads, parses and judges it as it does any other. */
async function withMigration<T>(migration: string, judge: () => Promise<T>): Promise<T> {
  const { readdirSync, readFileSync } = fileSystem;
  const replaced = {
    readdirSync: (...of: Parameters<typeof readdirSync>) => {
      const found: readonly unknown[] = readdirSync(...of);
      return of[0] === migrationsFolder ? [...found, lastMigration] : found;
    },
    readFileSync: (...of: Parameters<typeof readFileSync>) =>
      of[0] === join(migrationsFolder, lastMigration) ? migration : readFileSync(...of),
  };
  Object.assign(fileSystem, replaced);
  try {
    return await judge();
  } finally {
    Object.assign(fileSystem, { readdirSync, readFileSync });
  }
}
