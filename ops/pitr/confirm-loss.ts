import type { StackName } from "../../config/naming";
import { askPerson } from "../output/ask-person";

/**
 * Lets a person agree to lose data: by typing the stack's name, or, where nobody types, with `--yes`, and for prod with its name besides.
 *
 * @param command what was typed, to be repeated with the agreement
 * @throws CHI-A119 when nobody agreed; nothing has been touched
 */
export async function confirmLoss(stack: StackName, command: string, { yes, confirm }: { yes?: boolean; confirm?: string }, signal?: AbortSignal): Promise<void> {
  const agreed = `${command} --yes${stack === "prod" ? " --confirm prod" : ""}`;
  if (confirm !== undefined && confirm !== stack) throw new Error(`CHI-A119 --confirm says "${confirm}", the stack is "${stack}", nothing was touched: ${agreed}`);
  if (confirm === stack || (yes === true && stack !== "prod")) return;
  if (!process.stdin.isTTY || yes === true) throw new Error(`CHI-A119 what ${stack} has written since would be lost and nobody agreed by its name, nothing was touched: ${agreed}`);
  const typed = await askPerson(`This loses what ${stack} has written since, and its database is unreachable meanwhile. Type the stack's name to go on: `, signal);
  if (typed !== stack) throw new Error(`CHI-A119 "${typed}" is not "${stack}", nothing was touched: ${agreed}`);
}
