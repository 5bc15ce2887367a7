/** Commands that run while an incident is open add themselves to its timeline. */
import { failureCode } from "./failure-code";
import { beginCommand, incidentsDirectory } from "./journal/incidents";
import { maskedCommand } from "./masking/mask";

/**
 * To be called once, before the command line is parsed: notes the command now, and its exit code with the error's when the process ends.
 *
 * Never makes a command fail, and never waits for the disk: what cannot be recorded is said in one line on stderr. A command that is killed
 * has a begin and no end. Commands on the incident itself are not recorded, they write records of their own.
 *
 * @param args without the program: `process.argv.slice(2)`
 */
export function recordCommand(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): void {
  const [command] = args;
  if (command === undefined || command === "incident" || args.includes("--help") || args.includes("-h")) return;
  attempt(() => {
    const target = environment["CHISAN_TARGET"] === "cloud" || beforeDashes(args).includes("--cloud") ? "cloud" : "sandbox";
    const end = beginCommand(incidentsDirectory(), maskedCommand("npx chisan", args, environment), target);
    if (end !== undefined) process.once("exit", (code) => attempt(() => end(code, failureCode())));
  });
}

function beforeDashes(args: readonly string[]): readonly string[] {
  const dashes = args.indexOf("--");
  return dashes < 0 ? args : args.slice(0, dashes);
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`CHI-I008 this command is not in the incident's timeline (${why}): npx chisan incident note "<what you did>"\n`);
  }
}
