/** Prod and chisan-dr as a hand-over reaches them. */
import { sandboxDirectory, sandboxPaths } from "../../../sandbox/control/paths";
import { configurationFile } from "../../../sandbox/control/stacks";
import { chooseTarget } from "../../engine/target";
import { committedFile, configurationFileOf } from "../region/active-regions-setting";
import type { Side } from "./belongings";
import { Engine } from "./engine";
import type { SideOf } from "./hand-over";

/** @throws CHI-O010 in the cloud, with all that is missing */
export async function openSide(stack: Side, cloud: boolean): Promise<SideOf> {
  const target = await chooseTarget(stack, cloud);
  const file = configurationFileOf(stack, target);
  return { stack, target, file, engine: new Engine(stack, target, file) };
}

/** The side whose state may be what was lost: nothing of it is prepared or asked, and none of its credentials is needed. */
export function otherSide(stack: Side, { target }: SideOf): SideOf {
  const file = target.kind === "cloud" ? committedFile(stack) : configurationFile(sandboxPaths(sandboxDirectory()), stack);
  const other = { ...target, configurationArguments: ["--config-file", file] };
  return { stack, target: other, file, engine: new Engine(stack, other, file) };
}
