/** How to break each policy of the pack, over every resource of prod that it binds. The values are chosen there, not taken from the policies. */
import { chainMutants } from "./data-protection/chain";
import { closedMutants } from "./data-protection/closed";
import { keptMutants } from "./data-protection/kept";
import type { Generators } from "./generators";

export const dataProtectionMutants: Generators = { ...keptMutants, ...closedMutants, ...chainMutants };
