/** Where the Supabase Management API is, and the token that opens it: from the environment, checked before the first request. */

/** The address and the token. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  /** Never in a log or an error. */
  readonly token: string;
}

const vendorUrl = "https://api.supabase.com";

/**
 * Reads `SUPABASE_API_URL` (the vendor's unless set) and `SUPABASE_ACCESS_TOKEN`.
 *
 * A sandbox command cannot reach the vendor, nor a cloud command the sandbox: `CHISAN_TARGET` decides which address is possible.
 *
 * @throws CHI-C630 without a token, CHI-C631 for an address that is refused
 */
export function connectionFrom(environment: Readonly<Record<string, string | undefined>>): Connection {
  const given = environment.SUPABASE_API_URL ?? vendorUrl;
  const problem = urlProblem(given, environment.CHISAN_TARGET);
  if (problem !== undefined) throw new Error(`CHI-C631 SUPABASE_API_URL ${problem}`);
  const token = environment.SUPABASE_ACCESS_TOKEN;
  if (token === undefined || token === "") {
    throw new Error(
      'CHI-C630 SUPABASE_ACCESS_TOKEN is not set: export a token of the Supabase account (dashboard → account → access tokens), or, in the sandbox, run `eval "$(npx chisan env)"`',
    );
  }
  // A header cannot hold it; the error of the HTTP library would show it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Error("CHI-C630 SUPABASE_ACCESS_TOKEN holds white space or a character that is not ASCII: export it again without them");
  }
  return { url: new URL(given).origin + new URL(given).pathname.replace(/\/+$/, ""), token };
}

/** The address itself is shown only when it holds no credentials and can be parsed. */
function urlProblem(given: string, target: string | undefined): string | undefined {
  if (!URL.canParse(given)) return "is not an address: unset it, or set https://<host>";
  const url = new URL(given);
  if (url.username !== "" || url.password !== "") return "holds a user or password: remove them; the token goes into SUPABASE_ACCESS_TOKEN";
  const local = url.hostname === "127.0.0.1" && (url.protocol === "http:" || url.protocol === "https:");
  if (target === "sandbox" && !local) {
    return `is ${url.origin}, but CHISAN_TARGET=sandbox allows 127.0.0.1 only: run \`eval "$(npx chisan env)"\`, or use --cloud`;
  }
  if (target === "cloud" && local) return `is ${url.origin}, the sandbox's, but CHISAN_TARGET=cloud: unset SUPABASE_API_URL`;
  if (!local && url.protocol !== "https:") return `is ${url.origin}: the token is sent over https only; set https://${url.host}`;
  return undefined;
}
