import { z } from "zod";

const kinds = ["429", "500", "503", "slow", "drop"] as const;

const faultSchema = z.strictObject({
  /** `slow` waits `delayMilliseconds` and then carries on; `drop` closes the connection without an answer. */
  kind: z.enum(kinds),
  /** Of the requests it may hit: `PUT`. Absent: all. */
  method: z.string().optional(),
  /** A regular expression on `<bucket>/<key>`. Absent: all. */
  pattern: z.string().optional(),
  /** So many requests that match are let through first. */
  after: z.number().int().min(0).default(0),
  /** So many requests are hit then. Absent: all. */
  times: z.number().int().min(1).optional(),
  /** `slow`: milliseconds. */
  delayMilliseconds: z.number().int().min(0).max(600_000).default(1000),
  /** `drop`: after so many bytes of the request's body were received. Absent: at once. */
  afterBytes: z.number().int().min(0).optional(),
});

/** A fault of the S3 endpoint that a test or a drill switches on. */
export type S3Fault = z.input<typeof faultSchema>;

interface Active extends z.output<typeof faultSchema> {
  seen: number;
  hit: number;
}

export class S3Faults {
  private active: Active[] = [];

  list(): S3Fault[] {
    return this.active.map(({ seen: _seen, hit: _hit, ...fault }) => fault);
  }

  /** Replaces all faults; an empty list switches them off. @throws CHI-S233 for what is no fault */
  set(faults: unknown): void {
    const parsed = z.array(faultSchema).safeParse(faults);
    if (!parsed.success) {
      const [problem] = parsed.error.issues;
      throw new Error(
        `CHI-S233 the S3 faults are wrong at ${problem?.path.join(".") || "the top"} (${problem?.message}): send a list of {kind: ${kinds.join(" | ")}, …}`,
      );
    }
    for (const { pattern } of parsed.data) new RegExp(pattern ?? "");
    this.active = parsed.data.map((fault) => ({ ...fault, seen: 0, hit: 0 }));
  }

  /** The fault that hits this request. @param path `<bucket>/<key>` */
  next(method: string, path: string): z.output<typeof faultSchema> | undefined {
    for (const fault of this.active) {
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.pattern !== undefined && !new RegExp(fault.pattern).test(path)) continue;
      fault.seen++;
      if (fault.seen <= fault.after || (fault.times !== undefined && fault.hit >= fault.times)) continue;
      fault.hit++;
      return fault;
    }
    return undefined;
  }
}
