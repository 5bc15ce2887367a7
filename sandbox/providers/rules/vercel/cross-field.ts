/** Rules of the Vercel provider that look at several properties together. */
import type { Value, Values } from "../../contract";
import { isObject } from "../values";

function stagesOf(stages: Value | undefined): Values[] {
  return Array.isArray(stages) ? stages.filter(isObject) : [];
}

/** The last stage of a rolling release sends all the traffic to the new deployment, and no stage before it does. */
export function onlyLastIsFull(stages: Value | undefined): boolean {
  const full = stagesOf(stages).map((stage) => stage.targetPercentage === 100);
  return full.every((each, index) => each === (index === full.length - 1));
}

/** A stage lasts a given time when the release advances by itself; otherwise a person ends it. */
export function stageDurations({ advancementType, stages }: Values): boolean {
  const automatic = advancementType === "automatic";
  return stagesOf(stages).every(({ duration, targetPercentage }) => (automatic ? targetPercentage === 100 || duration !== undefined : duration === undefined));
}

/** A variable that developers download cannot be one that nobody can read. */
export function developmentIsPlain({ targets, sensitive }: Values): boolean {
  return !Array.isArray(targets) || !targets.includes("development") || sensitive === false;
}
