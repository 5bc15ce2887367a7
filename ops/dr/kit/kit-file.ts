import { join } from "node:path";
import { repositoryRoot, sandboxDirectory } from "../../../sandbox/control/paths";
import type { KitStack } from "./kit";

/** Where a stack's kit lies: committed with the repository (it is ciphertext) for the cloud, with the sandbox for a rehearsal. */
export function kitFile(stack: KitStack, cloud: boolean): string {
  return cloud ? join(repositoryRoot, "recovery", `${stack}.kit.age`) : join(sandboxDirectory(), "dr", `${stack}.kit.age`);
}

/** What makes a stack's kit. */
export function renewCommand(stack: KitStack, cloud: boolean): string {
  return `npx chisan dr kit${stack === "prod" ? "" : ` --stack ${stack}`}${cloud ? " --cloud" : ""}`;
}
