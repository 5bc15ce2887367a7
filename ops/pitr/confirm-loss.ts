import { createInterface } from "node:readline/promises";
import type { StackName } from "../../config/naming";

/**
 * Lets a person agree to lose data: by typing the stack's name, or, where nobody types, with `--yes`, and for prod with its name besides.
 *
 * @param command what was typed, to be repeated with the agreement
 * @throws CHI-A119 when nobody agreed; nothing has been touched
 */
export async function confirmLoss(stack: StackName, command: string, { yes, confirm }: { yes?: boolean; confirm?: string }): Promise<void> {
  const agreed = `${command} --yes${stack === "prod" ? " --confirm prod" : ""}`;
  if (confirm !== undefined && confirm !== stack) throw new Error(`CHI-A119 --confirm says "${confirm}", the stack is "${stack}", nothing was touched: ${agreed}`);
  if (confirm === stack || (yes === true && stack !== "prod")) return;
  if (!process.stdin.isTTY || yes === true) throw new Error(`CHI-A119 what ${stack} has written since would be lost and nobody agreed by its name, nothing was touched: ${agreed}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`This loses what ${stack} has written since, and its database is unreachable meanwhile. Type the stack's name to go on: `);
  terminal.close();
  if (typed.trim() !== stack) throw new Error(`CHI-A119 "${typed.trim()}" is not "${stack}", nothing was touched: ${agreed}`);
}
