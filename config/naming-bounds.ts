/** Names that keep a vendor's limit whatever they are made of. */
import { createHash } from "node:crypto";

/** What most vendors allow: the length of a label in a domain name. */
export const usualLimit = 63;
const digits = 8;

/**
 * The name as it is where it fits. A longer one is cut, and ends in 8 hexadecimal digits of the whole (SHA-256): the same each time, and
 * another for another name. Ends on no hyphen before them.
 *
 * @param most at least 10: a character, a hyphen and the digits
 */
export function boundedName(name: string, most: number = usualLimit): string {
  if (name.length <= most) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, digits);
  return `${name.slice(0, most - digits - 1).replace(/-+$/, "")}-${hash}`;
}

/** `<base>-<environment>-<part>`, for any base. */
export function qualifiedName(base: string, environment: string, part: string, most?: number): string {
  return boundedName(`${base}-${environment}-${part}`, most);
}
