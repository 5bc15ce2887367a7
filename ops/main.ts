import { recordCommand } from "./incident/record-command";
import { report } from "./output/report";
import { chisanProgram } from "./program";

// `chisan … --json | head`: the reader has seen enough, which is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
recordCommand(process.argv.slice(2));
chisanProgram().parseAsync().catch(report);
