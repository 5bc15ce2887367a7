/**
 * The names in the version vault:
 *
 *   <key>/<uploaded>-<etag>                a version: the file had this content from `uploaded` on
 *   <key>/<uploaded>-<etag>-again-<time>   another copy of it, made when the first one's lock would have ended too early
 *   <key>/<time>-deleted                   the file was deleted then; an empty object
 *
 * In `<key>`, "%" and "/" are written "%25" and "%2F", so that the entries of one file stand together in the bucket's order of names, and
 * those of another file never among them. Times are UTC with milliseconds, so that names of one file sort by time.
 */

/** R2's own limit is 1,024 bytes for a name; the longest ending has 1 + 24 + 1 + 38 + 7 + 24 = 95. */
export const longestKeyBytes = 900;

export interface Version {
  readonly key: string;
  readonly uploaded: Date;
  readonly etag: string;
}

/** An entry of the vault, read from its name. `again` is when that copy was made. */
export type VaultName =
  | (Version & { readonly kind: "version"; readonly again?: Date })
  | { readonly kind: "deleted"; readonly key: string; readonly time: Date };

export function encodeKey(key: string): string {
  return key.replaceAll("%", "%25").replaceAll("/", "%2F");
}

/** Everything in the vault about one file starts with this. */
export function chainPrefix(key: string): string {
  return `${encodeKey(key)}/`;
}

/** Sorts after every entry of the file, also after those that are yet to come, and before those of the next file. */
export function chainEnd(key: string): string {
  return `${chainPrefix(key)}~`;
}

export function versionName({ key, uploaded, etag }: Version): string {
  return `${chainPrefix(key)}${uploaded.toISOString()}-${etag}`;
}

export function againName(version: Version, made: Date): string {
  return `${versionName(version)}-again-${made.toISOString()}`;
}

export function deletedName(key: string, time: Date): string {
  return `${chainPrefix(key)}${time.toISOString()}-deleted`;
}

/** Bytes of a key as the vault writes it. A key of more than `longestKeyBytes` cannot be kept. */
export function keyBytes(key: string): number {
  return new TextEncoder().encode(encodeKey(key)).length;
}

const time = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)`;
const pattern = new RegExp(`^([^/]*)/${time}-(?:(deleted)|([^/]+?)(?:-again-${time})?)$`, "s");

/** Gives undefined for a name that is none of ours. */
export function parseVaultName(name: string): VaultName | undefined {
  const [, encoded, at, deleted, etag, again] = pattern.exec(name) ?? [];
  if (encoded === undefined || at === undefined) return undefined;
  const key = encoded.replaceAll("%2F", "/").replaceAll("%25", "%");
  if (deleted !== undefined) return { kind: "deleted", key, time: new Date(at) };
  if (etag === undefined) return undefined;
  return { kind: "version", key, uploaded: new Date(at), etag, ...(again === undefined ? {} : { again: new Date(again) }) };
}
