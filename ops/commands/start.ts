import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { dataPlaneLines } from "../../sandbox/control/data-plane-lines";
import { exclusively } from "../../sandbox/control/exclusively";
import { runningDatabases } from "../../sandbox/control/running-databases";
import { runningFiles } from "../../sandbox/control/running-files";
import { openSession } from "../../sandbox/control/session";
import { renewKit } from "../dr/kit/renew-kit";
import { isPrepared, prepareDatabase } from "../seed/prepare-database";
import { operationArguments, secretOutput, stackOutputs, watchOperation } from "../engine/stack-operation";
import { rehearsalOf, type Target } from "../engine/target";
import { changesInWords } from "../output/changes";
import { table } from "../output/table";
import { policyArguments } from "../policies/packs";
import { policyReport } from "../policies/policy-report";

/** The environments that a newcomer sees come up. `chisan-dr` is stood up when it is needed. */
const started: readonly StackName[] = ["dev", "staging", "prod"];

interface Row {
  stack: StackName;
  resources: number;
  seconds: number;
  result: string;
  addresses: string[];
  /** What its database has: `18 migrations, seed loaded`; empty where it is not ours to prepare. */
  database: string;
  errors: string[];
}

/** `npm start`, after the set-up: `up` of dev, staging and prod in the sandbox, and one table at the end. */
export function addStart(program: Command): void {
  program
    .command("start")
    .description("bring dev, staging and prod up in the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(async (options: { json?: boolean }) => {
      process.stderr.write("Target: sandbox (no cloud is touched)\n");
      const session = await openSession();
      const rows = await exclusively(session.paths, "start", "another `npm start` is at work: waiting for it", say, async () => {
        const done: Row[] = [];
        for (const stack of started) {
          const file = await session.prepare(stack, say);
          done.push(await bringUp(stack, rehearsalOf(session, file)));
        }
        return done;
      });
      const failed = rows.filter(({ errors }) => errors.length > 0);
      if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
      else {
        const plane = dataPlaneLines(session.running, await runningDatabases(session.running), await runningFiles(session.running));
        process.stdout.write(`\n${summary(rows)}\n\n${plane.join("\n")}\n`);
      }
      for (const { stack, errors } of failed) for (const error of errors) say(`${stack}: ${error}`);
      process.exitCode = failed.length === 0 ? 0 : 1;
    });
}

async function bringUp(stack: StackName, target: Target): Promise<Row> {
  say(`▶ ${stack}`);
  const begun = Date.now();
  let shown = begun;
  const show = (what: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K  ${stack}: ${what}`.slice(0, process.stderr.columns ?? 120));
    else if (Date.now() - shown > 5000) say(`  ${stack}: ${what}`);
    else return;
    shown = Date.now();
  };
  const run = await watchOperation(operationArguments("up", stack, target, ["--yes", ...policyArguments]), target, (done, what) => show(`${done} resources, ${what}`));
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  const errors = run.exitCode === 0 ? [] : run.errors.length > 0 ? run.errors : [`pulumi ended with code ${run.exitCode}`];
  const report = policyReport(run.policies, "up");
  if (report !== "") say(report);
  const loss = errors.length === 0 ? undefined : target.explainFailure();
  if (loss !== undefined) errors.push(loss);
  let database = "";
  if (errors.length === 0 && isPrepared(stack)) {
    try {
      database = await prepareDatabase(stack, await secretOutput(stack, "databaseUrl", target), (what) => show(`database, ${what}`));
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
  }
  // What a disaster recovery starts from, so that it can be tried at once.
  if (errors.length === 0 && stack === "prod") await renewKit(stack, false, { target }).catch((error: Error) => errors.push(error.message));
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  const result = errors.length === 0 ? changesInWords(run.changes) : "failed";
  const seconds = (Date.now() - begun) / 1000;
  say(`${errors.length === 0 ? "✔" : "✖"} ${stack}: ${[result, database].filter((words) => words !== "").join("; ")} in ${seconds.toFixed(1)} s`);
  const outputs = errors.length === 0 ? await stackOutputs(stack, target) : {};
  const resources = Object.entries(run.changes).reduce((sum, [operation, count]) => (operation === "delete" ? sum : sum + count), 0);
  return { stack, resources, seconds, result, addresses: addressesOf(outputs), database, errors };
}

/** Outputs that are addresses a person opens. */
function addressesOf(outputs: Record<string, unknown>): string[] {
  const { addresses } = outputs;
  if (typeof addresses !== "object" || addresses === null) return [];
  return Object.values(addresses).filter((value): value is string => typeof value === "string");
}

function summary(rows: readonly Row[]): string {
  return table([
    ["Stack", "Resources", "Duration", "Result", "Database", "Addresses"],
    ...rows.map(({ stack, resources, seconds, result, database, addresses }) => [stack, String(resources), `${seconds.toFixed(1)} s`, result, database, addresses.join("  ")]),
  ]);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
