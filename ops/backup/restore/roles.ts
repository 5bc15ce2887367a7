/** Roles belong to the server: those that are there stay as they are, those that are missing are made. */
import { DatabaseError, type Client } from "pg";
import { splitStatements } from "../../../supabase/statements";
import type { LeftOut } from "./select-entries";

const createRole = /^\s*create\s+role\s+("(?:[^"]|"")+"|[^\s;]+)/i;

/** The role that `CREATE ROLE` makes; undefined for another statement. */
export function createdRole(statement: string): string | undefined {
  const name = createRole.exec(statement)?.[1];
  return name?.startsWith('"') === true ? name.slice(1, -1).replaceAll('""', '"') : name?.toLowerCase();
}

/** Every role that the text makes, also within its `do` blocks. */
export function createdRoles(sql: string): string[] {
  return [...sql.matchAll(/\bcreate\s+role\s+("(?:[^"]|"")+"|[^\s;]+)/gi)].map(([statement]) => createdRole(statement) ?? "").filter((name) => name !== "");
}

/**
 * Runs the statements of `roles.sql` within the caller's transaction. What the target's role may not do is named, and the rest goes on: a
 * membership that only the platform may grant must not keep the data from being restored.
 *
 * @returns what was refused
 */
export async function applyRoles(client: Client, sql: string): Promise<LeftOut[]> {
  const refused: LeftOut[] = [];
  // Statements that tolerate a refusal say so in a warning.
  const listen = ({ message }: { message?: string | undefined }) => {
    if (message?.startsWith("not done: ") === true) refused.push({ what: message.slice(10, 130), why: message.split(": ").at(-1) ?? "", missed: false });
  };
  client.on("notice", listen);
  const { rows } = await client.query<{ name: string }>("select rolname as name from pg_roles");
  const existing = new Set(rows.map(({ name }) => name));
  for (const statement of splitStatements(sql)) {
    const created = createdRole(statement);
    if (created !== undefined && existing.has(created)) continue;
    await client.query("savepoint role");
    try {
      await client.query(statement);
      await client.query("release savepoint role");
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      await client.query("rollback to savepoint role");
      refused.push({ what: statement.replace(/\s+/g, " ").slice(0, 120), why: error.message, missed: true });
    }
  }
  client.off("notice", listen);
  return refused;
}
