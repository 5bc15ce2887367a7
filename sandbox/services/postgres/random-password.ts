import { randomBytes } from "node:crypto";

/** 192 bits, without a character that means something in a shell, a URL or SQL. */
export function randomPassword(): string {
  return randomBytes(24).toString("hex");
}
