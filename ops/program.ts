import { Command } from "commander";
import { backupFirst } from "./backup/backup-first";
import { addBackup } from "./commands/backup";
import { openConnections } from "./connections/stack-connections";
import { addDestroy } from "./commands/destroy";
import { addDoctor } from "./commands/doctor";
import { addDr } from "./commands/dr";
import { addIncident } from "./commands/incident";
import { addEnv } from "./commands/env";
import { addFiles } from "./commands/files";
import { addGraph } from "./commands/graph";
import { addOperations } from "./commands/operations";
import { addOutput } from "./commands/output";
import { addParity } from "./commands/parity";
import { addPitr } from "./commands/pitr";
import { addSandbox } from "./commands/sandbox";
import { addStart } from "./commands/start";

/** The tool with all its commands, not yet run. */
export function chisanProgram(): Command {
  const program = new Command("chisan").description("CHISAN's infrastructure: the sandbox unless --cloud is given").showHelpAfterError(false);
  // Commander's own refusals in the form of ours; commands made from here on inherit it.
  program.configureOutput({ outputError: (text, write) => write(`CHI-O002 ${text.trim().replace(/^error: /, "")}: npx chisan --help\n`) });
  addStart(program);
  addEnv(program);
  addOperations(program);
  addDestroy(program);
  addDoctor(program);
  addDr(program);
  addIncident(program);
  addOutput(program);
  addGraph(program);
  addParity(program);
  addBackup(program);
  addFiles(program, { access: (stack, cloud) => openConnections(stack, cloud).files() });
  addPitr(program, { backupFirst });
  addSandbox(program);
  return program;
}
