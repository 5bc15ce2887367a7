/** Jobs of pg_cron: put back by its own functions and at once made inactive, so that a restored database does nothing by itself. */
import type { ClientBase } from "pg";
import type { LeftOut } from "./select-entries";

/** Rows in COPY's text format, by column; null for `\N`. */
export function parseCopyText(text: string, columns: readonly string[]): Record<string, string | null>[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && line !== "\\.")
    .map((line) => Object.fromEntries(line.split("\t").map((field, index) => [columns[index] ?? "", field === "\\N" ? null : unescaped(field)])));
}

/** The rows in what `pg_restore` writes for the data of one table: `COPY a.b (c, d) FROM stdin;` and lines up to `\\.` */
export function copyRows(script: string): Record<string, string | null>[] {
  const found = /^COPY \S+ \((.*)\) FROM stdin;\n([^]*?)^\\\.$/m.exec(script);
  return found === null ? [] : parseCopyText(found[2] ?? "", (found[1] ?? "").split(", ").map((column) => column.replaceAll('"', "")));
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

function unescaped(field: string): string {
  return field.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[^])/g, (_, code: string) => {
    if (/^x./.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8));
    return escapes[code] ?? code;
  });
}

/**
 * Within the caller's transaction: the scheduler sees them when they are inactive already.
 *
 * @param enable also active again those that were
 */
export async function restoreJobs(client: ClientBase, rows: readonly Record<string, string | null>[], enable: boolean): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  if (rows.length === 0) return leftOut;
  const { rows: answer } = await client.query<{ there: boolean; own: string }>("select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'cron' and p.proname = 'schedule') as there, current_user as own");
  if (answer[0]?.there !== true) return [{ what: `${rows.length} cron jobs`, why: "the target has no pg_cron: create extension pg_cron, and schedule them again", missed: true }];
  for (const row of rows) {
    const name = row["jobname"] ?? `job ${row["jobid"] ?? ""}`;
    const user = row["username"] ?? answer[0].own;
    if (user !== answer[0].own) {
      leftOut.push({ what: `cron job ${name}`, why: `it ran as ${user}, and only that role can schedule it`, missed: true });
      continue;
    }
    const scheduled =
      typeof row["jobname"] !== "string"
        ? await client.query<{ id: string }>("select cron.schedule($1, $2) as id", [row["schedule"], row["command"]])
        : await client.query<{ id: string }>("select cron.schedule($1, $2, $3) as id", [row["jobname"], row["schedule"], row["command"]]);
    if (enable && row["active"] === "t") continue;
    await client.query("select cron.alter_job(job_id := $1, active := false)", [scheduled.rows[0]?.id]);
    if (row["active"] === "t") leftOut.push({ what: `cron job ${name}`, why: "restored, but inactive: select cron.alter_job(…, active := true), or restore with --enable-jobs", missed: false });
  }
  return leftOut;
}
