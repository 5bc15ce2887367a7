/**
 * Recovery of a sandbox database to a moment, from its archive. The data directory as it was stays beside the new one (`data.before`)
 * until the new one is up, and comes back when it does not come up.
 *
 * What an interruption left is read from the folders alone: `data.recovering` is a copy under way; `data.before` without `data` is a
 * swap under way; `data.before` beside `data` with `recovery.signal` is a replay under way, and without (the server removes it before it
 * accepts a connection) a recovery that has succeeded.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Archive, currentTimeline, runAsServer } from "./archive";
import type { RecoverySource } from "./archive-catalogue";
import type { Cluster } from "./cluster";
import { writeOwned } from "./owned-files";

/** Seconds for the replay. The archive of a sandbox is small; a day of its WAL replays in a minute or two. */
const replayLimit = 1800;

/** A recovery that is over without success. What is thrown besides may be tried again as it is. */
export class RecoveryFailed extends Error {}

export interface RecoverySteps {
  /** Gives roles the passwords of now: those of then came back. The vendor does the same after every physical restore. */
  reapply(cluster: Cluster): Promise<void>;
  /** The success is noted before the last trace of the recovery is removed: a kill in between must not lead to a second one. */
  succeeded(): Promise<void>;
  /** Told of what does not hinder. */
  notify(text: string): void;
}

/** Where the data directories of a recovery are. */
function folders({ directory, dataDirectory }: Cluster) {
  return {
    before: `${dataDirectory}.before`,
    recovering: `${dataDirectory}.recovering`,
    signal: join(dataDirectory, "recovery.signal"),
    /** The target, from the swap to the end. */
    note: join(directory, "recovery.json"),
  };
}

/**
 * Recovers a database to a moment. What an earlier call left behind, interrupted anywhere, is carried to its end first; when it was for
 * the same moment, that is all. The database is unreachable from the stop of its server until it is as it was then.
 *
 * @param at milliseconds since 1970, a whole second
 * @throws RecoveryFailed CHI-A100 when the archive does not reach so far back, CHI-A101 when it does not have the present, CHI-A102 when
 * the server could not recover: the database runs with its data of before, unless the message says otherwise (CHI-A103)
 */
export async function recover(cluster: Cluster, at: number, steps: RecoverySteps): Promise<void> {
  const archive = new Archive(cluster);
  if ((await carryOn(cluster, archive, steps)) === at) return;
  const source = archive.sourceOf(at);
  if (source === undefined) throw new RecoveryFailed(`CHI-A100 no base backup in ${archive.directory} is as old as ${new Date(at).toISOString()}: choose a later moment`);
  await archivePresent(cluster, archive);
  await cluster.stop();
  try {
    await setBase(cluster, archive, source, at);
  } catch (error) {
    await bringBack(cluster, error);
  }
  await carryOn(cluster, archive, steps);
}

/** Ends the recovery whose new data directory is in place. Resolves to its target; undefined when there is none. */
async function carryOn(cluster: Cluster, archive: Archive, steps: RecoverySteps): Promise<number | undefined> {
  const { before, signal, note } = folders(cluster);
  mendSwap(cluster);
  if (!existsSync(before)) return undefined;
  const { at, timeline } = JSON.parse(readFileSync(note, "utf8")) as { at: number; timeline: number };
  try {
    await cluster.start(replayLimit);
    await untilReplayed(cluster, signal);
  } catch (error) {
    await bringBack(cluster, error);
  }
  await steps.reapply(cluster);
  await forgetRecoverySettings(cluster);
  archive.addTimeline(await currentTimeline(cluster), { timeline, at });
  try {
    // Of the new timeline: without it every later recovery replays across the branch.
    await archive.takeBaseBackup();
  } catch (error) {
    steps.notify(error instanceof Error ? error.message : String(error));
  }
  await steps.succeeded();
  discardBefore(cluster);
  return at;
}

/** A server that admits nobody while it replays counts as started: https://www.postgresql.org/docs/15/hot-standby.html */
async function untilReplayed(cluster: Cluster, signal: string): Promise<void> {
  const end = Date.now() + replayLimit * 1000;
  while (existsSync(signal) || cluster.postmaster()?.status !== "ready") {
    if (!cluster.isRunning()) {
      const words = readFileSync(cluster.logFile, "utf8").split("\n").findLast((line) => /FATAL|PANIC/.test(line)) ?? "it ended without a word";
      throw new Error(words.replace(/^.*?\[\d+\] /, ""));
    }
    if (Date.now() > end) throw new Error(`not replayed within ${replayLimit} s`);
    await sleep(50);
  }
}

/** Removes what a recovery that succeeded has left. */
export function discardBefore(cluster: Cluster): void {
  const { before, note } = folders(cluster);
  rmSync(before, { recursive: true, force: true });
  rmSync(note, { force: true });
}

/**
 * Puts the data directory of before back where a kill between the two renames of a swap left none. Before every start of the server.
 */
export function mendSwap(cluster: Cluster): void {
  const { before, recovering } = folders(cluster);
  rmSync(recovering, { recursive: true, force: true, maxRetries: 10 });
  if (existsSync(before) && !existsSync(cluster.dataDirectory)) renameSync(before, cluster.dataDirectory);
}

async function archivePresent(cluster: Cluster, archive: Archive): Promise<void> {
  try {
    await cluster.start();
    await archive.archivePresent();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RecoveryFailed(reason.startsWith("CHI-") ? reason : `CHI-A101 the archive of ${cluster.directory} could not be completed (${reason}), nothing was changed: tail ${cluster.logFile}`);
  }
}

/** Puts the base backup, told what to replay, in the place of the data directory. */
async function setBase(cluster: Cluster, archive: Archive, { base, timeline }: RecoverySource, at: number): Promise<void> {
  const { before, recovering, note } = folders(cluster);
  rmSync(recovering, { recursive: true, force: true, maxRetries: 10 });
  await runAsServer("cp", ["-R", ...(platform() === "linux" ? ["--reflink=auto"] : []), archive.baseDirectory(base), recovering]);
  appendFileSync(join(recovering, "postgresql.auto.conf"), recoverySettings(archive, timeline, at));
  writeOwned(join(recovering, "recovery.signal"), "");
  writeOwned(note, JSON.stringify({ at, timeline }));
  renameSync(cluster.dataDirectory, before);
  renameSync(recovering, cluster.dataDirectory);
}

const recoverySettingNames = ["restore_command", "recovery_target_time", "recovery_target_timeline", "recovery_target_action", "hot_standby"] as const;

/** `hot_standby` off: nobody reads a state that is not the one asked for. */
function recoverySettings(archive: Archive, timeline: number, at: number): string {
  const settings: Record<(typeof recoverySettingNames)[number], string> = {
    restore_command: archive.restoreCommand(),
    // Without "Z": the server reads this before it knows any name of a zone.
    recovery_target_time: new Date(at).toISOString().replace("T", " ").replace("Z", "+00"),
    recovery_target_timeline: String(timeline),
    recovery_target_action: "promote",
    hot_standby: "off",
  };
  return Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'\n`).join("");
}

async function forgetRecoverySettings(cluster: Cluster): Promise<void> {
  const client = await cluster.connect();
  try {
    for (const name of recoverySettingNames) await client.query(`alter system reset ${name}`);
  } finally {
    await client.end();
  }
}

/** Undoes a recovery that has not succeeded. Always throws. */
async function bringBack(cluster: Cluster, cause: unknown): Promise<never> {
  const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ");
  try {
    await cluster.stop("immediate");
    const { before, recovering, note } = folders(cluster);
    rmSync(recovering, { recursive: true, force: true, maxRetries: 10 });
    if (existsSync(before)) {
      rmSync(cluster.dataDirectory, { recursive: true, force: true });
      renameSync(before, cluster.dataDirectory);
    }
    rmSync(note, { force: true });
    await cluster.start();
  } catch (error) {
    const second = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
    throw new RecoveryFailed(`CHI-A103 the recovery failed (${reason}) and the data of before did not come up (${second}): tail ${cluster.logFile}`);
  }
  throw new RecoveryFailed(`CHI-A102 the recovery failed and the data of before are back (${reason}): tail ${cluster.logFile}`);
}
