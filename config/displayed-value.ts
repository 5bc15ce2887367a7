/** How a value found in the configuration is shown in a message: short, on one line, and never when it may be a secret. */
import { Hidden } from "./shape";

/** Longest part of a value that a message shows, in characters. */
const longest = 80;

/** The value for a message. `secret` hides it whatever it is; a value that looks like a credential is hidden too, as it may be in the wrong key. */
export function displayed(value: unknown, secret: boolean): string {
  if (value === undefined) return "nothing";
  if (secret) return "[secret]";
  if (value instanceof Hidden) return value.toString();
  const json = JSON.stringify(value);
  if (json === undefined) return "[not shown]";
  if (looksLikeCredential(value)) return "[not shown: it looks like a credential]";
  return json.length <= longest ? json : `${json.slice(0, longest)}…`;
}

/** Whether a value has the form of a credential: a vendor's prefix, an address with a password, or long text of mixed letters and digits. */
export function looksLikeCredential(value: unknown): boolean {
  const text = JSON.stringify(value) ?? "";
  if (/GOCSPX-|\bsbp_|\beyJ[\w-]{8,}|-----BEGIN|AGE-SECRET-KEY-|\b(?:ghp|gho|github_pat|vcp|vck|sntrys|sk)_\w|\bxox[a-z]-\w/.test(text)) return true;
  if (/:\/\/[^/"\s]*:[^/"\s]*@/.test(text)) return true;
  const words = text.match(/[A-Za-z0-9_+/=-]{24,}/g) ?? [];
  return words.some((word) => !word.startsWith("team_") && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word));
}
