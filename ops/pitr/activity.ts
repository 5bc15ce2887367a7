/** Step 1 of procedure B: when did it happen? The audit log's activity around a time. Reads only. */
import type { ClientBase } from "pg";
import { table } from "../output/table";
import { momentInWords } from "./moment";

/** Changes of one kind within one minute. */
export interface MinuteOfChanges {
  /** Seconds since 1970. */
  readonly minute: number;
  readonly table: string;
  readonly action: string;
  readonly changes: number;
  /** The audit log's actor ids, at most three; null is a service or an operator. */
  readonly actors: ReadonlyArray<string | null>;
  /** Seconds since 1970, with fraction: the first of them. */
  readonly first: number;
}

/** @param seconds since 1970 @param minutes on either side @throws CHI-A118 when the audit log itself is gone */
export async function activityAround(client: ClientBase, stack: string, seconds: number, minutes: number): Promise<MinuteOfChanges[]> {
  const { rows: found } = await client.query<{ there: boolean }>("select to_regclass('public.audit_log') is not null as there");
  if (found[0]?.there !== true) {
    throw new Error(`CHI-A118 the audit log of ${stack} is not there, it may be part of the damage: take the time from the API's logs, then npx chisan pitr --stack ${stack} --to <time> --dry-run`);
  }
  const { rows } = await client.query<{ minute: number; table: string; action: string; changes: number; actors: Array<string | null>; first: number }>(
    `select extract(epoch from date_trunc('minute', occurred_at))::float8 as minute, table_name as table, action, count(*)::float8 as changes,
       (array_agg(distinct actor_id::text))[1:3] as actors, extract(epoch from min(occurred_at))::float8 as first
     from public.audit_log where occurred_at between to_timestamp($1::float8) and to_timestamp($2::float8)
     group by 1, 2, 3 order by 1, 2, 3`,
    [seconds - minutes * 60, seconds + minutes * 60],
  );
  return rows;
}

/** The largest removal of rows among them, and the last whole second before it; undefined when nothing was removed. */
export function suspect(activity: readonly MinuteOfChanges[]): { readonly change: MinuteOfChanges; readonly lastGood: number } | undefined {
  const weight = ({ action, changes }: MinuteOfChanges): number => (action === "TRUNCATE" ? Number.POSITIVE_INFINITY : action === "DELETE" ? changes : 0);
  const change = activity.reduce<MinuteOfChanges | undefined>((worst, each) => (weight(each) > (worst === undefined ? 0 : weight(worst)) ? each : worst), undefined);
  // A transaction's commit is later than its first change: all of it is after that second.
  return change && { change, lastGood: Math.floor(change.first) };
}

export function activityInWords(stack: string, activity: readonly MinuteOfChanges[]): string {
  if (activity.length === 0) return "No audited change then. A dropped table is none: the audit log sees rows, and truncates, but no change of the schema";
  const rows = activity.map(({ minute, table: name, action, changes, actors }) => [momentInWords(minute), name, action, String(changes), actors.map((actor) => actor ?? "a service or an operator").join(", ")]);
  const found = suspect(activity);
  const advice =
    found === undefined
      ? "Nothing was deleted then. A dropped table does not show: the audit log sees rows, and truncates, but no change of the schema"
      : `The largest removal is ${found.change.changes} ${found.change.action} of ${found.change.table}; the last second before it: npx chisan pitr --stack ${stack} --to ${new Date(found.lastGood * 1000).toISOString().replace(".000", "")} --dry-run`;
  return `${table([["Minute", "Table", "Change", "Count", "By"], ...rows])}\n\n${advice}`;
}
