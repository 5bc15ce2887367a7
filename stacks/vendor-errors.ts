/**
 * Shows the failure of a look-up at a vendor as one line.
 *
 * Pulumi prints an error that no code of ours could catch (it ends an output's chain) with its stack and all its fields: pages in which the one
 * line that matters is lost. It does so with `util.inspect`, which asks an error how it wants to be shown.
 *
 * Loaded by index.ts, so it touches the errors of the Pulumi program alone.
 */
import { inspect } from "node:util";

const lookUp = /invocation of (\S+) returned an error: (.*)/s;

/** The line for a failed look-up, or undefined for any other error. */
export function lookUpFailure(message: string): string | undefined {
  const [, token, reason] = lookUp.exec(message) ?? [];
  if (token === undefined || reason === undefined) return undefined;
  const [vendor] = token.split(":");
  const said = reason.replace(/\s*\n\s*/g, " ").trim();
  return `CHI-R001 ${vendor} did not answer ${token}: ${said}; nothing can be judged without it: run the same command again when ${vendor} answers`;
}

export function showLookUpFailuresAsOneLine(): void {
  Object.defineProperty(Error.prototype, inspect.custom, {
    configurable: true,
    value(this: Error): unknown {
      // The error itself means: as usual.
      return process.env["CHISAN_DEBUG"] === undefined ? (lookUpFailure(this.message) ?? this) : this;
    },
  });
}
