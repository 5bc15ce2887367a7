import { createInterface } from "node:readline/promises";
import type { StackName } from "../../config/naming";

export interface Confirmation {
  yes?: boolean;
  confirm?: string;
}

/**
 * Lets a person type the stack's name, or a pipeline say it with `--yes --confirm <stack>`.
 *
 * @param question what is about to happen
 * @param command what a pipeline would type
 * @throws CHI-D010 when nobody confirmed
 */
export async function confirmByName(stack: StackName, question: string, command: string, { yes, confirm }: Confirmation): Promise<void> {
  const said = `${command} --yes --confirm ${stack}`;
  if (confirm !== undefined && confirm !== stack) throw new Error(`CHI-D010 --confirm says "${confirm}", the stack is "${stack}", nothing was touched: ${said}`);
  if (yes === true && confirm === stack) return;
  if (!process.stdin.isTTY) throw new Error(`CHI-D010 nobody confirmed, nothing was touched: ${said}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`${question} Type the stack's name to go on: `);
  terminal.close();
  if (typed.trim() !== stack) throw new Error(`CHI-D010 "${typed.trim()}" is not "${stack}", nothing was touched: ${said}`);
}
