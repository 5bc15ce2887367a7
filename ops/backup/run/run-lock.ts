/**
 * One backup of a database at a time, by a lock of the database itself. It is held by the transaction whose snapshot is being read and ends with
 * it, however the run ends: there is nothing to expire, to renew or to clear away. A lease in the bucket would need all of that, a clock
 * besides, and would still not know whether its holder lives. That two runs which nevertheless overlap (two databases after a failover) do not harm each other is
 * not this lock's business: each writes a folder of its own, and `latest.json` moves by conditional writes.
 */
import type { Client } from "pg";

/** Arbitrary, ours alone: "chis", "back". */
const lockKey = [0x63686973, 0x6261636b] as const;

/**
 * Takes the lock for the rest of the transaction.
 * @throws CHI-A031 when another run has it: who, and since when
 */
export async function takeRunLock(client: Client, database: string): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>("select pg_catalog.pg_try_advisory_xact_lock($1, $2) as taken", [...lockKey]);
  if (rows[0]?.taken === true) return;
  const holder = await client.query<{ who: string | null; since: string | null; where: string | null }>(
    `select activity.application_name as who, pg_catalog.to_char(activity.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as since, pg_catalog.host(activity.client_addr) as where
     from pg_catalog.pg_locks as locks join pg_catalog.pg_stat_activity as activity using (pid)
     where locks.locktype = 'advisory' and locks.granted and locks.classid = $1::bigint::oid and locks.objid = $2::bigint::oid and locks.objsubid = 2
       and locks.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
    [...lockKey],
  );
  const { who, since, where } = holder.rows[0] ?? {};
  const by = who ? `${who}${where ? ` (from ${where})` : ""}` : "another run";
  throw new Error(`CHI-A031 a backup of ${database} is already running: ${by}${since ? `, since ${since} UTC` : ""}; wait for it, or end that process`);
}
