import type { JsonObject } from "../../world/world";

/** An answer that is an error; the stand-in that sends it gives it the vendor's shape. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** What the vendor's shape has beside the message. */
    readonly details: JsonObject = {},
  ) {
    super(message);
  }
}

/** The sandbox's own refusal of what it cannot answer truthfully. */
export function notModelled(what: string): ApiRefusal {
  return new ApiRefusal(501, `CHI-S041 the sandbox does not model ${what}: add it to sandbox/services/, or do without it in a rehearsal`);
}
