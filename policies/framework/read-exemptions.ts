import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkedExemptions, Exemptions } from "./exemptions";
import { allPolicies } from "./packs";
import type { Policy } from "./policy";

export const exemptionsFile = join(__dirname, "..", "exemptions.yaml");

/**
 * The exemptions for a pack, from policies/exemptions.yaml.
 *
 * @throws CHI-P010 to CHI-P015 when any entry, also one of another pack, is not as it must be
 */
export function readExemptions(pack: string, policies: readonly Policy[], now: Date, file = exemptionsFile): Exemptions {
  const ids = policies.map(({ id }) => id);
  const text = readFileSync(file, "utf8");
  // The usual case, without loading a YAML parser for it.
  if (text.replace(/^\s*(#.*)?\n/gm, "").trim() === "exemptions: []") return new Exemptions(pack, [], ids);
  return new Exemptions(pack, checkedExemptions(parsed(text), (id) => ids.includes(id) || allPolicies().some((policy) => policy.id === id), now), ids);
}

function parsed(text: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only when there is something to parse
  const { parse } = require("yaml") as typeof import("yaml");
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`CHI-P010 policies/exemptions.yaml cannot be read: ${(error as Error).message.split("\n")[0]}`);
  }
}
