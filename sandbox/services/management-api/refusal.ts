/** An answer that is an error, in the vendor's shape: `{ "message": … }`. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The sandbox's own refusal of what it cannot answer truthfully. */
export function notModelled(what: string): ApiRefusal {
  return new ApiRefusal(
    501,
    `CHI-S041 the sandbox does not model ${what}: add it to sandbox/services/management-api/, or do without it in a rehearsal`,
  );
}
