/** What a value is by its form, whatever its variable is called. */
import { jsonRecord } from "./properties";

/** A password alone, without a user, is how Redis is given one: `redis://:password@host`. */
const forms: readonly (readonly [form: RegExp, what: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/:\/\/[^/\s:@]*:[^/\s@]+@/, "a password in an address"],
  [/AGE-SECRET-KEY-1/i, "an age identity"],
  // The vendor's newer keys; the public ones begin with sb_publishable_.
  [/\bsb_secret_/, "a secret key of Supabase"],
];

/** Three parts in base64url (RFC 7519), of which the first two are read. A token may stand within an address, or behind other letters: `{"` is `eyJ`. */
const token = /(?:(?<![\w-])|(?=eyJ))(?=([\w-]+)\.([\w-]+)\.[\w-]*)/g;

/** Roles that may be named in a message; another text of a token may not. */
const knownRoles: readonly unknown[] = ["service_role", "authenticated", "supabase_admin", "postgres"];

/** In words, what makes a value a secret; undefined where its form shows nothing. Never a part of the value. */
export function secretWithin(value: string): string | undefined {
  return forms.find(([form]) => form.test(value))?.[1] ?? secretToken(value);
}

/** Of all tokens only Supabase's key of the role `anon` is public: row level security limits it. */
function secretToken(value: string): string | undefined {
  for (const [, header = "", claims = ""] of value.matchAll(token)) {
    // A host name has parts as well, and no JSON in them; every header says its algorithm (RFC 7515, section 4.1.1), and claims do not.
    if (decoded(header)?.["alg"] === undefined) continue;
    const role = decoded(claims)?.["role"];
    if (role !== "anon") return knownRoles.includes(role) ? `a token of the role ${String(role)}` : "a token that is not of the role anon";
  }
  return undefined;
}

function decoded(part: string): Readonly<Record<string, unknown>> | undefined {
  return jsonRecord(Buffer.from(part, "base64url").toString("utf8"));
}
