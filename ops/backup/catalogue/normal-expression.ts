/**
 * An expression as PostgreSQL prints it, in a form that is the same before a dump and after its restore.
 *
 * Printing is not stable: `status in ('a', 'b')` on a varchar comes out with its casts in other places after it was read back once
 * (`ARRAY['a'::character varying]::text[]` becomes `ARRAY[('a'::character varying)::text]`). So casts, parentheses and white space are left
 * out here; names, operators and literals stay. A change of nothing but a cast is not seen.
 */
const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|::\s*(?:"(?:[^"]|"")*"|[\w$]+)(?:\.(?:"(?:[^"]|"")*"|[\w$]+))*(?: (?:varying|precision|with(?:out)? time zone))*(?:\(\d+(?:,\s*-?\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])*|[()]|\s+/g;

export function normalExpression(text: string): string {
  return text
    .replace(pieces, (piece) => (piece.startsWith("'") || piece.startsWith('"') ? piece : piece.startsWith("::") ? "" : " "))
    .replace(/ +/g, " ")
    .replace(/ ?([,;[\]]) ?/g, "$1")
    .trim();
}
