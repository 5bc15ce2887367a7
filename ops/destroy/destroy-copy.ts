/**
 * Destroys an environment whose data are a copy of another's (chisan-dr), with what is in its buckets: Cloudflare deletes no bucket that has
 * something in it. What a lock keeps stays, with the lock on it, and everything else goes.
 */
import { existsSync } from "node:fs";
import type { StackName } from "../../config/naming";
import { bytesInWords } from "../backup/list/list-backups";
import { recoveryDirectory } from "../dr/phases/recovery-directory";
import { storage } from "../dr/stand-up/cost/price-table";
import { CopiedLedger, copiedLedgerFile } from "../dr/stand-up/files/copied-ledger";
import { operationArguments, runOperation, watchOperation } from "../engine/stack-operation";
import type { Target } from "../engine/target";
import type { RunSummary } from "../engine/watched-run";
import { noFindings } from "../policies/findings";
import { specifications } from "../../stacks/specifications";
import { readRunning } from "../../sandbox/control/running";
import { runningFiles } from "../../sandbox/control/running-files";
import { sandboxDirectory, sandboxPaths } from "../../sandbox/control/paths";
import { deleteAll, look, type Brought, type Contents } from "./bucket-contents";
import { deployerAccess, type DeployerAccess } from "./deployer-key";
import { stackBuckets, type ExportedResource } from "./state-buckets";

/** A bucket that stays until its lock ends. */
export interface Kept {
  readonly bucket: string;
  readonly objects: number;
  readonly bytes: number;
  /** ISO 8601; null: without an end. */
  readonly lockedUntil: string | null;
  /** Of storage, before the vendor's free allowance. */
  readonly dollarsPerMonth: number;
}

export interface Destroyed extends RunSummary {
  readonly kept: readonly Kept[];
}

export interface DestroyRequest {
  readonly stack: StackName;
  readonly target: Target;
  /** What the stack's state has. */
  readonly resources: readonly ExportedResource[];
  /** Whether the stack's name was typed: then what no stand-up brought goes too. */
  readonly named: boolean;
  /** Whether the CLI's own display is to be kept from the terminal. */
  readonly quiet: boolean;
  /** Further arguments of the CLI. */
  readonly more: readonly string[];
  readonly say: (text: string) => void;
}

/** Only what a stand-up makes of prod's backups: of any other environment no object is deleted, whatever is typed. */
export function isCopy(stack: StackName): boolean {
  return specifications[stack].sampleData === "restored";
}

/**
 * Typed again after an interruption it carries on; typed again when the locks have ended it destroys the rest.
 *
 * @returns undefined when no bucket has anything in it, so that there is nothing to do here; nothing was destroyed then
 * @throws before anything is destroyed: CHI-O020 to CHI-O024, CHI-O026, CHI-A012, and CHI-O025 for data that are no copy when the name was not typed
 */
export async function destroyCopy(request: DestroyRequest): Promise<Destroyed | undefined> {
  const { stack, target, say } = request;
  const buckets = stackBuckets(request.resources);
  const [first] = buckets;
  if (first === undefined) return undefined;
  const access = await deployerAccess(target, first.accountId);
  const brought = broughtByStandUp(stack, target);
  const lookAll = async () => {
    const time = await now(target);
    return Promise.all(buckets.map((bucket) => look(bucket, access(bucket.name), brought, time).catch(explained)));
  };
  const found = await lookAll();
  if (found.every(({ locked, free, others }) => locked.objects + free.length + others.length === 0)) return undefined;
  if (!request.named) refuseOthers(stack, target, found);

  // The Workers too: what is deleted next would otherwise be copied into the vault, and locked there.
  const before = await run(request, buckets.flatMap(({ urns }) => urns));
  if (before.exitCode !== 0) return { ...before, kept: [] };
  await empty(await lookAll(), request.named, access, say);
  const left = (await lookAll()).filter(({ locked }) => locked.objects > 0);
  const after = await run(request, left.flatMap(({ bucket }) => bucket.urns));
  const kept = after.exitCode === 0 ? left.map(keptOf) : [];
  for (const each of kept) say(keptInWords(each, command(stack, target)));
  return { ...together(before, after), kept };
}

/** `destroyed, except what is locked until 2026-12-24` */
export function resultInWords({ exitCode, kept }: Pick<Destroyed, "exitCode" | "kept">): string {
  if (exitCode !== 0) return "failed";
  return kept.length === 0 ? "destroyed" : `destroyed, except what is locked until ${lastEnd(kept)}`;
}

export function keptInWords({ bucket, objects, bytes, lockedUntil, dollarsPerMonth }: Kept, finish: string): string {
  const cost = dollarsPerMonth < 0.01 ? "less than $0.01" : `$${dollarsPerMonth.toFixed(2)}`;
  const end = lockedUntil === null ? "without an end: an administrator of the account lifts the lock, then" : `until ${lockedUntil.slice(0, 16).replace("T", " ")} UTC, then`;
  return `${bucket} stays: ${objects} ${objects === 1 ? "object" : "objects"}, ${bytesInWords(bytes)}, ${cost} a month. A lock keeps them ${end}: ${finish}`;
}

function lastEnd(kept: readonly Kept[]): string {
  const ends = kept.map(({ lockedUntil }) => lockedUntil);
  return ends.includes(null) ? "somebody lifts the lock" : (ends.toSorted().at(-1) ?? "").slice(0, 10);
}

function command(stack: StackName, { kind }: Pick<Target, "kind">, more = ""): string {
  return `npx chisan destroy ${stack}${kind === "cloud" ? " --cloud" : ""}${more}`;
}

/** @throws CHI-O026 for the object store's CHI-A010, which speaks of the stack's own keys */
function explained(error: unknown): never {
  if (!(error instanceof Error && error.message.startsWith("CHI-A010"))) throw error;
  throw new Error(`CHI-O026 CLOUDFLARE_API_TOKEN is refused where it should list and delete objects (${error.message.slice("CHI-A010 ".length).split(",")[0]}): give it "Workers R2 Storage: Edit" for the account, then type the same command again`, { cause: error });
}

function broughtByStandUp(stack: StackName, { kind }: Target): Brought {
  const file = copiedLedgerFile(recoveryDirectory(kind === "cloud"), stack);
  if (!existsSync(file)) return () => false;
  const ledger = new CopiedLedger(file);
  return ({ key, etag }) => ledger.hasArrived(key, etag);
}

/** By the clock of the locks. */
async function now({ kind }: Target): Promise<number> {
  const running = kind === "cloud" ? undefined : readRunning(sandboxPaths(sandboxDirectory()));
  return Date.now() + (running === undefined ? 0 : (await runningFiles(running)).offsetSeconds * 1000);
}

function refuseOthers(stack: StackName, target: Target, found: readonly Contents[]): void {
  const strange = found.filter(({ others }) => others.length > 0);
  if (strange.length === 0) return;
  const words = strange.map(({ bucket, others }) => `${others.length} in ${bucket.name} (${others.slice(0, 3).join(", ")}${others.length > 3 ? ", …" : ""})`);
  throw new Error(
    `CHI-O025 ${stack} has objects that no stand-up of this machine brought, so they may exist nowhere else: ${words.join("; ")}; nothing was destroyed: ` +
      `take what is needed (npx chisan dr failback brings all of it to prod), then ${command(stack, target, ` --confirm ${stack}`)}`,
  );
}

async function empty(found: readonly Contents[], named: boolean, access: DeployerAccess, say: (text: string) => void): Promise<void> {
  for (const { bucket, free, others } of found) {
    const keys = [...free, ...(named ? others : [])];
    if (keys.length === 0) continue;
    let done = 0;
    let said = Date.now();
    await deleteAll(keys, access(bucket.name), () => {
      done += 1;
      if (done < keys.length && Date.now() - said < 5000) return;
      said = Date.now();
      say(`${bucket.name}: ${done} of ${keys.length} objects deleted`);
    });
  }
}

async function run({ stack, target, quiet, more, say }: DestroyRequest, excluded: readonly string[]): Promise<RunSummary> {
  const excludes = [...new Set(excluded)].flatMap((urn) => ["--exclude", urn]);
  const args = operationArguments("destroy", stack, target, ["--yes", ...excludes, ...more]);
  if (quiet) return watchOperation(args, target, (done, what) => say(`${done} ${what}`));
  return { exitCode: await runOperation(args, target), changes: {}, durationSeconds: 0, errors: [], policies: noFindings() };
}

function together(before: RunSummary, after: RunSummary): RunSummary {
  const names = [...new Set([...Object.keys(before.changes), ...Object.keys(after.changes)])];
  // What the first run has left alone, the second one tells of.
  const counted = names.map((name): [string, number] => [name, (after.changes[name] ?? 0) + (name === "same" ? 0 : (before.changes[name] ?? 0))]);
  const changes = Object.fromEntries(counted.filter(([, count]) => count > 0));
  return { ...after, changes, durationSeconds: before.durationSeconds + after.durationSeconds, errors: [...before.errors, ...after.errors] };
}

function keptOf({ bucket, locked: { objects, bytes, until } }: Contents): Kept {
  return { bucket: bucket.name, objects, bytes, lockedUntil: Number.isFinite(until) ? new Date(until).toISOString() : null, dollarsPerMonth: (bytes / 1e9) * storage.perGigabyte };
}
