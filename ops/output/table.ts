/** Lays rows out in columns, the first row as the heading. Widths count characters as a terminal shows Latin text. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd();
  const [heading = [], ...body] = rows;
  return [line(heading), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(line)].join("\n");
}
