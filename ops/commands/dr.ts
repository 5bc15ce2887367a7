import type { Command } from "commander";
import { addDrRegion } from "./dr-region";

/** `chisan dr …`: what is typed when something is lost. */
export function addDr(program: Command): void {
  const group = program.command("dr").description("disaster recovery");
  addDrRegion(group);
}
