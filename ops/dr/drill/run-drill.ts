/** A whole drill in a sandbox of its own. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { specifications } from "../../../stacks/specifications";
import { lastSeconds } from "../phases/journal";
import { recoveryDirectory } from "../phases/recovery-directory";
import { cleanUpPhase, removeEverything } from "./clean-up";
import { DrillContext } from "./drill-context";
import { drillDirectory, drillPaths } from "./drill-directory";
import { DrillSandbox } from "./drill-sandbox";
import { sandboxParts } from "./drill-parts";
import { beforePhases } from "./phases-before";
import { outagePhases } from "./phases-outage";
import { returnPhases } from "./phases-return";
import { rehearse, type Rehearsed } from "./rehearse";
import { writeReport } from "./report/write-report";
import { signingKey } from "./signature/keys";

const operation = "drill";

export interface DrillRequest {
  readonly startOver: boolean;
  /** Leave the sandbox as it is in the end, also after a failure: typed again, the drill then carries on with the phase that failed. */
  readonly keep: boolean;
  /** Folder for the report instead of the usual one. */
  readonly reportTo: string | undefined;
}

/**
 * Carries out a drill, or carries on one that was killed. Cleans up after itself, also after a failure and Ctrl-C, and leaves a report in any
 * case.
 *
 * @throws before anything is made: CHI-H00x of the journal, CHI-H130
 */
export async function runDrill({ startOver, keep, reportTo }: DrillRequest): Promise<Rehearsed> {
  const paths = drillPaths(drillDirectory());
  const sandbox = new DrillSandbox(paths);
  const context = new DrillContext(sandbox, paths, specifications.prod.apiHost, lastSeconds(paths.directory, operation));
  const forget = () => [paths.ledger, paths.disaster].forEach((file) => rmSync(file, { force: true }));
  return rehearse(
    {
      operation,
      target: "sandbox",
      directory: paths.directory,
      key: signingKey(false, process.env),
      phases: [...beforePhases(context), ...outagePhases(context), ...returnPhases(context), cleanUpPhase(context, keep)],
      parts: sandboxParts,
      keep,
      byHand: `the drill's sandbox: CHISAN_SANDBOX_DIRECTORY=${paths.sandbox} npx chisan sandbox reset --yes`,
      async begin({ resumed }) {
        // What an earlier drill has left, kept or not, is none of a new one's.
        if (!resumed) {
          await sandbox.remove();
          forget();
        }
        await sandbox.open();
      },
      async removeEverything() {
        await context.closeStores();
        return removeEverything(context);
      },
      secrets: () => sandbox.secrets,
      deliver: (id, files) => Promise.resolve(writeReport(reportTo ?? join(recoveryDirectory(false), "reports", id), files)),
      end: forget,
    },
    startOver,
  );
}
