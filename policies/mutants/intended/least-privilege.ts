/** How to break each policy of the pack, over every resource of prod that it binds. The values are chosen there, not taken from the policies. */
import type { Generators } from "./generators";
import { elsewhereMutants } from "./least-privilege/elsewhere";
import { grantMutants } from "./least-privilege/grants";
import { handedOutMutants } from "./least-privilege/handed-out";
import { identityMutants } from "./least-privilege/identities";
import { reachableMutants } from "./least-privilege/reachable";

export const leastPrivilegeMutants: Generators = { ...grantMutants, ...identityMutants, ...handedOutMutants, ...reachableMutants, ...elsewhereMutants };
