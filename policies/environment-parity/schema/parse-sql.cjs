/**
 * Parses SQL with PostgreSQL 15's own parser (libpg_query, compiled to WebAssembly): { file: text } on stdin, { file: statements } on stdout.
 * A process of its own, because the module is ready only after a turn of the event loop, and a policy answers at once.
 */
const { readFileSync } = require("node:fs");
const { loadModule, parseSync } = require("libpg-query");

async function main() {
  await loadModule();
  const files = Object.entries(JSON.parse(readFileSync(0, "utf8")));
  process.stdout.write(JSON.stringify(Object.fromEntries(files.map(([file, sql]) => [file, parsed(file, sql)]))));
}

function parsed(file, sql) {
  try {
    // The parser refuses an empty text, and says nothing of a file of comments.
    return sql.trim() === "" ? [] : (parseSync(sql).stmts ?? []).map(({ stmt }) => stmt);
  } catch (error) {
    const at = error.sqlDetails?.cursorPosition;
    const line = typeof at === "number" ? `, line ${sql.slice(0, at).split("\n").length}` : "";
    throw new Error(`CHI-Y010 supabase/migrations/${file}${line}: PostgreSQL 15 does not parse it (${error.message}): correct the statement`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
