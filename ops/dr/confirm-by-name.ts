import type { StackName } from "../../config/naming";
import { askPerson } from "../output/ask-person";

export interface Confirmation {
  yes?: boolean;
  confirm?: string;
}

const consent = (stack: StackName, command: string) => `${command} --yes --confirm ${stack}`;

/** Before any work, also where nothing may be to confirm: another stack's name is no consent. @throws CHI-D010 */
export function refuseOtherName(stack: StackName, command: string, { confirm }: Pick<Confirmation, "confirm">): void {
  if (confirm === undefined || confirm === stack) return;
  throw new Error(`CHI-D010 --confirm says "${confirm}", the stack is "${stack}", nothing was touched: ${consent(stack, command)}`);
}

/**
 * Lets a person type the stack's name, or a pipeline say it with `--yes --confirm <stack>`.
 *
 * @param question what is about to happen
 * @param command what a pipeline would type
 * @throws CHI-D010 when nobody confirmed, NotAnswered at Ctrl-C
 */
export async function confirmByName(stack: StackName, question: string, command: string, { yes, confirm }: Confirmation): Promise<void> {
  const said = consent(stack, command);
  refuseOtherName(stack, command, { confirm });
  if (yes === true && confirm === stack) return;
  if (!process.stdin.isTTY) throw new Error(`CHI-D010 nobody confirmed, nothing was touched: ${said}`);
  const typed = await askPerson(`${question} Type the stack's name to go on: `);
  if (typed !== stack) throw new Error(`CHI-D010 "${typed}" is not "${stack}", nothing was touched: ${said}`);
}
