/** The three packs. Each is a folder of policies/; which policies it has is in its policies.ts. */
import type { Policy } from "./policy";

export const packNames = ["environment-parity", "least-privilege", "data-protection"] as const;

export type PackName = (typeof packNames)[number];

/* Loaded when they are asked for: a pack that runs by itself has no need of the others. */
/* eslint-disable @typescript-eslint/no-require-imports */
const load: Record<PackName, () => readonly Policy[]> = {
  "environment-parity": () => (require("../environment-parity/policies") as typeof import("../environment-parity/policies")).environmentParity,
  "least-privilege": () => (require("../least-privilege/policies") as typeof import("../least-privilege/policies")).leastPrivilege,
  "data-protection": () => (require("../data-protection/policies") as typeof import("../data-protection/policies")).dataProtection,
};

export function policiesOf(pack: PackName): readonly Policy[] {
  return load[pack]();
}

export function allPolicies(): readonly Policy[] {
  return packNames.flatMap(policiesOf);
}
