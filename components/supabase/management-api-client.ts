/** The Supabase Management API, as far as this project uses it. */
import { z } from "zod";
import { type Clock, delayAfter, pollUntil, systemClock } from "./clock";
import { type Connection, connectionFrom } from "./management-api-connection";

/** A request that did not succeed. The message is one line and holds no token. */
export class ManagementApiError extends Error {
  override readonly name = "ManagementApiError";

  constructor(
    message: string,
    /** The vendor's status; undefined when no answer came, or none that was understood. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Add-ons that this project selects. */
export type AddonType = "pitr" | "ipv4";

export interface ClientTiming {
  readonly clock: Clock;
  /** Milliseconds for one request with its repetitions. */
  readonly requestDeadline: number;
  /** Milliseconds for one attempt. */
  readonly attemptDeadline: number;
  /** Milliseconds that a change may take to become visible, or a project to become healthy. A compute change takes minutes. */
  readonly visibleDeadline: number;
}

const defaultTiming: ClientTiming = { clock: systemClock, requestDeadline: 120_000, attemptDeadline: 30_000, visibleDeadline: 600_000 };

// Only what is read here is required, so that a new member of the vendor's answers does no harm.
const projectShape = z.object({ ref: z.string(), name: z.string(), status: z.string(), database: z.object({ version: z.string() }) });
const addonsShape = z.object({ selected_addons: z.array(z.object({ type: z.string(), variant: z.object({ id: z.string() }) })) });

export type Project = z.infer<typeof projectShape>;

/** States from which a project does not become healthy by waiting. */
const dead: ReadonlySet<string> = new Set([
  "INACTIVE",
  "INIT_FAILED",
  "REMOVED",
  "GOING_DOWN",
  "RESTORE_FAILED",
  "PAUSING",
  "PAUSE_FAILED",
]);

type Attempt =
  | { kind: "answer"; text: string }
  | { kind: "refused"; status: number; text: string }
  | { kind: "retry"; reason: string; status?: number; retryAfter: number };

/**
 * Every request may be repeated without harm (reading, or setting a state), so what fails in passing (429, 5xx, a broken connection) is
 * repeated with growing pauses until the deadline.
 */
export class ManagementApiClient {
  constructor(
    private readonly connection: Connection,
    readonly timing: ClientTiming = defaultTiming,
  ) {}

  /** @throws CHI-C630, CHI-C631 */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>> = process.env): ManagementApiClient {
    return new ManagementApiClient(connectionFrom(environment));
  }

  /** Undefined when there is no such project. */
  async project(ref: string): Promise<Project | undefined> {
    return unlessMissing(this.get(`/v1/projects/${ref}`, projectShape));
  }

  /** Waits until a new or changing project works. @throws CHI-C635 when it does not within `visibleDeadline` */
  async healthyProject(ref: string): Promise<Project> {
    let status = "not visible";
    const healthy = await pollUntil(this.timing.clock, this.timing.visibleDeadline, async () => {
      const project = await this.project(ref);
      status = project?.status ?? "not visible";
      if (dead.has(status)) throw this.notHealthy(ref, status);
      return status === "ACTIVE_HEALTHY" ? project : undefined;
    });
    if (!healthy) throw this.notHealthy(ref, `${status} after ${this.timing.visibleDeadline / 1000} s`);
    return healthy;
  }

  /** The selected variant of an add-on, null for none, undefined when there is no such project. */
  async addon(ref: string, type: AddonType): Promise<string | null | undefined> {
    const addons = await unlessMissing(this.get(`/v1/projects/${ref}/billing/addons`, addonsShape));
    return addons && (addons.selected_addons.find((addon) => addon.type === type)?.variant.id ?? null);
  }

  /** Selects a variant, in the place of the selected one. It may take a while to be visible. */
  async selectAddon(ref: string, type: AddonType, variant: string): Promise<void> {
    await this.request("PATCH", `/v1/projects/${ref}/billing/addons`, { addon_type: type, addon_variant: variant });
  }

  /** Removes a selected variant. It may stay visible for a while. */
  async removeAddon(ref: string, variant: string): Promise<void> {
    await this.request("DELETE", `/v1/projects/${ref}/billing/addons/${variant}`);
  }

  /** The text of the answer. */
  private async request(method: string, path: string, body?: unknown): Promise<string> {
    const { clock, requestDeadline } = this.timing;
    const end = clock.now() + requestDeadline;
    for (let attempts = 1; ; attempts++) {
      const attempt = await this.attempt(method, path, body);
      if (attempt.kind === "answer") return attempt.text;
      if (attempt.kind === "refused") throw this.refusal(method, path, attempt.status, attempt.text);
      const delay = delayAfter(attempts, clock.random(), attempt.retryAfter);
      if (clock.now() + delay > end) {
        const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
        throw new ManagementApiError(
          this.line(
            `CHI-C633 ${method} ${path}: ${attempt.reason}, given up after ${tries} (at most ${requestDeadline / 1000} s): run the same command again later`,
          ),
          attempt.status,
        );
      }
      await clock.sleep(delay);
    }
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

  private async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const text = await this.request("GET", path);
    let value: unknown;
    try {
      value = JSON.parse(text) as unknown;
    } catch {
      throw new ManagementApiError(this.line(`CHI-C634 GET ${path}: the answer is not JSON: check SUPABASE_API_URL`));
    }
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path: where, message }) => `${where.join(".")} ${message}`).join("; ");
    throw new ManagementApiError(
      this.line(
        `CHI-C634 GET ${path}: the answer is not as the vendor describes it (${issues}): correct components/supabase/management-api-client.ts`,
      ),
    );
  }

  private refusal(method: string, path: string, status: number, text: string): ManagementApiError {
    return new ManagementApiError(
      this.line(
        `CHI-C632 ${method} ${path}: ${status} ${this.vendorsMessage(text)}: ${advice[status] ?? "correct what is asked for and run the same command again"}`,
      ),
      status,
    );
  }

  private notHealthy(ref: string, status: string): ManagementApiError {
    return new ManagementApiError(
      this.line(
        `CHI-C635 the Supabase project ${ref} is ${status}, not ACTIVE_HEALTHY: look at it in the vendor's dashboard, then run the same command again`,
      ),
    );
  }

  /** What the vendor says, from its shape of an error where the body has it. */
  private vendorsMessage(text: string): string {
    try {
      const { message } = JSON.parse(text) as { message?: unknown };
      return typeof message === "string" ? message : "(no message)";
    } catch {
      // A proxy's page, for example.
      return "(no message)";
    }
  }

  /** One line, not too long, without the token, whatever the vendor echoes. */
  private line(text: string): string {
    const oneLine = text.replaceAll(this.connection.token, "[token]").replace(/\s+/g, " ");
    return oneLine.length > 600 ? `${oneLine.slice(0, 600)}…` : oneLine;
  }
}

const advice: { readonly [status: number]: string } = {
  401: "check SUPABASE_ACCESS_TOKEN; it may be revoked or of another account",
  403: "give the token's account the rights of an administrator in the organization",
  404: "check the project's reference, and that the token's account can see it",
};

async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ManagementApiError && error.status === 404) return undefined;
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
