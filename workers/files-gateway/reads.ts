/** What operators read: names, times and sizes, and one version's content. */
import type { Buckets } from "../file-versions/archive";
import { chainPrefix, encodeKey, parseVaultName } from "../file-versions/vault-name";
import type { R2Object } from "../runtime";
import { type Answer, Refusal } from "./answer";
import { metadataAnswer, metadataText, required, requiredKey } from "./route";

/** A page of the vault's entries, of one file (`key`) or of all whose keys begin with `prefix`. */
export interface HistoryPage {
  readonly objects: readonly { readonly name: string; readonly copied: string; readonly size: number }[];
  /** Ask again with `after` the last name. */
  readonly truncated: boolean;
}

/** A page of the files as they are. */
export interface PresentPage {
  readonly files: readonly PresentEntry[];
  readonly truncated: boolean;
}
export interface PresentEntry {
  readonly key: string;
  readonly etag: string;
  readonly uploaded: string;
  readonly size: number;
}

export async function history(address: URL, { VAULT }: Buckets): Promise<Answer> {
  const prefix = address.searchParams.has("key") ? chainPrefix(requiredKey(address)) : encodeKey(address.searchParams.get("prefix") ?? "");
  const { objects, truncated } = await VAULT.list({ prefix, ...startAfter(address) });
  const page: HistoryPage = { objects: objects.map(({ key: name, uploaded, size }) => ({ name, copied: uploaded.toISOString(), size })), truncated };
  return { status: 200, body: { ...page } };
}

export async function present(address: URL, { FILES }: Buckets): Promise<Answer> {
  if (address.searchParams.has("key")) {
    const file = await FILES.head(requiredKey(address));
    return { status: 200, body: { files: file === null ? [] : [entry(file)], truncated: false } };
  }
  const { objects, truncated } = await FILES.list({ prefix: address.searchParams.get("prefix") ?? "", ...startAfter(address) });
  const page: PresentPage = { files: objects.map(entry), truncated };
  return { status: 200, body: { ...page } };
}

function entry({ key, etag, uploaded, size }: R2Object): PresentEntry {
  return { key, etag, uploaded: uploaded.toISOString(), size };
}

function startAfter(address: URL): { startAfter?: string } {
  const after = address.searchParams.get("after");
  return after === null ? {} : { startAfter: after };
}

/** The content of a version. Never with a type that a browser would run. @throws Refusal */
export async function version(address: URL, { VAULT }: Buckets): Promise<Response> {
  const name = required(address, "name");
  const found = parseVaultName(name)?.kind === "version" ? await VAULT.get(name) : null;
  if (found === null || !("body" in found)) throw new Refusal(404, `CHI-W042 the vault has no "${name}": it was purged, or never there`);
  return new Response(found.body as ReadableStream<Uint8Array>, {
    headers: { "content-type": "application/octet-stream", "content-length": String(found.size), etag: `"${found.etag}"`, "cache-control": "no-store", [metadataAnswer]: metadataText(found) },
  });
}
