/** Moves the users from prod to chisan-dr: the old side can no longer be written, the hosts lead to the new one, and that is measured. */
import { connectTo } from "../../backup/restore/connect";
import { openKit } from "../kit/open-kit";
import type { Kit } from "../kit/kit";
import { askHost } from "../stand-up/ask-host";
import { journalFile, readJournal } from "../phases/journal";
import { recoveryDirectory } from "../phases/recovery-directory";
import { askDatabase, fence, fenceInWords, type Answer, type Fenced } from "./fence";
import { carryOutHandOver, configureCutOver, proposeHandOver, release, requireHanded, type HandOver, type SideOf } from "./hand-over";
import { askOnce, measureArrival, type Measured } from "./measure";
import { switchedOff } from "../stand-up/database/switched-off";
import { databaseUrl } from "./rebuild-prod";
import { openSide, otherSide } from "./sides";
import type { Verified } from "./verify-stood-up";

/** Section 3.3: complete rebuild. */
export const objectiveSeconds = 4 * 3600;

export interface CutOverRequest {
  readonly cloud: boolean;
  /** Another kit than the usual one. */
  readonly kit: string | undefined;
  /** The engineer's word that the old side exists no more. */
  readonly oldSideGone: boolean;
  /** Proves that chisan-dr works and has the data. */
  readonly verify: (say: (text: string) => void) => Promise<Verified>;
  /** Given what would change, before anything does; throws to go no further. */
  readonly agree: (proposal: CutOverProposal) => Promise<void>;
  readonly say: (text: string) => void;
}

export interface CutOverProposal {
  readonly handOver: HandOver;
  readonly oldSide: Answer;
  /** What the verification found; undefined: the users are there already, and what is asked is whether prod is made read-only. */
  readonly verified: Verified | undefined;
  /** What the hosts that are still prod's answer now. */
  readonly prodNow: readonly Measured[];
}

/** What a cut-over reaches; the tests have others. */
export interface Reach {
  sides(cloud: boolean): Promise<{ readonly prod: SideOf; readonly dr: SideOf }>;
  kit(request: Pick<CutOverRequest, "cloud" | "kit">): Promise<Pick<Kit, "database" | "hosts">>;
  /** With password. */
  drDatabase(dr: SideOf): Promise<string>;
  failingBack(cloud: boolean): boolean;
  readonly ask: typeof askHost;
}

const real: Reach = {
  async sides(cloud) {
    const dr = await openSide("chisan-dr", cloud);
    return { dr, prod: otherSide("prod", dr) };
  },
  kit: ({ cloud, kit }) => openKit({ cloud, ...(kit === undefined ? {} : { file: kit }) }),
  drDatabase: databaseUrl,
  failingBack(cloud) {
    const journal = readJournal(journalFile(recoveryDirectory(cloud), "fail-back"));
    return journal !== undefined && journal.finishedAt === undefined;
  },
  ask: askHost,
};

export interface CutOver {
  /** "nothing to do": the fence stood, the hosts led to chisan-dr, and prod's state knew of none, before this run. */
  readonly result: "cut over" | "nothing to do";
  readonly handOver: HandOver;
  /** Undefined: the old side is gone, or could not be asked again. */
  readonly fence: Fenced | undefined;
  readonly measured: readonly Measured[];
  /** What the restore left switched off in chisan-dr's database, by name: `cron job nightly`. Nobody switches it on but a person. */
  readonly switchedOff: readonly string[];
  /** Whether prod's state forgot what is chisan-dr's now; undefined when it could not be read. */
  readonly released: boolean | undefined;
}

const oldSide = "prod's database";

/**
 * Typed again after any interruption it carries on; typed when all is done it looks at the fence, the hosts and prod's state anew. Prod's
 * Pulumi state, Google project and Supabase are not needed.
 *
 * @throws what `openKit` and `chooseTarget` do; CHI-H103 and CHI-H104 when the old side is not as it was said to be; CHI-H081 to CHI-H085
 *   from the fence; CHI-H091 to CHI-H102 from the hand-over; CHI-H105 when the hosts do not answer from chisan-dr afterwards; CHI-H119 when
 *   a failback is under way
 */
export async function cutOver(request: CutOverRequest, reach: Reach = real): Promise<CutOver> {
  const { cloud, say } = request;
  const { dr, prod } = await reach.sides(cloud);
  const handOver = await proposeHandOver(dr, prod);
  const kit = await reach.kit(request);
  const fenced = await (handOver.done ? fenceAgain(request, handOver, kit, reach) : moveUsers(request, { dr, prod }, handOver, kit, reach));
  // Whether a run before was killed in here nobody noted down: each is harmless when repeated, and all are done each time.
  const released = await releaseIfThere(prod, say);
  const measured = await measureArrival({ hosts: kit.hosts, from: "chisan-dr", cloud, say, ask: reach.ask });
  const before = handOver.done && fenced?.before !== false && (released ?? 0) === 0;
  return {
    result: before ? "nothing to do" : "cut over",
    handOver,
    fence: fenced,
    measured,
    switchedOff: await stillOff(await reach.drDatabase(dr)),
    released: released === undefined ? undefined : true,
  };
}

/** The users go: from here on, not before, the old side can no longer be written. */
async function moveUsers(request: CutOverRequest, { dr, prod }: { readonly dr: SideOf; readonly prod: SideOf }, handOver: HandOver, kit: Pick<Kit, "database">, { ask }: Reach): Promise<Fenced | undefined> {
  const { cloud, say } = request;
  const answer = await oldSideAsSaid(kit, request.oldSideGone);
  say("verifying chisan-dr before anybody is sent there");
  const verified = await request.verify(say);
  // In the cloud nobody says who answers: a host that a killed run has moved already is not prod's.
  const hosts = handOver.handed.filter(({ before, after }) => before !== after).map(({ host }) => host);
  await request.agree({ handOver, oldSide: answer, verified, prodNow: await askOnce({ hosts, from: "prod", cloud, ask }) });
  const fenced = answer === "silent" ? undefined : await fenceOldSide(kit, say);
  // From here on a deployment of prod is refused, and one of chisan-dr makes what is not moved yet.
  configureCutOver(prod.file, dr.file, true);
  await carryOutHandOver(dr, handOver, say);
  await requireHanded(dr, handOver);
  return fenced;
}

/** The users are there: the fence stood before they went. @throws CHI-H104, CHI-H119 */
async function fenceAgain(request: CutOverRequest, handOver: HandOver, kit: Pick<Kit, "database">, { failingBack }: Reach): Promise<Fenced | undefined> {
  const { cloud, say } = request;
  if (failingBack(cloud)) throw new Error(`CHI-H119 app and api lead to chisan-dr already, and a failback has begun that needs prod as it is, nothing was touched: npx chisan dr failback${cloud ? " --cloud" : ""} carries on`);
  say("app and api lead to chisan-dr already: seeing to what a run before may have left");
  const answer = await askDatabase(kit.database.url);
  if (request.oldSideGone) refuseAlive(answer);
  if (answer === "silent" || answer === "refuses") {
    const found = answer === "silent" ? "does not answer" : "refuses the password of the recovery kit";
    if (!request.oldSideGone) say(`${oldSide} ${found}, so its fence was not proven again: make sure that nobody writes to it should it come back`);
    return undefined;
  }
  // Somebody has opened it, which a cut-over does not: that is not undone unasked.
  if (answer === "writable") await request.agree({ handOver, oldSide: answer, verified: undefined, prodNow: [] });
  return fenceOldSide(kit, say);
}

async function fenceOldSide({ database }: Pick<Kit, "database">, say: (text: string) => void): Promise<Fenced> {
  const fenced = await fence(database.url, oldSide);
  say(`${oldSide} is read-only: ${fenceInWords(fenced)}`);
  return fenced;
}

async function stillOff(url: string): Promise<readonly string[]> {
  const client = await connectTo(url, "chisan-dr");
  try {
    return await switchedOff(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @throws CHI-H103, CHI-H104 */
export async function oldSideAsSaid({ database }: Pick<Kit, "database">, saidGone: boolean): Promise<Answer> {
  const answer = await askDatabase(database.url);
  if (saidGone) refuseAlive(answer);
  if (!saidGone && answer === "silent") {
    throw new Error(`CHI-H103 ${oldSide} does not answer, so it cannot be made read-only, nothing was touched: if it comes back while chisan-dr serves, both are written; make sure that it does not (pause or delete the project at Supabase), then add --old-side-gone`);
  }
  return answer;
}

/** @throws CHI-H104 */
function refuseAlive(answer: Answer): void {
  if (answer === "silent") return;
  const found = answer === "refuses" ? "answers, and refuses the password of the recovery kit" : "answers, and lets itself be read";
  throw new Error(`CHI-H104 --old-side-gone was said, but ${oldSide} ${found}: it could still be written while chisan-dr is, nothing was touched; leave the option out, and it is made read-only first`);
}

/** @returns how many its state had; undefined when it could not be read. Prod's state may be lost: then nothing is to be forgotten, or nobody can. */
async function releaseIfThere(prod: SideOf, say: (text: string) => void): Promise<number | undefined> {
  try {
    return await release(prod);
  } catch (error) {
    say(`prod's state does not forget the records, as it cannot be reached (${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}): should it come back, do not destroy prod before npx chisan dr failback`);
    return undefined;
  }
}
