import { join } from "node:path";
import { repositoryRoot, sandboxDirectory } from "../../../sandbox/control/paths";

/** Where the procedures of disaster recovery keep their journals: with the sandbox, or in the clone for the cloud. In no commit. */
export function recoveryDirectory(cloud: boolean): string {
  return cloud ? join(repositoryRoot, ".chisan", "dr") : join(sandboxDirectory(), "dr");
}
