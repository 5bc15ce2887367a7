import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import type { StackName } from "../config/naming";

const variable = "CHISAN_LIFT_PROTECTION";
const ticketFile = join(__dirname, "..", ".chisan", "lifted-protection");

/**
 * Lets the program declare one stack without what protects its data, while `work` runs: `chisan destroy` does it, after the stack's name
 * was typed. Two things must agree, an environment variable and a file of this checkout that exists for that time only, so that a variable
 * left in a shell or a pipeline cannot unprotect anything.
 *
 * @param work is given the variable to add to the program's environment
 */
export async function withProtectionLifted<T>(stack: StackName, work: (variables: Record<string, string>) => Promise<T>): Promise<T> {
  const ticket = `${stack} ${randomBytes(16).toString("hex")}`;
  mkdirSync(dirname(ticketFile), { recursive: true });
  writeFileSync(ticketFile, ticket, { mode: 0o600 });
  try {
    return await work({ [variable]: ticket });
  } finally {
    rmSync(ticketFile, { force: true });
  }
}

/** Whether the protection of this stack is lifted for the running program. */
export function isProtectionLifted(stack: StackName, environment: NodeJS.ProcessEnv = process.env): boolean {
  const ticket = environment[variable];
  if (ticket === undefined || !ticket.startsWith(`${stack} `) || !existsSync(ticketFile)) return false;
  return readFileSync(ticketFile, "utf8") === ticket;
}
