import { join } from "node:path";
import { Option, type Command } from "commander";
import { runCloudDrill } from "../dr/drill/cloud-drill";
import { drillDirectory, drillPaths } from "../dr/drill/drill-directory";
import type { Rehearsed } from "../dr/drill/rehearse";
import { runDrill } from "../dr/drill/run-drill";
import { requireReportFolder } from "../dr/drill/report/report-folder";
import { reportNames, type Report } from "../dr/drill/report/schema";
import { verifyReport } from "../dr/drill/report/verify-report";
import { duration, headline } from "../dr/drill/report/words";
import { knownSigners } from "../dr/drill/signature/keys";
import { table } from "../output/table";

interface DrillOptions {
  readonly stack: string;
  readonly startOver?: boolean;
  readonly keep?: boolean;
  readonly reportTo?: string;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan dr drill` and `chisan dr report`: the rehearsal of a complete recovery, and what it leaves. */
export function addDrDrill(group: Command): void {
  group
    .command("drill")
    .description("rehearse a complete recovery in isolation: disaster, stand-up, cut-over, failback, clean-up; measured, with a signed report")
    .addOption(new Option("--stack <stack>", "whose recovery").choices(["prod"]).default("prod"))
    .option("--start-over", "forget a drill that was killed, and begin anew")
    .option("--keep", "destroy nothing in the end; typed again after a failure, it carries on with the phase that failed")
    .option("--report-to <folder>", "where the report goes, as docs/drills/2026-q4 (by default a folder of its own below the sandbox's dr/reports)")
    .option("--cloud", "in the real cloud: stand chisan-dr up from prod's newest export, verify, destroy; prod and its addresses are not touched")
    .option("--json", "only the report, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(drill);
  group
    .command("report")
    .description("look at a drill's report: who signed it, and whether a byte of it has changed")
    .requiredOption("--verify <file>", `the report's ${reportNames.json}, or its folder`)
    .option("--public-key <file...>", "whose signature counts, besides recovery/report-signers/ and this sandbox's own")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(report);
}

async function drill(options: DrillOptions): Promise<void> {
  const { startOver, keep, reportTo, json } = options;
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  if (reportTo !== undefined) requireReportFolder(reportTo);
  if (!cloud) process.stderr.write("Target: a sandbox of the drill's own (no cloud is touched, and nothing of your sandbox)\n");
  const drilled = await (cloud ? runCloudDrill : runDrill)({ startOver: startOver === true, keep: keep === true, reportTo });
  if (json === true) process.stdout.write(`${JSON.stringify({ ...drilled.report, where: drilled.where })}\n`);
  else process.stdout.write(`\n${[inWords(drilled), ...(cloud ? [] : afterwards(keep === true, reportTo))].join("\n")}\n`);
  if (drilled.report.result !== "passed") process.exitCode = 1;
}

function inWords({ report: { objectives, phases, failures, ...rest }, where }: Rehearsed): string {
  const measured = objectives.filter(({ elsewhere }) => elsewhere === undefined);
  return [
    `${rest.result === "passed" ? "PASSED" : "FAILED"}: ${headline({ ...rest, objectives, phases })}`,
    "",
    table([
      ["Objective", "Section", "Allowed", "Measured", "Verdict"],
      ...measured.map(({ measure, scenario, section, limitSeconds, measuredSeconds, verdict }) => [`${measure}, ${scenario}`, section, `< ${duration(limitSeconds)}`, measuredSeconds === null ? "-" : duration(measuredSeconds), verdict.toUpperCase()]),
    ]),
    "",
    table([["Phase", "Took", "Of the RTO", "Result"], ...phases.map((phase) => [phase.title, phase.state === "waiting" ? "-" : duration(phase.seconds), shareOf(phase, objectives), (phase.failure ?? phase.summary ?? "not reached").slice(0, 90)])]),
    ...(failures.length === 0 ? [] : ["", ...failures.map((failure) => `✖ ${failure}`)]),
    "",
    `Report: ${join(where, reportNames.html)}`,
    `  who signed it, and whether a byte changed: npx chisan dr report --verify ${join(where, reportNames.json)}`,
  ].join("\n");
}

/** What is still to be thought of after a rehearsal. */
function afterwards(keep: boolean, reportTo: string | undefined): string[] {
  return [
    ...(reportTo === undefined ? ["  `npx chisan sandbox reset` deletes it, and the key that it is signed with: to keep a report, npx chisan dr drill --report-to docs/drills/<quarter>"] : []),
    ...(keep ? [`  the drill's own sandbox is kept: CHISAN_SANDBOX_DIRECTORY=${drillPaths(drillDirectory()).sandbox} npx chisan sandbox reset --yes`] : []),
  ];
}

/** Only what lies in the outage counts. */
function shareOf({ part, seconds, state }: Report["phases"][number], objectives: Report["objectives"]): string {
  const limit = objectives.find(({ id }) => id === "rto-complete-rebuild")?.limitSeconds;
  return part === "outage" && state !== "waiting" && limit !== undefined ? `${((seconds / limit) * 100).toFixed(1)} %` : "";
}

function report({ verify, publicKey = [], json }: { verify: string; publicKey?: string[]; json?: boolean }): void {
  const { file, report: verified, signer, keyId, unchanged, absent } = verifyReport(verify, knownSigners(publicKey));
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ file, signer, keyId, drill: verified.id, result: verified.result, unchanged, absent })}\n`);
    return;
  }
  process.stdout.write(`${file} is what ${signer} signed (key ${keyId.slice(0, 16)}): drill ${verified.id} of ${verified.stack}, ${verified.result}\n`);
  if (unchanged.length > 0) process.stdout.write(`  unchanged beside it: ${unchanged.join(", ")}\n`);
  if (absent.length > 0) process.stdout.write(`  not there, so not looked at: ${absent.join(", ")}\n`);
}
