/** Stands in for `npx` when the blocks of a runbook are run: `chisan pitr` is the real command, on the project that the test has started. */
import { appendFileSync } from "node:fs";
import { Command } from "commander";
import { addPitr } from "../../commands/pitr";
import { report } from "../../output/report";

const [tool, command, ...rest] = process.argv.slice(2);
const { RUNBOOK_DATABASE_URL = "", RUNBOOK_API = "", RUNBOOK_TOKEN = "", RUNBOOK_REF = "", RUNBOOK_NOTES = "", RUNBOOK_CALLS = "" } = process.env;

appendFileSync(RUNBOOK_CALLS, `${[tool, command, ...rest].join(" ")}\n`);

function unused(): never {
  throw new Error("not needed for a recovery");
}

if (tool === "chisan" && command === "pitr") {
  const program = new Command();
  const connect = () => ({
    databaseUrl: async () => RUNBOOK_DATABASE_URL,
    supabase: async () => ({ projectRef: RUNBOOK_REF, apiUrl: RUNBOOK_API, token: RUNBOOK_TOKEN }),
    backups: unused,
    backupRecipients: unused,
    backupIdentity: unused,
    files: unused,
  });
  addPitr(program, { connect, notes: RUNBOOK_NOTES });
  program.parseAsync([command, ...rest], { from: "user" }).catch(report);
}
