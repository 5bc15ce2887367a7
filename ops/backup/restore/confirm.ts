/** Who writes into a database or deletes a backup says so; for prod by its name. */
import { askPerson } from "../../output/ask-person";

export interface Said {
  readonly yes?: boolean;
  readonly confirm?: string;
}

/**
 * @param name what has to be named: a stack, or where the target is
 * @param protect whether `--yes` is not enough: prod
 * @param what is about to happen, as a sentence
 * @throws CHI-A077 when nobody confirmed
 */
export async function confirmNamed(name: string, protect: boolean, what: string, { yes, confirm }: Said, signal?: AbortSignal): Promise<void> {
  const said = protect ? `--confirm ${name}` : "--yes";
  if (confirm !== undefined && confirm !== name) throw new Error(`CHI-A077 --confirm says "${confirm}", this is about "${name}": nothing was touched: ${said}, if that is what is meant`);
  if (confirm === name || (!protect && yes === true)) return;
  if (!process.stdin.isTTY) throw new Error(`CHI-A077 ${what} Nobody confirmed, nothing was touched: add ${said}`);
  const typed = await askPerson(`${what} Type ${name} to go on: `, signal);
  if (typed !== name) throw new Error(`CHI-A077 "${typed}" is not "${name}": nothing was touched`);
}
