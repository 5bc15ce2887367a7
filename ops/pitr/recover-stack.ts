/** Procedure B: a stack's database goes back to a moment, with the checks before and after (operations document, section 4.2). */
import type { Clock } from "../../components/vendor-api/clock";
import type { StackName } from "../../config/naming";
import { type Check, judgeRecovered, judgeTarget } from "./judge";
import { type Moment, durationInWords, momentInWords } from "./moment";
import type { Answer, RecoveryApi, Window } from "./recovery-api";
import { type Later, type Survey, laterThan, nudgeArchive, serverIdentity, survey, withDatabase } from "./survey";
import type { Unfinished, UnfinishedNote } from "./unfinished";

/** The document's estimate for procedure B is 15 to 30 minutes. */
export const objectiveSeconds = 1800;

export interface Limits {
  /** Milliseconds between looks at the project. */
  readonly poll: number;
  /** Milliseconds that the archive may lag behind: the vendor archives every 2 minutes. */
  readonly archive: number;
  /** Milliseconds that a healthy project may stay as it was after a recovery was accepted. The vendor takes seconds to begin. */
  readonly begin: number;
  /** Milliseconds that a recovered database may refuse: the vendor sets the passwords again after it is up, within 10 s as measured. */
  readonly settle: number;
  /** Milliseconds after which the command stops following. The recovery itself goes on. */
  readonly follow: number;
}

export const usualLimits: Limits = { poll: 3000, archive: 600_000, begin: 180_000, settle: 120_000, follow: 4 * 3600_000 };

export interface Recovery {
  readonly stack: StackName;
  readonly projectRef: string;
  readonly api: RecoveryApi;
  /** With password. */
  readonly databaseUrl: () => Promise<string>;
  readonly note: UnfinishedNote;
  readonly clock: Clock;
  readonly limits: Limits;
  /** A line for the operator. */
  readonly say: (text: string) => void;
  /** What goes on, and since how many seconds. */
  readonly progress: (phase: string, seconds: number) => void;
}

/** What is known before anything is touched. */
export interface Preparation {
  readonly target: number;
  readonly window: Window;
  /** Seconds by which the archive still has to catch up. */
  readonly behind: number;
  /** Null when the database does not answer: what would be lost is unknown then. */
  readonly before: Survey | null;
  readonly later: Later | null;
}

export interface Outcome {
  /** Seconds since 1970; null when somebody else began the recovery. */
  readonly target: number | null;
  readonly before: Survey | null;
  readonly after: Survey;
  readonly checks: readonly Check[];
  /** Seconds since 1970 when the recovered database was up: all that was written between the target and this is gone. */
  readonly recoveredAt: number;
  /** Seconds from the request, or from when this command began to follow. */
  readonly elapsed: number;
}

/**
 * The checks before: the window, the target, and what would be lost. Touches nothing.
 *
 * @throws CHI-A111 to CHI-A114 when the target cannot be recovered, CHI-A120 to CHI-A122 when the API does not tell
 */
export async function prepare({ stack, api, databaseUrl, clock, say }: Recovery, moment: Moment): Promise<Preparation> {
  const window = await api.window();
  let seen: { before: Survey; later: Later } | undefined;
  try {
    seen = await withDatabase(await databaseUrl(), async (client) => ({ before: await survey(client), later: await laterThan(client, moment.seconds) }));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("CHI-A123")) throw error;
    say(`${error.message}\nWhat would be lost is therefore unknown.`);
  }
  const here = clock.now() / 1000;
  const there = seen === undefined ? here : seen.before.now / 1000;
  if (Math.abs(here - there) > 5) say(`This machine's clock differs from the database's by ${durationInWords(Math.abs(here - there))}: times count by the database's`);
  const verdict = judgeTarget(stack, moment.seconds, window, there);
  return {
    target: moment.seconds,
    window: window as Window,
    behind: verdict.kind === "behind" ? verdict.seconds : 0,
    before: seen?.before ?? null,
    later: seen?.later ?? null,
  };
}

/**
 * The recovery in progress: one that a killed command has left, or somebody else's. Undefined when there is none.
 *
 * A note without any effect of its request is forgotten here, so that the command can begin anew.
 */
export async function inProgress(recovery: Recovery): Promise<Unfinished | undefined> {
  const { api, clock, note } = recovery;
  const left = note.read();
  const status = await api.status();
  if (left === undefined) {
    const restoring = status === "RESTORING";
    return restoring ? { target: Number.NaN, askedAt: clock.now(), accepted: true, seenRestoring: true, before: null } : undefined;
  }
  if (left.accepted || status !== "ACTIVE_HEALTHY") return { ...left, accepted: true };
  // Killed around the request: accepted or not, shown by whether anything begins.
  const end = clock.now() + recovery.limits.begin;
  while (clock.now() < end) {
    if ((await api.status()) !== "ACTIVE_HEALTHY" || (await hasRecovered(recovery, left)) !== undefined) return { ...left, accepted: true };
    recovery.progress("looking whether the request of the killed command was accepted", (clock.now() - (end - recovery.limits.begin)) / 1000);
    await clock.sleep(recovery.limits.poll);
  }
  note.remove();
  return undefined;
}

/**
 * Asks for the recovery and follows it to the end.
 *
 * @throws CHI-A115 when the archive does not catch up, CHI-A116 when the recovery failed, CHI-A117 when it takes too long, CHI-A120 when the
 * vendor refuses
 */
export async function recoverStack(recovery: Recovery, prepared: Preparation): Promise<Outcome> {
  const { clock, note } = recovery;
  const { target, before } = prepared;
  if (prepared.behind > 0) await untilArchived(recovery, target);
  const asked: Unfinished = { target, askedAt: clock.now(), accepted: false, seenRestoring: false, before };
  note.write(asked);
  const accepted = await ask(recovery, asked);
  return follow(recovery, accepted);
}

/** The vendor archives nothing while nobody writes; so something is written, and then its window moves past the target. */
async function untilArchived({ stack, api, databaseUrl, clock, limits, progress, say }: Recovery, target: number): Promise<void> {
  const began = clock.now();
  try {
    await withDatabase(await databaseUrl(), nudgeArchive);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("CHI-A123")) throw error;
    say(error.message);
  }
  for (;;) {
    const window = await api.window();
    if (window && window.latest >= target) return;
    if (clock.now() - began > limits.archive) {
      const latest = window ? momentInWords(window.latest) : "nothing";
      throw new Error(
        `CHI-A115 the vendor's archive reaches to ${latest} and not to ${momentInWords(target)} after ${durationInWords(limits.archive / 1000)}, nothing was touched: ` +
          (window ? `npx chisan pitr --stack ${stack} --to ${new Date(window.latest * 1000).toISOString().replace(".000", "")}` : `npx chisan backup list --stack ${stack}`),
      );
    }
    progress("waiting for the vendor's archive to reach the target", (clock.now() - began) / 1000);
    await clock.sleep(limits.poll);
  }
}

/** @returns the note, as accepted */
async function ask(recovery: Recovery, asked: Unfinished): Promise<Unfinished> {
  const { api, clock, limits, note, say, progress } = recovery;
  const accepted = (): Unfinished => {
    const noted = { ...asked, accepted: true };
    note.write(noted);
    return noted;
  };
  for (;;) {
    let answer: Answer;
    try {
      answer = await api.recover(asked.target);
    } catch (error) {
      note.remove();
      throw error;
    }
    if (answer.kind === "accepted") return accepted();
    if (answer.kind === "outside") {
      if (asked.target < answer.window.earliest) {
        note.remove();
        throw new Error(`CHI-A112 the earliest moment that can be recovered is ${momentInWords(answer.window.earliest)} by now, nothing was touched: name a later one`);
      }
      await untilArchived(recovery, asked.target).catch((error: unknown) => {
        note.remove();
        throw error;
      });
      await clock.sleep(limits.poll);
      continue;
    }
    say(`${answer.reason}\nIt may have been accepted all the same: looking whether the project changes before asking again`);
    const began = clock.now();
    while (clock.now() - began < limits.begin) {
      if ((await api.status()) !== "ACTIVE_HEALTHY" || (await hasRecovered(recovery, asked)) !== undefined) return accepted();
      progress("looking whether the request was accepted", (clock.now() - began) / 1000);
      await clock.sleep(limits.poll);
    }
  }
}

/**
 * Follows a recovery until the database is verified.
 *
 * @throws CHI-A116, CHI-A117
 */
export async function follow(recovery: Recovery, unfinished: Unfinished): Promise<Outcome> {
  const { stack, api, clock, limits, note, progress } = recovery;
  const began = Math.min(unfinished.askedAt, clock.now());
  let seen = unfinished;
  let healthySince: number | undefined;
  for (;;) {
    const status = await api.status();
    if (status === "RESTORE_FAILED") throw failed(recovery, `the project is ${status}`);
    if (status === "ACTIVE_HEALTHY") {
      healthySince ??= clock.now();
      // Healthy is also what a project is called that has not begun: only the database itself shows that it was recovered.
      const recovered = await hasRecovered(recovery, seen);
      if (recovered !== undefined) return verify(recovery, seen, recovered, began);
      const patience = seen.seenRestoring ? limits.settle : limits.begin;
      if (clock.now() - healthySince > patience) throw failed(recovery, `the project is ${status}, and its database is on the timeline of before or does not answer`);
    } else {
      healthySince = undefined;
      if (!seen.seenRestoring) {
        seen = { ...seen, seenRestoring: true };
        if (!Number.isNaN(seen.target)) note.write(seen);
      }
    }
    if (clock.now() - began > limits.follow) {
      throw new Error(`CHI-A117 the project ${recovery.projectRef} is ${status} after ${durationInWords((clock.now() - began) / 1000)}; the recovery goes on: look at the vendor's dashboard, and follow it with npx chisan pitr --stack ${stack} --follow`);
    }
    progress(status === "ACTIVE_HEALTHY" ? "accepted, waiting for the recovered database" : status.toLowerCase().replace("_", " "), (clock.now() - began) / 1000);
    await clock.sleep(limits.poll);
  }
}

function failed({ stack, projectRef, note }: Recovery, why: string): Error {
  note.remove();
  return new Error(`CHI-A116 the recovery of ${stack} did not happen (${why}): look at the project ${projectRef} in the vendor's dashboard, or type the same command again`);
}

/** The survey of the recovered database; undefined while it is the database of before, or does not answer. */
async function hasRecovered({ databaseUrl }: Recovery, { before, askedAt, seenRestoring }: Unfinished): Promise<Survey | undefined> {
  try {
    return await withDatabase(await databaseUrl(), async (client) => {
      const { startedAt, timeline } = await serverIdentity(client);
      const recovered = before === null ? seenRestoring || startedAt > askedAt : timeline > before.timeline;
      return recovered ? survey(client) : undefined;
    });
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("CHI-A123")) return undefined;
    throw error;
  }
}

async function verify({ databaseUrl, note, clock }: Recovery, { target, before }: Unfinished, after: Survey, began: number): Promise<Outcome> {
  const known = Number.isNaN(target) ? undefined : target;
  const between = known === undefined ? undefined : await withDatabase(await databaseUrl(), (client) => laterThan(client, known, after.startedAt));
  note.remove();
  return {
    target: known ?? null,
    before,
    after,
    checks: judgeRecovered(known, after, between),
    recoveredAt: Math.ceil(after.startedAt / 1000),
    elapsed: Math.round((clock.now() - began) / 1000),
  };
}
