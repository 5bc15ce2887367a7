import type { Command } from "commander";
import { confirmByName, refuseOtherName, type Confirmation } from "../dr/confirm-by-name";
import { cutOver, objectiveSeconds, type CutOver, type CutOverProposal } from "../dr/cut-over/cut-over";
import { handOverInWords } from "../dr/cut-over/hand-over";
import { inWords, type Measured } from "../dr/cut-over/measure";
import { verifyStandUp } from "../dr/cut-over/verify-stood-up";
import { durationInWords, koreanTime } from "../incident/review/review";

interface CutOverOptions extends Confirmation {
  oldSideGone?: boolean;
  kit?: string;
  cloud?: boolean;
  json?: boolean;
}

/** `chisan dr cutover`: the hosts of prod lead to chisan-dr. */
export function addDrCutover(group: Command): void {
  group
    .command("cutover")
    .description("send the users to chisan-dr: verify it, make prod's database read-only, move app and api, measure; typed again it carries on")
    .option("--old-side-gone", "prod's database exists no more, so there is nothing to make read-only (refused when it answers)")
    .option("--kit <file>", "another recovery kit than the usual one")
    .option("--yes", "do not ask, with --confirm")
    .option("--confirm <stack>", "with --yes, instead of typing the stack's name: chisan-dr")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(run);
}

async function run(options: CutOverOptions): Promise<void> {
  const begun = Date.now();
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  refuseOtherName("chisan-dr", command(options, cloud), options);
  const done = await cutOver({
    cloud,
    kit: options.kit,
    oldSideGone: options.oldSideGone === true,
    verify: (tell) => verifyStandUp({ cloud, kit: options.kit, say: tell }),
    agree: async (proposal) => {
      for (const line of proposalInWords(proposal, new Date())) say(line);
      const question = proposal.handOver.done ? "This makes prod's database read-only." : "This sends all users to chisan-dr.";
      await confirmByName("chisan-dr", question, command(options, cloud), options);
    },
    say: (text) => say(`  ${text}`),
  });
  const elapsedSeconds = Math.round((Date.now() - begun) / 100) / 10;
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ...summary(done), target: cloud ? "cloud" : "sandbox", elapsedSeconds, objectiveSeconds })}\n`);
  for (const line of resultInWords(done, elapsedSeconds, cloud)) say(line);
}

function command({ oldSideGone, kit }: CutOverOptions, cloud: boolean): string {
  return `npx chisan dr cutover${oldSideGone === true ? " --old-side-gone" : ""}${kit === undefined ? "" : ` --kit ${kit}`}${cloud ? " --cloud" : ""}`;
}

/** What a person agrees to, what the users lose by it, and whether what they leave still serves them. */
export function proposalInWords({ handOver, oldSide, verified, prodNow }: CutOverProposal, now: Date): string[] {
  const fence = { writable: "is made read-only first, its sessions are ended", fenced: "is read-only already", refuses: "is made read-only first", silent: "is gone, as you say" }[oldSide];
  if (verified === undefined) return ["app and api lead to chisan-dr already, but prod can be written", `prod's database ${fence}`];
  const { words, snapshotAt } = verified;
  const age = durationInWords(Math.max(0, (now.getTime() - Date.parse(snapshotAt)) / 1000));
  return [
    `chisan-dr: ${words}`,
    `What users wrote to the database since ${koreanTime(snapshotAt)} KST (${age}) will not be there`,
    ...aliveInWords(prodNow),
    `prod's database ${fence}`,
    ...handOverInWords(handOver).map((line) => `  ${line}`),
    "  chisan:cutOver: true, in prod and in chisan-dr",
  ];
}

function aliveInWords(prodNow: readonly Measured[]): string[] {
  const alive = prodNow.filter(({ arrived }) => arrived).map(({ host }) => host);
  const dead = prodNow.filter(({ arrived }) => !arrived).map((each) => `${each.host} (${inWords(each)})`);
  const serves = alive.length === 0 ? [] : [`prod serves users NOW: ${alive.join(" and ")} ${alive.length === 1 ? "answers" : "answer"} from there; is prod really lost?`];
  return dead.length === 0 ? serves : [...serves, `prod does not answer now at ${dead.join(" and ")}`];
}

function summary({ result, handOver, fence, measured, switchedOff, released }: CutOver) {
  const moved = handOver.handed.map(({ name, host, before, after }) => ({ name, host, before: before ?? null, after }));
  return { operation: "cutover", result, moved, fence: fence ?? null, measured, switchedOff, released: released ?? null };
}

export function resultInWords({ result, handOver, measured, switchedOff }: CutOver, elapsedSeconds: number, cloud: boolean): string[] {
  const onward = cloud ? ["Commit Pulumi.prod.yaml and Pulumi.chisan-dr.yaml now: a deployment from a checkout without them would lead the users back"] : [];
  return [
    ...(result === "nothing to do" ? handOverInWords(handOver).map((line) => `  ${line}`) : []),
    ...measured.map(({ host, seconds, words }) => `  ${host} answers from chisan-dr after ${seconds} s${words === "" ? "" : ` (${words})`}`),
    result === "nothing to do"
      ? "Nothing to do: the users are at chisan-dr"
      : `The users are at chisan-dr: cut over in ${elapsedSeconds} s; section 3.3 allows ${objectiveSeconds / 3600} hours from the outage to here`,
    ...(switchedOff.length === 0 ? [] : [`Still switched off in its database since the restore: ${switchedOff.join(", ")}. On again, where it is wanted: select cron.alter_job(jobid, active := true) from cron.job where jobname = '…'; alter table … enable trigger …`]),
    ...onward,
    `Next: npx chisan up chisan-dr${cloud ? " --cloud" : ""} protects its data and declares the checks of both hosts; back with npx chisan dr failback`,
  ];
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
