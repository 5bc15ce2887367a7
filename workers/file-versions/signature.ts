/**
 * Short-lived signed requests to the files gateway: HMAC-SHA-256 over the method, the path and every parameter of the address, among them
 * the key, when it expires, and what it binds of the content (`length`, `type`, `sha256`). The same in Workers and in Node.
 */

/** What a signer may do: the API writes, an operator reads and restores versions, the metrics exporter reads numbers. */
export type Scope = "api" | "operator" | "status";

/** Seconds that a signature may live at most. */
export const longestLife = 900;
/** Seconds that the signer's clock may differ from Cloudflare's. */
export const clockSkew = 30;

const encoder = new TextEncoder();

/** The key of one scope, in hexadecimal. Whoever has it cannot find the secret or another scope's key. */
export async function scopeKey(secret: string, scope: Scope): Promise<string> {
  return hex(await crypto.subtle.sign("HMAC", await hmacKey(secret), encoder.encode(`chisan-files/${scope}`)));
}

export interface RequestToSign {
  readonly method: string;
  /** Of the gateway: `https://files.chisan.app`. */
  readonly base: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly scope: Scope;
  /** Seconds. */
  readonly life: number;
  readonly now: Date;
}

/** @param key of the scope: `scopeKey()` */
export async function signedAddress(request: RequestToSign, key: string): Promise<string> {
  const address = new URL(request.path, request.base);
  for (const [name, value] of Object.entries(request.parameters)) address.searchParams.set(name, value);
  address.searchParams.set("scope", request.scope);
  // A signature is good for one write: two of the same second must not be one.
  address.searchParams.set("nonce", crypto.randomUUID());
  address.searchParams.set("expires", String(Math.floor(request.now.getTime() / 1000) + request.life));
  const signature = await crypto.subtle.sign("HMAC", await hmacKey(key), canonical(request.method, address));
  address.searchParams.set("signature", hex(signature));
  return address.toString();
}

/**
 * @param keys of the scope that the address names: the current secret's, and while rotating the previous one's
 * @returns what is wrong, or undefined
 */
export async function signatureProblem(method: string, address: URL, keys: readonly string[], now: Date): Promise<string | undefined> {
  const names = [...address.searchParams.keys()];
  if (new Set(names).size !== names.length) return "CHI-W011 a parameter is given twice: give each once";
  const expires = Number(address.searchParams.get("expires") ?? Number.NaN);
  const seconds = now.getTime() / 1000;
  if (!Number.isSafeInteger(expires)) return "CHI-W012 the request has no time at which it expires: sign it with expires";
  if (seconds > expires + clockSkew) return `CHI-W013 the request expired ${Math.floor(seconds - expires)} s ago: sign it again`;
  if (expires > seconds + longestLife + clockSkew) {
    return `CHI-W014 the request would live ${Math.floor(expires - seconds)} s, at most ${longestLife} are allowed: sign it for less, or set the clock right`;
  }
  if ((address.searchParams.get("nonce") ?? "").length < 16) return "CHI-W016 the request has no nonce of 16 characters or more: sign it with one";
  const signature = bytes(address.searchParams.get("signature") ?? "");
  const text = canonical(method, address);
  for (const key of keys) {
    // verify() compares in constant time.
    if (signature !== undefined && (await crypto.subtle.verify("HMAC", await hmacKey(key), signature, text))) return undefined;
  }
  return "CHI-W015 the signature is not one of this request: sign the method, the path and all parameters with the current secret";
}

/** JSON, so that no two requests have one text. Independent of the order and the encoding of the parameters. */
function canonical(method: string, address: URL): Uint8Array<ArrayBuffer> {
  const parameters = [...address.searchParams].filter(([name]) => name !== "signature").sort(([one], [other]) => (one < other ? -1 : 1));
  return encoder.encode(JSON.stringify(["chisan-files-1", method, address.pathname, parameters]));
}

function hmacKey(secret: string) {
  return crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function hex(buffer: ArrayBuffer): string {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[0-9a-f]{64}$/.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
