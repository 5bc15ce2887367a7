/** What in a restored database would act by itself, and is kept from it. */
import type { ClientBase } from "pg";

/** Functions that send something out of the database (as `outgoingTrigger` in ops/backup/restore/vendor.ts has them). */
const outgoing = `(n.nspname = 'supabase_functions' and p.proname = 'http_request') or (n.nspname = 'net' and p.proname in ('http_get', 'http_post', 'http_delete'))`;

async function jobs(client: ClientBase, active: boolean): Promise<string[]> {
  const { rows: there } = await client.query<{ there: boolean }>("select to_regclass('cron.job') is not null as there");
  if (there[0]?.there !== true) return [];
  const { rows } = await client.query<{ name: string }>("select coalesce(jobname, 'job ' || jobid) as name from cron.job where active = $1 order by 1", [active]);
  return rows.map(({ name }) => `cron job ${name}`);
}

async function webhooks(client: ClientBase, enabled: boolean): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select t.tgname || ' on ' || t.tgrelid::regclass as name from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
     where not t.tgisinternal and (${outgoing}) and (t.tgenabled <> 'D') = $1 order by 1`,
    [enabled],
  );
  return rows.map(({ name }) => `webhook ${name}`);
}

/** By name: `cron job nightly`, `webhook notify on orders`. */
export async function switchedOff(client: ClientBase): Promise<string[]> {
  return [...(await jobs(client, false)), ...(await webhooks(client, false))];
}

/** What would act all the same. */
export async function stillActing(client: ClientBase): Promise<string[]> {
  return [...(await jobs(client, true)), ...(await webhooks(client, true))];
}
