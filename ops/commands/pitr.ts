import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Option, type Command } from "commander";
import { type Clock, systemClock } from "../../components/vendor-api/clock";
import { stackNames, type StackName } from "../../config/naming";
import { repositoryRoot, sandboxDirectory } from "../../sandbox/control/paths";
import type { Connections } from "../connections/connections";
import { openConnections } from "../connections/stack-connections";
import { NotAnswered } from "../output/ask-person";
import { Interrupted, interruptible, signalOf, unlessInterrupted } from "../output/interruptible";
import { activityAround, activityInWords, suspect } from "../pitr/activity";
import { confirmLoss } from "../pitr/confirm-loss";
import { incidentLine, outcomeInWords, preparationInWords } from "../pitr/in-words";
import { type Moment, durationInWords, momentInWords, parseMoment } from "../pitr/moment";
import { type Limits, type Outcome, type Recovery, follow, inProgress, objectiveSeconds, prepare, recoverStack, usualLimits } from "../pitr/recover-stack";
import { RecoveryApi } from "../pitr/recovery-api";
import { withDatabase } from "../pitr/survey";
import { UnfinishedNote } from "../pitr/unfinished";

export interface PitrDependencies {
  readonly connect?: (stack: StackName, cloud: boolean) => Connections;
  /** Takes a logical backup (`npx chisan backup run --kind manual`) and resolves when it is verified. */
  readonly backupFirst?: (stack: StackName, cloud: boolean, signal: AbortSignal) => Promise<void>;
  /** Where notes of unfinished recoveries are; replaced in tests. */
  readonly notes?: string;
  readonly clock?: Clock;
  readonly limits?: Limits;
}

interface PitrOptions {
  stack: StackName;
  to?: string;
  follow?: boolean;
  around?: string;
  minutes: string;
  dryRun?: boolean;
  backupFirst?: boolean;
  confirm?: string;
  yes?: boolean;
  cloud?: boolean;
  json?: boolean;
}

/** `chisan pitr`: procedure B, the database back to a moment. */
export function addPitr(program: Command, dependencies: PitrDependencies = {}): void {
  program
    .command("pitr")
    .description("put a stack's database back to a moment (procedure B); what was written since is lost")
    .addOption(new Option("--stack <stack>", "the environment").choices(stackNames).makeOptionMandatory())
    .option("--to <time>", 'ISO 8601 with a zone, or like "10m ago"')
    .option("--follow", "only follow a recovery that is in progress, and verify it")
    .option("--around <time>", "touch nothing: list the audit log's activity per minute, to find the moment")
    .option("--minutes <number>", "with --around: how far on either side", "30")
    .option("--dry-run", "only the checks before: what can be recovered and what would be lost")
    .option("--backup-first", "take a logical backup of the database as it is now, first")
    .option("--confirm <stack>", "instead of typing the stack's name; prod always needs it")
    .option("--yes", "do not ask")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action((options: PitrOptions) => interruptible((signal) => pitr(options, dependencies, signal)));
}

async function pitr(options: PitrOptions, { connect = openConnections, backupFirst, notes, clock = systemClock, limits = usualLimits }: PitrDependencies, signal: AbortSignal): Promise<void> {
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  const { stack } = options;
  const given = [options.to, options.around, options.follow].filter((value) => value !== undefined).length;
  if (given !== 1) throw new Error(`CHI-A109 exactly one of --to, --around and --follow is needed, ${given} are given: npx chisan pitr --stack ${stack} --to "10m ago" --dry-run`);
  // Before anything is asked: a wrong time is the likeliest mistake.
  const moment = options.to === undefined ? undefined : parseMoment(options.to, clock.now());
  if (options.backupFirst === true && backupFirst === undefined) throw new Error(`CHI-A108 this build cannot take a backup by itself, nothing was touched: ${backupCommand(stack, cloud)}`);
  const connections = connect(stack, cloud);
  if (options.around !== undefined) return showActivity(options, connections, clock);
  const supabase = await connections.supabase();
  const progress = progressLine();
  const endingClock = clockUntil(clock, signal);
  const recovery: Recovery = {
    stack,
    projectRef: supabase.projectRef,
    api: new RecoveryApi(supabase, { clock: endingClock, requestDeadline: 120_000, attemptDeadline: 30_000, visibleDeadline: limits.follow }),
    databaseUrl: () => connections.databaseUrl(),
    note: new UnfinishedNote(notes ?? (cloud ? join(repositoryRoot, ".chisan", "pitr") : join(sandboxDirectory(), "pitr")), supabase.projectRef),
    clock: endingClock,
    limits,
    // What still runs when somebody has ended the command has nothing more to say.
    say: (text) => void (signal.aborted || say(text)),
    progress: (phase, seconds) => void (signal.aborted || progress.show(phase, seconds)),
  };
  const seen = { inProgress: false };
  try {
    await unlessInterrupted(signal, run(options, recovery, moment, cloud, backupFirst, seen, signal));
  } catch (error) {
    if (!signal.aborted || error instanceof NotAnswered) throw error;
    throw new Interrupted("CHI-A126", signalOf(signal), standsAfter(recovery, seen.inProgress, cloud));
  } finally {
    progress.clear();
  }
}

/** The same, but that who waits is told at once when somebody ends the command; of the system's own clock no timer is left then. */
function clockUntil(clock: Clock, signal: AbortSignal): Clock {
  const sleep = clock === systemClock ? (milliseconds: number) => wait(milliseconds, undefined, { signal }) : (milliseconds: number) => unlessInterrupted(signal, clock.sleep(milliseconds));
  return { now: () => clock.now(), random: () => clock.random(), sleep };
}

/** What a recovery is when nobody follows it any more: at the vendor it goes on. */
function standsAfter({ stack, note }: Recovery, inProgress: boolean, cloud: boolean): string {
  const left = note.read();
  const follow = `npx chisan pitr --stack ${stack} --follow${cloud ? " --cloud" : ""}`;
  if (inProgress || left?.accepted === true) return `the recovery of ${stack} goes on at the vendor, nobody can stop it there: follow it, and have it verified, with ${follow}`;
  if (left !== undefined) return `whether the vendor took the request to recover ${stack} is not known yet: ${follow} looks, and follows it`;
  return "nothing was recovered and nothing is lost; type the same command again";
}

async function run(options: PitrOptions, recovery: Recovery, moment: Moment | undefined, cloud: boolean, backupFirst: PitrDependencies["backupFirst"], seen: { inProgress: boolean }, signal: AbortSignal): Promise<void> {
  const { stack } = options;
  const left = options.dryRun === true ? undefined : await inProgress(recovery);
  if (left !== undefined) {
    seen.inProgress = true;
    const known = !Number.isNaN(left.target);
    say(`A recovery of ${stack} is in progress${known ? ` to ${momentInWords(left.target)}` : ", begun elsewhere"}: following it, none is begun`);
    end(options, await follow(recovery, left));
    if (moment !== undefined && !moment.relative && known && moment.seconds !== left.target) {
      throw new Error(`CHI-A107 the recovery to ${momentInWords(left.target)} is over, the one to ${momentInWords(moment.seconds)} was not begun: type the same command again for it`);
    }
    return;
  }
  if (moment === undefined) throw new Error(`CHI-A106 no recovery of ${stack} is in progress: npx chisan pitr --stack ${stack} --to <time>`);
  if (moment.cut) say(`The vendor recovers to whole seconds: to ${momentInWords(moment.seconds)}`);
  const prepared = await prepare(recovery, moment);
  say(preparationInWords(stack, prepared, recovery.clock.now() / 1000));
  if (options.dryRun === true) {
    if (options.json === true) print({ stack, dryRun: true, ...prepared, to: iso(prepared.target) });
    return;
  }
  if (options.backupFirst !== true) say(`\nA backup of the database as it is now keeps a way back: ${backupCommand(stack, cloud)} (or --backup-first)`);
  await confirmLoss(stack, `npx chisan pitr --stack ${stack} --to ${iso(moment.seconds)}${cloud ? " --cloud" : ""}`, options, signal);
  if (options.backupFirst === true) await backupFirst?.(stack, cloud, signal);
  end(options, await recoverStack(recovery, prepared));
}

function end({ stack, json }: PitrOptions, outcome: Outcome): void {
  say(outcomeInWords(stack, outcome));
  if (json === true) {
    const { target, recoveredAt, elapsed } = outcome;
    const lossSeconds = target === null ? null : recoveredAt - target;
    print({ stack, ...outcome, to: target === null ? null : iso(target), lossSeconds, objectiveSeconds, incident: incidentLine(stack, target, recoveredAt, elapsed) });
  }
  const failed = outcome.checks.filter(({ ok }) => !ok);
  if (failed.length > 0) throw new Error(`CHI-A105 ${stack} is recovered, but ${failed.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}: choose another moment (npx chisan pitr --stack ${stack} --around <time>)`);
}

async function showActivity({ stack, around = "", minutes, json }: PitrOptions, connections: Connections, clock: Clock): Promise<void> {
  const { seconds } = parseMoment(around, clock.now());
  const range = Number(minutes);
  if (!Number.isInteger(range) || range < 1 || range > 1440) throw new Error(`CHI-A124 --minutes is "${minutes}": give a whole number from 1 to 1440`);
  const activity = await withDatabase(await connections.databaseUrl(), (client) => activityAround(client, stack, seconds, range));
  if (json === true) print({ stack, around: iso(seconds), minutes: range, activity, lastGood: lastGood(suspect(activity)?.lastGood) });
  else process.stdout.write(`${activityInWords(stack, activity)}\n`);
}

function lastGood(seconds: number | undefined): string | null {
  return seconds === undefined ? null : iso(seconds);
}

function backupCommand(stack: StackName, cloud: boolean): string {
  return `npx chisan backup run --stack ${stack} --kind manual${cloud ? " --cloud" : ""}`;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One line rewritten on a terminal, a line every 5 s elsewhere. */
function progressLine(): { show: Recovery["progress"]; clear(): void } {
  let shown = 0;
  return {
    show(phase, seconds) {
      const text = `  ${phase}: ${durationInWords(seconds)} of the ${objectiveSeconds / 60} min that procedure B allows`;
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`.slice(0, (process.stderr.columns ?? 120) + 5));
      else if (Date.now() - shown >= 5000) {
        say(text);
        shown = Date.now();
      }
    },
    clear: () => void (process.stderr.isTTY && process.stderr.write("\r\u001b[2K")),
  };
}

function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`);
}
