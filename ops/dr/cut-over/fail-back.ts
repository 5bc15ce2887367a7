/** Brings the users and what they wrote back to prod: rebuilt, filled from chisan-dr, verified, and only then given its hosts. */
import { openConnections } from "../../connections/stack-connections";
import type { Display } from "../phases/display";
import { interruptible } from "../../output/interruptible";
import { journalFile, openJournal, readJournal, type JournalContent } from "../phases/journal";
import type { Phase, PhaseRecord } from "../phases/phase";
import { recoveryDirectory } from "../phases/recovery-directory";
import { runPhases } from "../phases/run-phases";
import { filesPhase } from "./files-to-prod";
import { askDatabase, fence, fenceInWords, unfence } from "./fence";
import { isCutOver } from "./cut-over-setting";
import { carryOutHandOver, configureCutOver, handOverInWords, proposeHandOver, release, requireHanded, type SideOf } from "./hand-over";
import { measureArrival } from "./measure";
import { protectPhase } from "./protect-prod";
import { databaseUrl, rebuildPhase } from "./rebuild-prod";
import { backupPhase, restorePhase, verifyPhase } from "./restore-to-prod";
import { openSide } from "./sides";

const operation = "fail-back";
/** Takes `chisan:cutOver` away; another cut-over alone sets it again. */
const releaseName = "release-dr";

export interface FailBackRequest {
  readonly cloud: boolean;
  readonly startOver: boolean;
  readonly display: Display;
  /** Given what will happen, before anything does; throws to go no further. */
  readonly agree: (plan: readonly string[]) => Promise<void>;
}

export interface FailBack {
  readonly result: "failed back" | "nothing to do";
  readonly id: string | undefined;
  readonly phases: readonly PhaseRecord[];
}

/**
 * Typed again after any interruption it carries on. The users stay at chisan-dr, which they can read all the time and write until its fence,
 * until prod has everything.
 *
 * @throws what `chooseTarget` and the journal do, and the error of the phase that failed
 */
export async function failBack({ cloud, startOver, display, agree }: FailBackRequest): Promise<FailBack> {
  const dr = await openSide("chisan-dr", cloud);
  const prod = await openSide("prod", cloud);
  const directory = recoveryDirectory(cloud);
  const before = readJournal(journalFile(directory, operation));
  const unfinished = before !== undefined && before.finishedAt === undefined;
  if (!unfinished && !isCutOver(dr.file) && !isCutOver(prod.file)) return { result: "nothing to do", id: undefined, phases: [] };
  await agree(phasesOf(prod, dr, cloud, directory, "").map(({ title }) => title));
  const journal = await openJournal(directory, operation, { target: dr.target.kind }, { startOver: startOver || (before !== undefined && overtaken(before, isCutOver(dr.file))) });
  try {
    const phases = phasesOf(prod, dr, cloud, directory, journal.id);
    const records = await interruptible((signal) => runPhases({ operation, id: journal.id, journal, phases, display, signal }));
    return { result: "failed back", id: journal.id, phases: records };
  } finally {
    journal.close();
  }
}

/**
 * Whether the users were led to chisan-dr again since: what an unfinished failback has done (all but the last phases) is of no use then, as prod was lost once more.
 *
 * @param cutOver whether chisan-dr has the hosts, by its configuration
 */
export function overtaken({ phases }: Pick<JournalContent, "phases">, cutOver: boolean): boolean {
  return cutOver && phases.some(({ name, state }) => name === releaseName && state === "done");
}

function phasesOf(prod: SideOf, dr: SideOf, cloud: boolean, directory: string, id: string): Phase[] {
  const connections = openConnections("chisan-dr", cloud);
  const url = () => databaseUrl(prod);
  return [
    rebuildPhase(prod, dr, cloud),
    fencePhase(dr),
    backupPhase("chisan-dr", connections),
    restorePhase(connections, url),
    filesPhase({ prod, cloud, directory, id }),
    openPhase(url),
    verifyPhase(connections, url),
    handOverPhase(prod, dr),
    releasePhase(prod, dr),
    arrivalPhase(prod, cloud),
    // Nothing of the shell's variables: what they name may be chisan-dr's.
    protectPhase(() => openConnections("prod", cloud, {}, prod.target), () => connections.backupIdentity()),
  ];
}

function fencePhase(dr: SideOf): Phase {
  return {
    name: "fence-dr",
    title: "Make chisan-dr read-only",
    estimateSeconds: 5,
    // Whoever took it away in between must not make two sides that are written.
    always: true,
    async run() {
      const { ended, vendors, guarded, unguarded } = await fence(await databaseUrl(dr), "chisan-dr's database");
      return { summary: fenceInWords({ ended, guarded, unguarded }), facts: { ended, vendors, guarded, unguarded: [...unguarded] } };
    },
  };
}

function openPhase(url: () => Promise<string>): Phase {
  return {
    name: "open-prod",
    title: "Open prod for writing",
    estimateSeconds: 3,
    always: true,
    async run() {
      const { before } = await unfence(await url(), "prod's database");
      return { summary: before ? "its fence was taken away, a write succeeded" : "it had no fence, a write succeeded", facts: { fencedBefore: before } };
    },
  };
}

function handOverPhase(prod: SideOf, dr: SideOf): Phase {
  return {
    name: "hand-over",
    title: "Lead app and api to prod",
    estimateSeconds: 60,
    async run({ say }) {
      await requireOneWriter(prod, dr);
      const proposal = await proposeHandOver(prod, dr);
      await carryOutHandOver(prod, proposal, say);
      await requireHanded(prod, proposal);
      return { summary: handOverInWords(proposal).join("; "), facts: { moved: proposal.handed.map(({ name, host, before, after }) => ({ name, host, before: before ?? null, after })) } };
    },
  };
}

/** @throws CHI-H113 unless prod may be written and chisan-dr may not: the last look before the users go */
async function requireOneWriter(prod: SideOf, dr: SideOf): Promise<void> {
  const [there, here] = await Promise.all([databaseUrl(prod).then((url) => askDatabase(url)), databaseUrl(dr).then((url) => askDatabase(url))]);
  if (there === "writable" && here !== "writable") return;
  throw new Error(`CHI-H113 prod's database is ${there} and chisan-dr's is ${here}, where prod alone may be written: type the same command again, it sees to both`);
}

function releasePhase(prod: SideOf, dr: SideOf): Phase {
  return {
    name: releaseName,
    title: "Let chisan-dr go",
    estimateSeconds: 10,
    async run() {
      const released = await release(dr);
      configureCutOver(prod.file, dr.file, false);
      return { summary: `its state forgot ${released} of app's and api's records; chisan:cutOver is removed`, facts: { released } };
    },
  };
}

function arrivalPhase(prod: SideOf, cloud: boolean): Phase {
  return {
    name: "arrival",
    title: "Ask prod as its users do",
    estimateSeconds: 10,
    always: true,
    async run({ say }) {
      const { engine } = prod;
      const { app, api } = await hostsOf(engine);
      const measured = await measureArrival({ hosts: { app, api }, from: "prod", cloud, say });
      return { summary: measured.map(({ host, status }) => `${host} answers ${status}`).join(", "), facts: { measured: measured.map((each) => ({ ...each })) } };
    },
  };
}

async function hostsOf(engine: SideOf["engine"]): Promise<{ app: string; api: string }> {
  const resources = (await engine.state()).deployment?.resources ?? [];
  const host = (name: string) => String(resources.find(({ urn }) => urn.endsWith(`DnsRecord::${name}`))?.inputs?.["name"]);
  return { app: host("dns-app"), api: host("dns-api") };
}
