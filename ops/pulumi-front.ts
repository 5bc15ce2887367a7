/**
 * The `pulumi` of a rehearsal: the real CLI with the sandbox's environment, and for each command that reads a stack's
 * configuration the rehearsal's own file, so that the committed ones stay byte-identical.
 */
import { stackNames, type StackName } from "../config/naming";
import { pulumiExecutable } from "../sandbox/control/paths";
import { openSession, selectedStack } from "../sandbox/control/session";
import { report } from "./output/report";
import { arrangeArguments, refusal, stackOf } from "./engine/pulumi-arguments";
import { runInForeground } from "./engine/foreground";
import { explainLoss } from "./engine/target";

async function main(args: string[]): Promise<number> {
  const refused = refusal(args);
  if (refused !== undefined) throw new Error(refused);
  const session = await openSession();
  const named = stackOf(args) ?? selectedStack(session.paths);
  const stack = (stackNames as readonly string[]).includes(named ?? "") ? (named as StackName) : undefined;
  process.stderr.write("Target: sandbox (no cloud is touched)\n");
  const file = stack === undefined ? undefined : await session.prepare(stack, (text) => process.stderr.write(`${text}\n`));
  const exitCode = await runInForeground(pulumiExecutable, arrangeArguments(args, file), session.environment);
  const loss = exitCode === 0 ? undefined : explainLoss(session.paths, session.running);
  if (loss !== undefined) process.stderr.write(`${loss}\n`);
  return exitCode;
}

main(process.argv.slice(2)).then((code) => (process.exitCode = code), report);
