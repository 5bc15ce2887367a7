import type { StackName } from "../../../config/naming";
import type { Target } from "../../engine/target";
import { configurationFileOf } from "../region/active-regions-setting";
import { isCutOver } from "./cut-over-setting";

/**
 * After a cut-over chisan-dr is the live system, though its specification calls its data ones that can be made again. A rehearsal's may go.
 *
 * @throws CHI-H115
 */
export function refuseLive(stack: StackName, target: Target): void {
  if (target.kind !== "cloud" || stack !== "chisan-dr" || !isCutOver(configurationFileOf(stack, target))) return;
  throw new Error("CHI-H115 chisan-dr is what the users have (chisan:cutOver is true), and what they wrote since is nowhere else: npx chisan dr failback --cloud first");
}
