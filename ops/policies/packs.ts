import { join } from "node:path";
import { repositoryRoot } from "../../sandbox/control/paths";

/** Exit code of a run that policies refused. 1 is any other failure. */
export const exitCodeOfViolations = 3;

/** Arguments with which the CLI runs all three packs: in one process, for a quarter of what three cost (docs/adr/0008-policy-packs.md). */
export const policyArguments: readonly string[] = ["--policy-pack", join(repositoryRoot, "policies", "together")];
