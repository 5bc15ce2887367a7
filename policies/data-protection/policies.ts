import type { Policy } from "../framework/policy";

/** The pack, in the order of docs/policies.md. */
export const dataProtection: readonly Policy[] = [];
