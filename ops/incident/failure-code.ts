/** The code of the error that ends this process: the one word of it that a timeline may have, for its text may hold anything. */
let code: string | undefined;

/** To be called with what ends the command, before it is printed. */
export function noteFailure(error: unknown): void {
  if (error instanceof Error) code = /^CHI-[A-Z]\d{3}(?=\s|$)/.exec(error.message)?.[0];
}

/** `CHI-H022`, or undefined where nothing failed or what failed has none. */
export function failureCode(): string | undefined {
  return code;
}
