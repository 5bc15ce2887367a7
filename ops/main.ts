import { noteFailure } from "./incident/failure-code";
import { report } from "./output/report";

// `chisan … --json | head`: the reader has seen enough, which is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
run().catch((error: unknown) => {
  noteFailure(error);
  report(error);
});

/**
 * Loads the commands only here: they load the environments' specifications, and one that contradicts itself (CHI-E001, CHI-E002) is an error of the
 * user's, to be said in its lines and without a stack trace. Async, so that what is thrown while loading is reported as all else is.
 */
async function run(): Promise<unknown> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { recordCommand } = require("./incident/record-command") as typeof import("./incident/record-command");
  recordCommand(process.argv.slice(2));
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { chisanProgram } = require("./program") as typeof import("./program");
  return chisanProgram().parseAsync();
}
