/** Requests to a vendor's HTTP API, as the dynamic providers make them: repeated after failures in passing, and silent about the token. */
import type { z } from "zod";
import { type Clock, delayAfter, systemClock } from "./clock";
import type { Connection } from "./connection";

/** A request that did not succeed. The message is one line and holds no token. */
export class VendorApiError extends Error {
  override readonly name = "VendorApiError";

  constructor(
    message: string,
    /** The vendor's status; undefined when no answer came, or none that was understood. */
    readonly status?: number,
  ) {
    super(message);
  }
}

export interface ClientTiming {
  readonly clock: Clock;
  /** Milliseconds for one request with its repetitions. */
  readonly requestDeadline: number;
  /** Milliseconds for one attempt. */
  readonly attemptDeadline: number;
  /** Milliseconds that a change may take to become visible. */
  readonly visibleDeadline: number;
}

export const defaultTiming: ClientTiming = { clock: systemClock, requestDeadline: 120_000, attemptDeadline: 30_000, visibleDeadline: 600_000 };

/** How a vendor's errors are read and worded. */
export interface VendorApiWords {
  readonly codes: { readonly refused: string; readonly gaveUp: string; readonly notAsDescribed: string };
  /** The variable that may have led to a server of another kind. */
  readonly urlVariable: string;
  /** Where the shapes of answers are, from the repository's root. */
  readonly clientFile: string;
  /** What to do after a status. */
  readonly advice: { readonly [status: number]: string };
  /** Where a refusal's parsed body has the vendor's words. */
  readonly message: (body: unknown) => unknown;
}

type Attempt =
  | { kind: "answer"; text: string }
  | { kind: "refused"; status: number; text: string }
  | { kind: "retry"; reason: string; status?: number; retryAfter: number };

/**
 * For requests that may be repeated without harm (reading, or setting a state): what fails in passing (429, 5xx, a broken connection) is
 * repeated with growing pauses until the deadline.
 */
export class VendorApi {
  constructor(
    private readonly words: VendorApiWords,
    private readonly connection: Connection,
    private readonly timing: ClientTiming,
  ) {}

  /** The text of the answer. @throws VendorApiError with the code `refused` or `gaveUp` */
  async request(method: string, path: string, body?: unknown): Promise<string> {
    const { clock, requestDeadline } = this.timing;
    const end = clock.now() + requestDeadline;
    for (let attempts = 1; ; attempts++) {
      const attempt = await this.attempt(method, path, body);
      if (attempt.kind === "answer") return attempt.text;
      if (attempt.kind === "refused") throw this.refusal(method, path, attempt.status, attempt.text);
      const delay = delayAfter(attempts, clock.random(), attempt.retryAfter);
      if (clock.now() + delay > end) {
        const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
        throw this.error(
          `${this.words.codes.gaveUp} ${method} ${path}: ${attempt.reason}, given up after ${tries} (at most ${requestDeadline / 1000} s): run the same command again later`,
          attempt.status,
        );
      }
      await clock.sleep(delay);
    }
  }

  /** The answer as JSON of a shape. @throws VendorApiError as `request`, and with the code `notAsDescribed` */
  async json<T>(method: string, path: string, shape: z.ZodType<T>, body?: unknown): Promise<T> {
    const text = await this.request(method, path, body);
    const code = this.words.codes.notAsDescribed;
    let value: unknown;
    try {
      value = JSON.parse(text) as unknown;
    } catch {
      throw this.error(`${code} ${method} ${path}: the answer is not JSON: check ${this.words.urlVariable}`);
    }
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path: where, message }) => `${where.join(".")} ${message}`).join("; ");
    throw this.error(`${code} ${method} ${path}: the answer is not as the vendor describes it (${issues}): correct ${this.words.clientFile}`);
  }

  /** One line, not too long, without the token, whatever the vendor echoes. */
  error(message: string, status?: number): VendorApiError {
    const oneLine = message.replaceAll(this.connection.token, "[token]").replace(/\s+/g, " ");
    return new VendorApiError(oneLine.length > 600 ? `${oneLine.slice(0, 600)}…` : oneLine, status);
  }

  private async attempt(method: string, path: string, body: unknown): Promise<Attempt> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.connection.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.connection.token}`,
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The token is for this host only.
        redirect: "error",
        signal: AbortSignal.timeout(this.timing.attemptDeadline),
      });
      text = await response.text();
    } catch (error) {
      return { kind: "retry", reason: `no answer (${causeOf(error)})`, retryAfter: 0 };
    }
    const { status } = response;
    if (response.ok) return { kind: "answer", text };
    // 501 says that the server will never do it.
    if (status === 408 || status === 429 || (status >= 500 && status !== 501)) {
      const reason = `${status} ${this.vendorsMessage(text)}`;
      return { kind: "retry", reason, status, retryAfter: retryAfter(response.headers.get("retry-after"), this.timing.clock.now()) };
    }
    return { kind: "refused", status, text };
  }

  private refusal(method: string, path: string, status: number, text: string): VendorApiError {
    const advice = this.words.advice[status] ?? "correct what is asked for and run the same command again";
    return this.error(`${this.words.codes.refused} ${method} ${path}: ${status} ${this.vendorsMessage(text)}: ${advice}`, status);
  }

  /** What the vendor says, from its shape of an error where the body has it. */
  private vendorsMessage(text: string): string {
    try {
      const message = this.words.message(JSON.parse(text));
      return typeof message === "string" ? message : "(no message)";
    } catch {
      // A proxy's page, for example.
      return "(no message)";
    }
  }
}

/** Undefined for a 404. */
export async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof VendorApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Milliseconds that a `Retry-After` header (seconds, or a date) asks for; 0 when there is none that can be read. */
export function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

/** The code of what broke (`ECONNRESET`) or its name (`TimeoutError`); never its message, which may repeat headers. */
function causeOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "unknown cause";
}
