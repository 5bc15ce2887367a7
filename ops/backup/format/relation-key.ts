/** A table or a sequence as one text: a key of the manifest, and of the restore's own sets. */

/**
 * `schema.name`, which reads in one way only: a name with a dot in it, or a quote in front, is quoted as SQL quotes it. Any other stays as it
 * is, so the key of an ordinary table is what it always was.
 */
export function relationKey(schema: string, name: string): string {
  return `${quotedWhereNeeded(schema)}.${quotedWhereNeeded(name)}`;
}

function quotedWhereNeeded(name: string): string {
  return name.includes(".") || name.startsWith('"') ? `"${name.replaceAll('"', '""')}"` : name;
}

const quotedName = /^"((?:[^"]|"")+)"/;

/** The inverse of {@link relationKey}. Of a key that it does not make the schema ends at the first dot: manifests of before have such keys. */
export function relationOf(key: string): { schema: string; name: string } {
  const quoted = quotedName.exec(key);
  if (quoted !== null && key[quoted[0].length] === ".") return { schema: unquoted(quoted[0]), name: unquoted(key.slice(quoted[0].length + 1)) };
  const dot = key.indexOf(".");
  return { schema: key.slice(0, dot), name: unquoted(key.slice(dot + 1)) };
}

function unquoted(text: string): string {
  const quoted = quotedName.exec(text);
  return quoted?.[0].length === text.length ? text.slice(1, -1).replaceAll('""', '"') : text;
}
