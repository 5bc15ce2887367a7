import { isIPv4, isIPv6 } from "node:net";
import type { JsonObject } from "../../../world/world";
import { cloudflareError } from "./common";

/** A host name: labels of up to 63 characters, 253 in all; an underscore may start a service's label (RFC 8552). */
export const isHost = (name: string): boolean =>
  name.length <= 253 &&
  /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i.test(name) &&
  !isIPv4(name);

/** Whether a name is the zone's own or below it. */
export const isWithin = (name: string, zone: string): boolean =>
  name.toLowerCase() === zone.toLowerCase() || name.toLowerCase().endsWith(`.${zone.toLowerCase()}`);

const contentForms: { [type: string]: { valid(content: string): boolean; words: string } } = {
  A: { valid: isIPv4, words: "Content for A record must be a valid IPv4 address." },
  AAAA: { valid: isIPv6, words: "Content for AAAA record must be a valid IPv6 address." },
  CNAME: { valid: isHost, words: "Content for CNAME record is invalid: it must be a host name." },
  MX: { valid: isHost, words: "Content for MX record must be a host name." },
  NS: { valid: isHost, words: "Content for NS record must be a host name." },
  PTR: { valid: isHost, words: "Content for PTR record must be a host name." },
  TXT: { valid: (content) => content !== "" && content.length <= 2048, words: "Content for TXT record must have 1 to 2048 characters." },
};

/** Throws unless a record's name, content and what its type needs besides are well formed. */
export function validateDnsContent({ name, type, content, priority, data }: JsonObject): void {
  if (typeof name !== "string" || !isHost(name.replace(/^\*\./, "")))
    throw cloudflareError(400, 9000, `DNS name is invalid: ${JSON.stringify(name ?? null)}.`);
  const form = contentForms[String(type)];
  if (form && data === undefined && !form.valid(String(content ?? "")))
    throw cloudflareError(400, 9005, `${form.words} Got ${JSON.stringify(content ?? null)}`);
  const { tag, flags } = (data ?? {}) as JsonObject;
  if (type === "MX" && !(Number.isInteger(priority) && Number(priority) >= 0 && Number(priority) <= 65_535))
    throw cloudflareError(
      400,
      9100,
      `priority is a required field of an MX record, from 0 to 65535, got ${JSON.stringify(priority ?? null)}.`,
    );
  if (type === "CAA" && data !== undefined) {
    if (!["issue", "issuewild", "iodef"].includes(String(tag)))
      throw cloudflareError(400, 9101, `data.tag of a CAA record must be issue, issuewild or iodef, got ${JSON.stringify(tag ?? null)}.`);
    if (flags !== undefined && !(Number.isInteger(flags) && Number(flags) >= 0 && Number(flags) <= 255))
      throw cloudflareError(400, 9101, `data.flags of a CAA record must be from 0 to 255, got ${JSON.stringify(flags)}.`);
  }
}
