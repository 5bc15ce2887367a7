/**
 * An expression as PostgreSQL prints it, in a form that is the same before a dump and after its restore.
 *
 * Printing is not stable: `status in ('a', 'b')` on a varchar comes out with its casts in other places after it was read back once
 * (`ARRAY['a'::character varying]::text[]` becomes `ARRAY[('a'::character varying)::text]`). So casts, parentheses and white space are left
 * out here; names, operators and literals stay. A change of nothing but a cast is not seen.
 */
const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|::\s*(?:"(?:[^"]|"")*"|[\w$]+)(?:\.(?:"(?:[^"]|"")*"|[\w$]+))*(?: (?:varying|precision|with(?:out)? time zone))*(?:\(\d+(?:,\s*-?\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])*|[()]|\s+/g;

/** A quoted text, or white space around what needs none: the former stays as it is. */
const spacing = /'(?:[^']|'')*'|"(?:[^"]|"")*"| *([,;[\]]) *| +/g;

export function normalExpression(text: string): string {
  const bare = text.replace(pieces, (piece) => (isQuoted(piece) ? piece : piece.startsWith("::") ? "" : " "));
  return bare.replace(spacing, (piece, mark: string | undefined) => (isQuoted(piece) ? piece : (mark ?? " "))).trim();
}

function isQuoted(piece: string): boolean {
  return piece.startsWith("'") || piece.startsWith('"');
}
