import type { Command } from "commander";
import { confirmNamed } from "../backup/restore/confirm";
import { createDisplay } from "../dr/phases/display";
import { assessmentInWords, type Assessment } from "../dr/stand-up/assess/assess";
import { latestVerified } from "../dr/stand-up/assess/recovery-point";
import { recoveryTimeObjectiveSeconds, reportInWords } from "../dr/stand-up/report";
import { standUp } from "../dr/stand-up/stand-up";

interface StandUpOptions {
  readonly recoveryPoint: string;
  readonly kit?: string;
  readonly startOver?: boolean;
  readonly yes?: boolean;
  readonly confirm?: string;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan dr stand-up`: a new environment with prod's last good backup in it. Typed again it goes on where it ended. */
export function addDrStandUp(group: Command): void {
  group
    .command("stand-up")
    .description("make chisan-dr and restore prod's last good backup into it; no user is moved. Typed again after an interruption it carries on")
    .option("--recovery-point <point>", `the backup's id, as 20261123T030000Z, or ${latestVerified}`, latestVerified)
    .option("--kit <file>", "prod's recovery kit, instead of the usual one")
    .option("--start-over", "forget an unfinished stand-up, and begin anew (what exists is used again)")
    .option("--yes", "do not ask (only the cloud asks)")
    .option("--confirm <stack>", "chisan-dr, instead of typing it")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(run);
}

async function run(options: StandUpOptions): Promise<void> {
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  process.stderr.write("Looking at what is left of prod, and what can be restored\n");
  const { report, files } = await standUp({
    cloud,
    recoveryPoint: options.recoveryPoint,
    kit: options.kit,
    startOver: options.startOver === true,
    display: createDisplay({ objectiveSeconds: recoveryTimeObjectiveSeconds }),
    agree: (found) => agree(found, cloud, options),
    failed: (stopped) => process.stderr.write(`What was done until then: ${stopped.files.text}\n`),
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ...report, files })}\n`);
  else process.stdout.write(`\n${reportInWords(report)}\n\nReport: ${files.text}\n`);
}

/** In the sandbox nothing is at stake; in the cloud it makes things that cost money. @throws CHI-A077 when nobody confirmed */
async function agree(found: Assessment, cloud: boolean, { yes, confirm }: StandUpOptions): Promise<void> {
  for (const line of assessmentInWords(found, new Date())) process.stderr.write(`${line}\n`);
  if (cloud) await confirmNamed("chisan-dr", false, "This makes chisan-dr in the cloud, as said above; prod and its users are not touched.", { yes, confirm });
}
