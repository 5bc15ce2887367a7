/** The kinds of caller a policy has to tell apart, and a way to speak as one of them. */
import type { Client, QueryResult } from "pg";

export const actors = ["anon", "without role", "inactive manager", "viewer", "operator", "manager", "admin", "service"] as const;
export type Actor = (typeof actors)[number];

const accounts: Readonly<Partial<Record<Actor, { id: string; role?: string }>>> = {
  "without role": { id: "00000000-0000-4000-8000-000000000001" },
  "inactive manager": { id: "00000000-0000-4000-8000-000000000002", role: "manager" },
  viewer: { id: "00000000-0000-4000-8000-000000000003", role: "viewer" },
  operator: { id: "00000000-0000-4000-8000-000000000004", role: "operator" },
  manager: { id: "00000000-0000-4000-8000-000000000005", role: "manager" },
  admin: { id: "00000000-0000-4000-8000-000000000006", role: "admin" },
};

/** The id of an actor's account. */
export function idOf(actor: Actor): string {
  const account = accounts[actor];
  if (account === undefined) {
    throw new Error(`${actor} has no account`);
  }
  return account.id;
}

/** Creates the accounts through auth.users, as Supabase Auth does, and grants their roles. */
export async function createAccounts(owner: Client): Promise<void> {
  for (const [actor, account] of Object.entries(accounts)) {
    await owner.query("insert into auth.users (id, email) values ($1, $2)", [account.id, `${actor.replace(/ /g, "-")}@example.com`]);
    if (account.role !== undefined) {
      await owner.query("insert into public.user_roles (user_id, role) values ($1, $2::public.app_role)", [account.id, account.role]);
    }
  }
  await owner.query("update public.users set is_active = false where id = $1", [idOf("inactive manager")]);
}

/**
 * Runs one statement the way PostgREST does: as `authenticator`, having become the actor's role, with the claims of the token. The
 * transaction is always rolled back.
 *
 * @param authenticator a connection of the role `authenticator`
 */
export async function speakAs(authenticator: Client, actor: Actor, sql: string, parameters: unknown[] = []): Promise<QueryResult> {
  const role = actor === "anon" ? "anon" : actor === "service" ? "service_role" : "authenticated";
  const claims = { role, ...(accounts[actor] && { sub: accounts[actor].id }) };
  await authenticator.query("begin");
  try {
    await authenticator.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
      role,
      JSON.stringify(claims),
    ]);
    return await authenticator.query(sql, parameters);
  } finally {
    await authenticator.query("rollback");
  }
}
