import type { Json } from "../../../world/world";
import { googleError } from "./common";

/**
 * https://cloud.google.com/resource-manager/docs/labels-overview#requirements: 64 at most, keys of 1 to 63 characters with a lowercase letter
 * first, values of up to 63; lowercase letters (of any script), digits, hyphens and underscores.
 */
export function validateLabels(labels: Json | undefined): void {
  const entries = Object.entries((labels ?? {}) as { [key: string]: string });
  if (entries.length > 64) throw googleError(400, `labels: at most 64 are allowed, got ${entries.length}`, "badRequest");
  for (const [key, value] of entries) {
    if (!/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key))
      throw googleError(400, `Label keys must match the regular expression [a-z]([-_a-z0-9]){0,62}, got "${key}"`, "badRequest");
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value))
      throw googleError(400, `Label values must match the regular expression [-_a-z0-9]{0,63}, got "${value}" for "${key}"`, "badRequest");
  }
}
