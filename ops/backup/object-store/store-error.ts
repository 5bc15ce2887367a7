/** What the object store's refusals mean to whoever reads the one line. */

/** The condition of a conditional write did not hold: someone else was there first. */
export class ConditionFailed extends Error {
  public constructor(key: string) {
    super(`CHI-A014 ${key} was changed by someone else meanwhile; run the same command again`);
    this.name = "ConditionFailed";
  }
}

/** What was asked for is not there. */
export class ObjectMissing extends Error {
  public constructor(key: string) {
    super(`CHI-A015 there is no object ${key} in the bucket; npx chisan backup list`);
    this.name = "ObjectMissing";
  }
}

/** What the SDK's errors have, as far as it is used here. */
interface Refusal {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const credentialCodes = new Set([
  "AccessDenied", "ExpiredToken", "ExpiredTokenException", "Forbidden", "InvalidAccessKeyId", "InvalidArgument.AccessKey", "InvalidToken",
  "SignatureDoesNotMatch", "Unauthorized",
]);

export function codeOf(error: unknown): string {
  const { Code, name, code, message } = (error ?? {}) as Refusal;
  // The system's own: ECONNREFUSED, ENOTFOUND.
  const system = code ?? /\bE[A-Z]{4,}\b/.exec(message ?? "")?.[0];
  return Code ?? (name !== undefined && !["Error", "AggregateError"].includes(name) ? name : undefined) ?? system ?? "unknown";
}

export function statusOf(error: unknown): number | undefined {
  return ((error ?? {}) as Refusal).$metadata?.httpStatusCode;
}

export function isMissing(error: unknown): boolean {
  return ["NoSuchKey", "NotFound"].includes(codeOf(error)) || (statusOf(error) === 404 && codeOf(error) !== "NoSuchBucket" && codeOf(error) !== "NoSuchUpload");
}

export function isConditionFailed(error: unknown): boolean {
  // 409: R2 and S3 answer so while another conditional write to the key is on its way.
  return statusOf(error) === 412 || codeOf(error) === "PreconditionFailed" || codeOf(error) === "ConditionalRequestConflict";
}

export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/**
 * The refusal as one line. Holds the vendor's code, never its message, which may repeat a key or a signature.
 *
 * @param where bucket and endpoint
 * @param what `write database/daily/…`
 */
export function storeError(error: unknown, where: string, what: string): Error {
  if (error instanceof Error && /^CHI-/.test(error.message)) return error;
  if (isAborted(error)) return error as Error;
  const [code, status] = [codeOf(error), statusOf(error)];
  const answer = status === undefined || status < 300 ? code : `${status} ${code}`;
  if (/Lock/.test(code)) return line("CHI-A013", `a lock of the bucket forbids to ${what} at ${where} (${answer})`, "npx chisan backup list shows until when", error);
  if (code === "NoSuchBucket") return line("CHI-A011", `there is no bucket at ${where}, to ${what} failed`, "npx chisan up <stack>", error);
  if (code === "RequestTimeTooSkewed") return line("CHI-A010", `this machine's clock is too far from the object store's at ${where}, to ${what} failed`, "timedatectl set-ntp true", error);
  if (credentialCodes.has(code) || status === 401 || status === 403) {
    return line("CHI-A010", `the credentials for ${where} are refused (${answer}), to ${what} failed: they have expired, were revoked, or are for another bucket`, "npx chisan up <stack> makes them anew", error);
  }
  const attempts = ((error ?? {}) as Refusal).$metadata?.attempts;
  return line("CHI-A012", `the object store at ${where} did not ${what} (${answer}${attempts === undefined ? "" : `, ${attempts} attempts`})`, "see that it is reachable and run the same command again", error);
}

function line(code: string, wrong: string, remedy: string, cause: unknown): Error {
  return new Error(`${code} ${wrong}; ${remedy}`, { cause });
}
