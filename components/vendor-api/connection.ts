/** Where a vendor's API is, and the token that opens it: from the environment, checked before the first request. */

/** The address and the token. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  /** Never in a log or an error. */
  readonly token: string;
}

/** What a vendor's connection is made from. */
export interface ConnectionSource {
  /** The vendor's own address. */
  readonly url: string;
  /** The variable with another address: the sandbox's, or a proxy's. */
  readonly urlVariable: string;
  readonly tokenVariable: string;
  /** How to get a token: the part of a sentence that follows "is not set: ". */
  readonly tokenAdvice: string;
  readonly codes: { readonly token: string; readonly address: string };
}

/**
 * Reads the address (the vendor's unless its variable is set) and the token.
 *
 * A sandbox command cannot reach the vendor, nor a cloud command the sandbox: `CHISAN_TARGET` decides which address is possible.
 *
 * @throws the source's codes: `token` without a token, `address` for an address that is refused
 */
export function connectionFrom(source: ConnectionSource, environment: Readonly<Record<string, string | undefined>>): Connection {
  const { codes, urlVariable, tokenVariable } = source;
  const given = environment[urlVariable] ?? source.url;
  const problem = urlProblem(given, environment.CHISAN_TARGET, source);
  if (problem !== undefined) throw new Error(`${codes.address} ${urlVariable} ${problem}`);
  const token = environment[tokenVariable];
  if (token === undefined || token === "") {
    throw new Error(
      `${codes.token} ${tokenVariable} is not set: ${source.tokenAdvice}, or, in the sandbox, run \`eval "$(npx chisan env)"\``,
    );
  }
  // A header cannot hold it; the error of the HTTP library would show it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Error(`${codes.token} ${tokenVariable} holds white space or a character that is not ASCII: export it again without them`);
  }
  return { url: new URL(given).origin + new URL(given).pathname.replace(/\/+$/, ""), token };
}

/** The address itself is shown only when it holds no credentials and can be parsed. */
function urlProblem(given: string, target: string | undefined, { urlVariable, tokenVariable }: ConnectionSource): string | undefined {
  if (!URL.canParse(given)) return "is not an address: unset it, or set https://<host>";
  const url = new URL(given);
  if (url.username !== "" || url.password !== "") return `holds a user or password: remove them; the token goes into ${tokenVariable}`;
  const local = url.hostname === "127.0.0.1" && (url.protocol === "http:" || url.protocol === "https:");
  if (target === "sandbox" && !local) {
    return `is ${url.origin}, but CHISAN_TARGET=sandbox allows 127.0.0.1 only: run \`eval "$(npx chisan env)"\`, or use --cloud`;
  }
  if (target === "cloud" && local) return `is ${url.origin}, the sandbox's, but CHISAN_TARGET=cloud: unset ${urlVariable}`;
  if (!local && url.protocol !== "https:") return `is ${url.origin}: the token is sent over https only; set https://${url.host}`;
  return undefined;
}
