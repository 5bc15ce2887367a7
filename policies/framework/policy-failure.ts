import { relative } from "node:path";

/**
 * A policy that threw. One line that names it, the resource and the place, and not what it threw: a library's message can quote what it
 * choked on, and that can be a secret (`JSON.parse` does). CHISAN_DEBUG=1 is for who debugs a policy, on made-up values.
 */
export class PolicyFailure extends Error {
  public constructor(policy: string, where: string, cause: unknown) {
    super(`CHI-P002 policy "${policy}" failed on ${where}: ${said(cause)}; nothing passes unjudged: mend the policy`);
    // @pulumi/policy sends the stack instead of the message.
    this.stack = this.message;
  }
}

function said(cause: unknown): string {
  if (!(cause instanceof Error)) return `it threw ${typeof cause}`;
  if (cause.message.startsWith("CHI-") || process.env["CHISAN_DEBUG"] !== undefined) return cause.message.replace(/\s+/g, " ");
  const place = /\(?((?:\/|[A-Z]:\\)[^\s()]*:\d+):\d+\)?/.exec((cause.stack ?? "").split("\n").find((line) => /^\s+at .*[\\/]policies[\\/]/.test(line)) ?? "")?.[1];
  return place === undefined ? cause.constructor.name : `${cause.constructor.name} at ${relative(process.cwd(), place)}`;
}
