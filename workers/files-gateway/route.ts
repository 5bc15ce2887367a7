/** Which requests there are, who may send them, and what their addresses must say. */
import type { Scope } from "../file-versions/signature";
import { keyBytes, longestKeyBytes } from "../file-versions/vault-name";
import type { R2Metadata, R2Object } from "../runtime";
import { Refusal } from "./answer";

/** Method and path, with the scopes that may sign it. */
export const routes = {
  "PUT /files": ["api"],
  "DELETE /files": ["api", "operator"],
  "POST /uploads": ["api"],
  "PUT /uploads": ["api"],
  "DELETE /uploads": ["api"],
  "GET /history": ["operator"],
  "GET /present": ["operator"],
  "GET /version": ["operator"],
  "POST /restore": ["operator"],
  "GET /status": ["operator", "status"],
} as const satisfies Record<string, readonly Scope[]>;

export type Route = keyof typeof routes;

/** @throws Refusal for a request that there is not, or that this signer may not send */
export function routeOf(method: string, address: URL): { route: Route; scope: Scope } {
  const name = `${method} ${address.pathname}`;
  if (!Object.hasOwn(routes, name)) throw new Refusal(404, `CHI-W031 there is no ${name}`);
  const scopes: readonly string[] = routes[name as Route];
  const scope = address.searchParams.get("scope") ?? "";
  if (!scopes.includes(scope)) throw new Refusal(403, `CHI-W032 ${name} is for ${scopes.join(" and ")}, the request is signed for "${scope}"`);
  return { route: name as Route, scope: scope as Scope };
}

/** @throws Refusal */
export function required(address: URL, name: string): string {
  const value = address.searchParams.get(name);
  if (value === null || value === "") throw new Refusal(400, `CHI-W033 the request needs ${name}`);
  return value;
}

/** The file's key, as R2 has it: it writes keys in Unicode's normal form C. @throws Refusal */
export function requiredKey(address: URL): string {
  const key = required(address, "key").normalize("NFC");
  const bytes = keyBytes(key);
  if (bytes > longestKeyBytes) {
    throw new Refusal(400, `CHI-W034 the key has ${bytes} bytes, with "/" counted as 3, and at most ${longestKeyBytes} can be kept: shorten it`);
  }
  return key;
}

/**
 * What the signer bound of the content: `length` (bytes), `type`, `sha256`.
 *
 * @returns the content's length
 * @throws Refusal
 */
export function checkContent(address: URL, headers: Headers): number {
  const length = headers.get("content-length");
  if (length === null || !/^\d{1,13}$/.test(length)) throw new Refusal(411, "CHI-W035 the content's length is not known: send Content-Length");
  for (const [parameter, header] of [["length", "content-length"], ["type", "content-type"]] as const) {
    const bound = address.searchParams.get(parameter);
    const sent = headers.get(header);
    if (bound !== null && bound !== sent) throw new Refusal(400, `CHI-W036 ${header} is "${sent ?? ""}", the request was signed for "${bound}"`);
  }
  return Number(length);
}

const httpHeaders = {
  "content-type": "contentType",
  "content-disposition": "contentDisposition",
  "content-encoding": "contentEncoding",
  "content-language": "contentLanguage",
  "cache-control": "cacheControl",
} as const;
/** The file's own metadata, in headers of the request that writes it. */
export const metadataHeader = "x-chisan-meta-";

export function metadataOf(headers: Headers): R2Metadata {
  const httpMetadata: Record<string, string> = {};
  for (const [header, name] of Object.entries(httpHeaders)) {
    const value = headers.get(header);
    if (value !== null) httpMetadata[name] = value;
  }
  const own = [...headers].filter(([name]) => name.startsWith(metadataHeader)).map(([name, value]) => [name.slice(metadataHeader.length), value]);
  return { httpMetadata, customMetadata: Object.fromEntries(own) as Record<string, string> };
}

/** In an answer: a version's metadata, in the form in which a request that writes the file gives them. */
export const metadataAnswer = "x-chisan-metadata";

/** JSON of header names and values, percent-encoded: a header holds no other letters. */
export function metadataText({ httpMetadata, customMetadata }: Pick<R2Object, "httpMetadata" | "customMetadata">): string {
  const http = Object.entries(httpHeaders).flatMap(([header, name]) => {
    const value = httpMetadata?.[name];
    return typeof value === "string" ? [[header, value] as const] : [];
  });
  const own = Object.entries(customMetadata ?? {}).map(([name, value]) => [`${metadataHeader}${name}`, value] as const);
  return encodeURIComponent(JSON.stringify(Object.fromEntries([...http, ...own])));
}
