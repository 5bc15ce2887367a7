import type { Command } from "commander";
import { addDrCutover } from "./dr-cutover";
import { addDrDrill } from "./dr-drill";
import { addDrFailback } from "./dr-failback";
import { addDrKit } from "./dr-kit";
import { addDrModel } from "./dr-model";
import { addDrRegion } from "./dr-region";
import { addDrScenarios } from "./dr-scenarios";
import { addDrStandUp } from "./dr-stand-up";
import { addDrState } from "./dr-state";

/** `chisan dr …`: what is typed when something is lost. */
export function addDr(program: Command): void {
  const group = program.command("dr").description("disaster recovery");
  // In the order of the day.
  addDrKit(group);
  addDrStandUp(group);
  addDrCutover(group);
  addDrFailback(group);
  addDrRegion(group);
  addDrState(group);
  addDrDrill(group);
  addDrScenarios(group);
  addDrModel(group);
}
