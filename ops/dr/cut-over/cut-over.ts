/** Moves the users from prod to chisan-dr: the old side can no longer be written, the hosts lead to the new one, and that is measured. */
import { connectTo } from "../../backup/restore/connect";
import { openKit } from "../kit/open-kit";
import type { Kit } from "../kit/kit";
import { askDatabase, fence, fenceInWords, type Answer, type Fenced } from "./fence";
import { carryOutHandOver, configureCutOver, proposeHandOver, release, requireHanded, type HandOver, type SideOf } from "./hand-over";
import { measureArrival, type Measured } from "./measure";
import { switchedOff } from "../stand-up/database/switched-off";
import { databaseUrl } from "./rebuild-prod";
import { openSide, otherSide } from "./sides";

/** Section 3.3: complete rebuild. */
export const objectiveSeconds = 4 * 3600;

export interface CutOverRequest {
  readonly cloud: boolean;
  /** Another kit than the usual one. */
  readonly kit: string | undefined;
  /** The engineer's word that the old side exists no more. */
  readonly oldSideGone: boolean;
  /** Proves that chisan-dr works and has the data, and returns it in a line. */
  readonly verify: (say: (text: string) => void) => Promise<string>;
  /** Given what would change, before anything does; throws to go no further. */
  readonly agree: (proposal: CutOverProposal) => Promise<void>;
  readonly say: (text: string) => void;
}

export interface CutOverProposal {
  readonly handOver: HandOver;
  readonly oldSide: Answer;
  /** What the verification found. */
  readonly verified: string;
}

export interface CutOver {
  readonly result: "cut over" | "nothing to do";
  readonly handOver: HandOver;
  /** Undefined: the old side is gone, or nothing was to do. */
  readonly fence: Fenced | undefined;
  readonly measured: readonly Measured[];
  /** What the restore left switched off in chisan-dr's database, by name: `cron job nightly`. Nobody switches it on but a person. */
  readonly switchedOff: readonly string[];
  /** Whether prod's state forgot what is chisan-dr's now; undefined when it could not be read. */
  readonly released: boolean | undefined;
}

const oldSide = "prod's database";

/**
 * Typed again after any interruption it carries on; typed when all is done it does nothing. Prod's Pulumi state, Google project and Supabase
 * are not needed.
 *
 * @throws what `openKit` and `chooseTarget` do; CHI-H103 and CHI-H104 when the old side is not as it was said to be; CHI-H081 to CHI-H085
 *   from the fence; CHI-H091 to CHI-H102 from the hand-over; CHI-H105 when the hosts do not answer from chisan-dr afterwards
 */
export async function cutOver(request: CutOverRequest): Promise<CutOver> {
  const { cloud, say } = request;
  const dr = await openSide("chisan-dr", cloud);
  const prod = otherSide("prod", dr);
  const handOver = await proposeHandOver(dr, prod);
  if (handOver.done) return { result: "nothing to do", handOver, fence: undefined, measured: [], switchedOff: [], released: undefined };
  const kit = await openKit({ cloud, ...(request.kit === undefined ? {} : { file: request.kit }) });
  const answer = await oldSideAsSaid(kit, request.oldSideGone);
  say("verifying chisan-dr before anybody is sent there");
  const verified = await request.verify(say);
  await request.agree({ handOver, oldSide: answer, verified });

  const fenced = answer === "silent" ? undefined : await fence(kit.database.url, oldSide);
  if (fenced !== undefined) say(`${oldSide} is read-only: ${fenceInWords(fenced)}`);
  // From here on a deployment of prod is refused, and one of chisan-dr makes what is not moved yet.
  configureCutOver(prod.file, dr.file, true);
  await carryOutHandOver(dr, handOver, say);
  await requireHanded(dr, handOver);
  const released = await releaseIfThere(prod, say);
  const measured = await measureArrival({ hosts: kit.hosts, from: "chisan-dr", cloud, say });
  return { result: "cut over", handOver, fence: fenced, measured, switchedOff: await stillOff(dr), released };
}

async function stillOff(dr: SideOf): Promise<readonly string[]> {
  const client = await connectTo(await databaseUrl(dr), "chisan-dr");
  try {
    return await switchedOff(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @throws CHI-H103, CHI-H104 */
export async function oldSideAsSaid({ database }: Pick<Kit, "database">, saidGone: boolean): Promise<Answer> {
  const answer = await askDatabase(database.url);
  if (saidGone && answer !== "silent") {
    const found = answer === "refuses" ? "answers, and refuses the password of the recovery kit" : "answers, and lets itself be read";
    throw new Error(`CHI-H104 --old-side-gone was said, but ${oldSide} ${found}: it could still be written while chisan-dr is, nothing was touched; leave the option out, and it is made read-only first`);
  }
  if (!saidGone && answer === "silent") {
    throw new Error(`CHI-H103 ${oldSide} does not answer, so it cannot be made read-only, nothing was touched: if it comes back while chisan-dr serves, both are written; make sure that it does not (pause or delete the project at Supabase), then add --old-side-gone`);
  }
  return answer;
}

/** Prod's state may be lost: then nothing is to be forgotten, or nobody can. */
async function releaseIfThere(prod: SideOf, say: (text: string) => void): Promise<boolean | undefined> {
  try {
    await release(prod);
    return true;
  } catch (error) {
    say(`prod's state does not forget the records, as it cannot be reached (${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}): should it come back, do not destroy prod before npx chisan dr failback`);
    return undefined;
  }
}
