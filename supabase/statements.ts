/** Splitting an SQL file into its statements, so that an error can name the one that failed and the history can keep them. */

/** Where a quoted region that starts at `from` ends: the index after its last character, or undefined where nothing quoted starts. */
function endOfQuoted(sql: string, from: number): number | undefined {
  const rest = (end: number, length: number) => (end < 0 ? sql.length : end + length);
  const two = sql.slice(from, from + 2);
  if (two === "--") {
    return rest(sql.indexOf("\n", from), 1);
  }
  if (two === "/*") {
    return endOfBlockComment(sql, from);
  }
  const character = sql[from];
  if (character === "'" || character === '"') {
    return endOfString(sql, from, character);
  }
  if (character === "$" && !/[\p{L}\p{N}_$]/u.test(sql[from - 1] ?? " ")) {
    const tag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(sql.slice(from, from + 65))?.[0];
    return tag === undefined ? undefined : rest(sql.indexOf(tag, from + tag.length), tag.length);
  }
  return undefined;
}

/** Block comments nest in PostgreSQL, unlike in the SQL standard. */
function endOfBlockComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at += 1) {
    if (sql.startsWith("/*", at)) {
      depth += 1;
      at += 1;
    } else if (sql.startsWith("*/", at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return sql.length;
}

/** A doubled quote needs no care: it ends one string and begins the next. A backslash escapes only in an E'…' string. */
function endOfString(sql: string, from: number, quote: string): number {
  const escapes = quote === "'" && /(?:^|[^\p{L}\p{N}_$])[eE]$/u.test(sql.slice(Math.max(0, from - 2), from));
  for (let at = from + 1; at < sql.length; at += 1) {
    if (escapes && sql[at] === "\\") {
      at += 1;
    } else if (sql[at] === quote) {
      if (escapes && sql[at + 1] === quote) {
        at += 1;
      } else {
        return at + 1;
      }
    }
  }
  return sql.length;
}

/** Whether the text holds anything besides white space and comments. */
function hasContent(text: string): boolean {
  return withoutQuoted(text, (quoted) => (quoted.startsWith("--") || quoted.startsWith("/*") ? " " : quoted)).trim() !== "";
}

/** The text with every quoted region (string, identifier, dollar-quoted body, comment) replaced. */
export function withoutQuoted(text: string, replace: (quoted: string) => string = () => " "): string {
  let result = "";
  for (let at = 0; at < text.length;) {
    const end = endOfQuoted(text, at);
    result += end === undefined ? text[at] : replace(text.slice(at, end));
    at = end ?? at + 1;
  }
  return result;
}

/**
 * The statements of an SQL text in order, each without its semicolon and with the comments that precede it.
 *
 * Understands strings, E'…' strings, quoted identifiers, dollar quotes and nested comments. Does not understand
 * `begin atomic … end` bodies, which `readMigrations` refuses.
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  for (let at = 0; at <= sql.length;) {
    const end = at < sql.length ? endOfQuoted(sql, at) : undefined;
    if (end !== undefined) {
      at = end;
      continue;
    }
    if (at === sql.length || sql[at] === ";") {
      const statement = sql.slice(start, at);
      if (hasContent(statement)) {
        statements.push(statement.trim());
      }
      start = at + 1;
    }
    at += 1;
  }
  return statements;
}
