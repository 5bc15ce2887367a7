import type { Policy } from "../framework/policy";
import { noBasicRoles } from "./no-basic-roles";

/** The pack, in the order of docs/policies.md. */
export const leastPrivilege: readonly Policy[] = [noBasicRoles];
