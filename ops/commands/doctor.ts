import { Option, type Command } from "commander";
import { cloudStacks, type CloudStack } from "../../config/stack-configuration-keys";
import { cloudFacts, rehearsedFacts } from "../doctor/gather";
import { judgeAll, type Judgement } from "../doctor/judge";
import { localChecks } from "../doctor/local";
import { prerequisites } from "../doctor/prerequisites";
import { localReport, prerequisiteReport } from "../doctor/report";

interface DoctorOptions {
  cloud?: boolean;
  stack: CloudStack;
  json?: boolean;
}

/**
 * `chisan doctor`: this machine; `chisan doctor --cloud`: what no API can do. Reads only. Ends with 1 when something is known to be wrong or
 * open; what cannot be read, and what a rehearsal tells, does not count.
 */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("check this machine, or with --cloud what a person must do at the vendors; exit code 1 while something is known to be open")
    .option("--cloud", "the prerequisites of a real environment that no API can do")
    .addOption(new Option("--stack <stack>", "the environment").choices(cloudStacks).default("prod"))
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action((options: DoctorOptions) => (options.cloud === true ? examineCloud(options) : examineMachine(options)));
}

async function examineCloud({ stack, json }: DoctorOptions): Promise<void> {
  process.stderr.write(`Target: CLOUD, stack ${stack} (nothing is changed)\n`);
  const judged = await judgeAll(prerequisites, await cloudFacts(stack));
  const open = judged.filter(({ state }) => state === "open");
  if (json === true) process.stdout.write(`${JSON.stringify({ stack, target: "cloud", ok: open.length === 0, counts: counts(judged), prerequisites: judged })}\n`);
  else process.stdout.write(`${prerequisiteReport(judged)}\n\n${summary(stack, judged)}\n`);
  process.exitCode = open.length === 0 ? 0 : 1;
}

async function examineMachine({ stack, json }: DoctorOptions): Promise<void> {
  process.stderr.write("Target: this machine and the sandbox (no cloud is touched)\n");
  const checks = await localChecks();
  const facts = rehearsedFacts(stack);
  const rehearsed = facts === undefined ? [] : (await judgeAll(prerequisites, facts)).filter(({ state }) => state !== "cannot be read");
  const ok = checks.every((check) => check.ok);
  if (json === true) process.stdout.write(`${JSON.stringify({ target: "sandbox", ok, checks, rehearsed: { stack, up: facts !== undefined, prerequisites: rehearsed } })}\n`);
  else {
    process.stdout.write(`${localReport(checks)}\n`);
    if (rehearsed.length > 0) process.stdout.write(`\nWhat the rehearsed ${stack} tells of the prerequisites (npx chisan doctor --cloud has them all):\n${rehearsed.map(({ state, title, because }) => `${state === "done" ? "✔" : "✖"} ${title}: ${because}`).join("\n")}\n`);
  }
  process.exitCode = ok ? 0 : 1;
}

function counts(judged: readonly Judgement[]): Record<Judgement["state"], number> {
  const count = (state: Judgement["state"]) => judged.filter((each) => each.state === state).length;
  return { done: count("done"), open: count("open"), "cannot be read": count("cannot be read") };
}

function summary(stack: CloudStack, judged: readonly Judgement[]): string {
  const { done, open, "cannot be read": unread } = counts(judged);
  const shouts = judged.filter(({ state, urgent }) => state === "open" && urgent).length;
  return `${stack}: ${done} done, ${open} open${shouts === 0 ? "" : ` (${shouts} of them cannot wait)`}, ${unread} cannot be read`;
}
