/**
 * Of what `pg_dump` or `pg_restore` wrote on standard error, the line that says why it ended: the last `error:`. Details and the query come after it
 * (`pg_log_error_detail`), and say nothing by themselves.
 */
export function programError(words: string): string | undefined {
  const lines = words.trim().split("\n").filter((line) => line !== "");
  return lines.findLast((line) => / error: /.test(line)) ?? lines.at(-1);
}
