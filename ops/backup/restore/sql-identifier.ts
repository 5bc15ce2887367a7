/** Names as they stand in what `pg_dump` writes: between quotes they may hold anything, line breaks too. */

/** Source of a regular expression for one name, without a group. */
export const identifier = String.raw`(?:"(?:[^"]|"")+"|[^\s".;]+)`;

/** `ALTER TABLE … DISABLE TRIGGER …`, which `pg_dump`, and our own restore, put behind a trigger that is switched off. */
export const switchedOff = new RegExp(String.raw`\n+ALTER (?:FOREIGN )?TABLE ${identifier}\.${identifier} DISABLE TRIGGER ${identifier};\s*$`);

/** The name itself, of one that is or is not between quotes. */
export function nameOf(quoted: string): string {
  return quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
}
