import type { Command } from "commander";
import { knownStack } from "../../config/stack-configuration";
import { specifications } from "../../stacks/specifications";
import { bytesInWords, listBackups } from "../backup/list/list-backups";
import { ObjectStore } from "../backup/object-store/object-store";
import { pruneBackups, readLatest, type Pruned } from "../backup/prune/prune-backups";
import { planPrune, type Decision } from "../backup/prune/prune-plan";
import { confirmNamed } from "../backup/restore/confirm";
import { openConnections } from "../connections/stack-connections";
import { NotAnswered } from "../output/ask-person";
import { Interrupted, interruptible, signalOf } from "../output/interruptible";
import { inCloud } from "./backup-list";

interface PruneOptions {
  readonly stack: string;
  readonly dryRun?: boolean;
  readonly manualOlderThan?: string;
  readonly yes?: boolean;
  readonly confirm?: string;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan backup prune`: deletes backups that are older than the stack keeps them, never the last good one. */
export function addBackupPrune(group: Command): void {
  group
    .command("prune")
    .description("delete backups older than the stack keeps them; never the newest nor the last verified one of a kind")
    .requiredOption("--stack <stack>", "whose backups")
    .option("--dry-run", "say what would go and what stays, and delete nothing")
    .option("--manual-older-than <days>", "also those made by hand that are older")
    .option("--yes", "do not ask (prod: --confirm prod)")
    .option("--confirm <stack>", "the stack, instead of typing it")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(prune);
}

function prune(options: PruneOptions): Promise<void> {
  return interruptible((signal) => pruneUntil(signal, options));
}

/** @throws CHI-A082 when somebody ended it */
async function pruneUntil(signal: AbortSignal, options: PruneOptions): Promise<void> {
  const stack = knownStack(options.stack);
  const { scheduledKinds: kinds, dailyBackupDays: daily, weeklyBackupDays: weekly } = specifications[stack];
  const now = new Date();
  const dry = options.dryRun === true;
  const store = new ObjectStore(await openConnections(stack, inCloud(options.cloud)).backups(dry ? "reader" : "writer"), { signal });
  const pruned: Pruned[] = [];
  let [planned, underWay]: [number, Decision | undefined] = [0, undefined];
  try {
    const { backups } = await listBackups({ store, kinds, days: { daily, weekly }, now });
    const decisions = planPrune(backups, { days: { daily, weekly }, manualDays: daysOf(options.manualOlderThan), latest: await readLatest(store), now });
    const going = decisions.filter(({ remove }) => remove);
    for (const decision of decisions) say(`${decision.remove ? "goes " : "stays"} ${inWords(decision)}`);
    if (!dry && going.length > 0) {
      await confirmNamed(stack, stack === "prod", `This deletes ${going.length} backups of ${stack}.`, options, signal);
      planned = going.length;
      const onPruned = (one: Pruned) => {
        pruned.push(one);
        say(resultInWords(one));
      };
      await pruneBackups(store, going, onPruned, (decision) => (underWay = decision));
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify({ stack, dryRun: dry, decisions, pruned })}\n`);
    else process.stdout.write(`${dry ? `${going.length} of ${decisions.length} backups would be deleted` : `${pruned.filter(({ result }) => result === "removed").length} of ${decisions.length} backups deleted`}\n`);
  } catch (error) {
    if (!signal.aborted || error instanceof NotAnswered) throw error;
    throw new Interrupted("CHI-A082", signalOf(signal), standsAfter(pruned, planned, underWay));
  } finally {
    store.close();
  }
}

/** What a prune that was ended leaves: of a backup that was being deleted its manifest goes first. */
function standsAfter(pruned: readonly Pruned[], planned: number, underWay: Decision | undefined): string {
  if (underWay === undefined) return "no backup was deleted; type the same command again";
  const removed = pruned.filter(({ result }) => result === "removed").length;
  const partly = pruned.some(({ kind, id }) => kind === underWay.kind && id === underWay.id) ? "" : `, ${underWay.kind} ${underWay.id} perhaps in part (then \`list\` says that it is no backup)`;
  return `${removed} of ${planned} backups were deleted${partly}, all others are whole; type the same command again, it deletes the rest`;
}

/** @throws CHI-A079 */
function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`CHI-A079 --manual-older-than is "${text}", a whole number of days is needed: --manual-older-than 30`);
}

function inWords({ kind, id, why }: Decision): string {
  return `${kind} ${id}: ${why}`;
}

function resultInWords({ kind, id, result, objects, bytes }: Pruned): string {
  if (result === "removed") return `deleted ${kind} ${id}: ${objects} objects, ${bytesInWords(bytes)}`;
  return `kept ${kind} ${id}: the bucket's lock holds it${objects > 0 ? ` (${objects} objects of it are gone: it is no backup any more)` : ""}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
