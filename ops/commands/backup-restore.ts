import { availableParallelism } from "node:os";
import { Option, type Command } from "commander";
import { knownStack } from "../../config/stack-configuration";
import { backupKinds, type BackupKind } from "../backup/format/manifest";
import { ageInWords, bytesInWords } from "../backup/list/list-backups";
import { findBackup } from "../backup/list/find-backup";
import { ObjectStore } from "../backup/object-store/object-store";
import { confirmNamed } from "../backup/restore/confirm";
import { addressInWords } from "../backup/restore/connect";
import { NotAnswered } from "../output/ask-person";
import { Interrupted, interruptible, signalOf } from "../output/interruptible";
import { ProgressLine } from "../backup/restore/progress-line";
import { collectRarely } from "../backup/restore/quiet-collector";
import { restoreBackup, type RestoreReport } from "../backup/restore/restore";
import { openConnections } from "../connections/stack-connections";

interface RestoreOptions {
  readonly stack: string;
  readonly recoveryPoint: string;
  readonly kind?: BackupKind;
  readonly toStack?: string;
  readonly toUrlEnv?: string;
  readonly allowOtherStack?: boolean;
  readonly enableJobs?: boolean;
  readonly jobs: string;
  readonly yes?: boolean;
  readonly confirm?: string;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** Section 3.2: database corruption, by the daily snapshot. */
const recoveryPointObjectiveSeconds = 86_400;

/** `chisan backup restore`: a backup into a fresh project, compared afterwards. Typed again it goes on where it ended. */
export function addBackupRestore(group: Command): void {
  group
    .command("restore")
    .description("restore a backup into a fresh project and compare; typed again after an interruption it carries on")
    .requiredOption("--stack <stack>", "whose backups")
    .requiredOption("--recovery-point <point>", "the backup's id, as 20261123T030000Z, or `latest`: never assumed")
    .addOption(new Option("--kind <kind>", "where the id or the latest is looked for").choices(backupKinds))
    .option("--to-stack <stack>", "restore into this stack's database")
    .option("--to-url-env <name>", "restore into the database whose URL is in this environment variable")
    .option("--allow-other-stack", "restore although the backup is of another stack than --stack")
    .option("--enable-jobs", "let cron jobs and outgoing webhooks run at once (default: they are restored switched off)")
    .option("--jobs <number>", "connections at once", String(availableParallelism()))
    .option("--yes", "do not ask (prod: --confirm prod)")
    .option("--confirm <name>", "the target's stack, instead of typing it")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(restore);
}

function restore(options: RestoreOptions): Promise<void> {
  collectRarely();
  return interruptible(async (signal) => {
    try {
      await restoreUntil(signal, options);
    } catch (error) {
      // Once the restore itself has begun, it says what stands.
      if (!signal.aborted || error instanceof NotAnswered || error instanceof Interrupted) throw error;
      throw new Interrupted("CHI-A081", signalOf(signal), "nothing was touched; type the same command again");
    }
  });
}

async function restoreUntil(signal: AbortSignal, options: RestoreOptions): Promise<void> {
  const stack = knownStack(options.stack);
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  const connections = openConnections(stack, cloud);
  const target = await targetOf(options, cloud);
  const store = new ObjectStore(await connections.backups("reader"), { signal });
  const line = new ProgressLine();
  try {
    const found = await findBackup(store, stack, options.recoveryPoint, options.kind);
    const { manifest } = found;
    if (manifest.stack !== stack && options.allowOtherStack !== true) {
      throw new Error(`CHI-A078 the backup ${manifest.id} in the bucket of ${stack} is of ${manifest.stack}: nothing was touched; add --allow-other-stack if that is meant`);
    }
    const old = ageInWords((Date.now() - Date.parse(manifest.snapshotAt)) / 1000);
    process.stderr.write(`${manifest.kind} ${manifest.id} of ${manifest.stack} was ${bytesInWords(manifest.database.bytes)} on its server's disk; whether ${target.name} has as much is not checked\n`);
    await confirmNamed(target.name, target.name === "prod", `This restores ${manifest.kind} ${manifest.id} of ${manifest.stack} (${old} old) into ${target.name} (${addressInWords(target.url)}).`, options, signal);
    const report = await restoreBackup({
      store,
      ...found,
      identity: await connections.backupIdentity(),
      targetUrl: target.url,
      targetName: target.name,
      mode: "project",
      connections: jobsOf(options.jobs),
      enableJobs: options.enableJobs === true,
      signal,
      onPhase: (phase) => line.begin(phase),
      onBytes: (done, all) => line.bytes(done, all),
    });
    line.clear();
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...report, recoveryPointObjectiveSeconds })}\n`);
    else process.stdout.write(`${inWords(report)}\n`);
    if (report.doubts.length > 0 || report.leftOut.some(({ missed }) => missed)) process.exitCode = 1;
  } finally {
    line.clear();
    store.close();
  }
}

/** @throws CHI-A079 unless exactly one target is named, or the variable is empty */
async function targetOf({ toStack, toUrlEnv }: RestoreOptions, cloud: boolean): Promise<{ name: string; url: string }> {
  if ((toStack === undefined) === (toUrlEnv === undefined)) {
    throw new Error(`CHI-A079 ${toStack === undefined ? "no target is named" : "two targets are named"}: --to-stack <stack>, or --to-url-env <name of a variable>`);
  }
  if (toStack !== undefined) {
    const name = knownStack(toStack);
    // Not from a variable: DATABASE_URL in the shell is that of the stack whose backups are read, if of any.
    const { DATABASE_URL: _url, ...others } = process.env;
    return { name, url: await openConnections(name, cloud, others).databaseUrl() };
  }
  const name = toUrlEnv ?? "";
  const url = process.env[name];
  if (url === undefined || url === "") throw new Error(`CHI-A079 the variable ${name} that --to-url-env names is empty: export ${name}=postgresql://…`);
  return { name, url };
}

/** @throws CHI-A079 */
export function jobsOf(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 64) return value;
  throw new Error(`CHI-A079 --jobs is "${text}", a whole number from 1 to 64 is needed: --jobs 2`);
}

export function inWords(report: RestoreReport): string {
  const { backup, target, rows, tables, manifestRows, doubts, leftOut, notices, phases, lossWindowSeconds, resumed } = report;
  const missed = leftOut.filter((each) => each.missed);
  const other = leftOut.filter((each) => !each.missed);
  const verdict = doubts.length > 0 ? "NOT the backup, see below; the target keeps the schema chisan_restore" : missed.length > 0 ? "restored but for what the target refused, see below" : "restored, and equal to the backup";
  const within = lossWindowSeconds <= recoveryPointObjectiveSeconds ? "within" : "beyond";
  const others = manifestRows > rows ? ` of the backup's ${manifestRows}: the others are the vendor's own` : "";
  return [
    `${backup.kind} ${backup.id} of ${backup.stack} into ${target}: ${verdict}`,
    `  ${rows} rows in ${tables} tables counted anew${others}${resumed ? ", carried on from an earlier run" : ""}`,
    `  phases: ${phases.map(({ phase, seconds }) => `${phase} ${seconds.toFixed(1)} s`).join("; ")}`,
    `  lost: what was written after ${backup.snapshotAt}, ${ageInWords(lossWindowSeconds)} before this restore began: ${within} the objective of 24 h (section 3.2)`,
    ...doubts.map((doubt) => `  DOUBT ${doubt}`),
    ...missed.map(({ what, why }) => `  REFUSED ${what}: ${why}`),
    ...notices.map((notice) => `  to know: ${notice}`),
    ...other.map(({ what, why }) => `  left out: ${what}: ${why}`),
  ].join("\n");
}
