import type { Part } from "./report/schema";

/** By which part of the story a phase is told. */
export const sandboxParts = {
  prepare: "before", region: "before", protect: "before", sentinels: "before",
  disaster: "outage", "stand-up": "outage", verify: "outage", "cut-over": "outage",
  live: "substitute", rebuild: "substitute",
  "fail-back": "return", proof: "return",
  "clean-up": "clean-up",
} as const satisfies Readonly<Record<string, Part>>;
