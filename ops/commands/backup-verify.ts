import { availableParallelism } from "node:os";
import { Option, type Command } from "commander";
import { knownStack } from "../../config/stack-configuration";
import { findPostgresClient } from "../../supabase/postgres-binaries";
import { backupKinds, type BackupKind } from "../backup/format/manifest";
import { findBackup } from "../backup/list/find-backup";
import { ObjectStore } from "../backup/object-store/object-store";
import { Interrupted, interruptible, signalOf } from "../output/interruptible";
import { ProgressLine } from "../backup/restore/progress-line";
import { collectRarely } from "../backup/restore/quiet-collector";
import { depths, leaveReport, type Depth, type Proof } from "../backup/verify/proof";
import { strangersLine, verificationWords } from "../backup/verify/report-words";
import { verifyBackup } from "../backup/verify/verify-backup";
import { openConnections } from "../connections/stack-connections";
import { jobsOf } from "./backup-restore";

/** Of a backup that is sound, beside which something strange lies: not 0, so that a scheduled run is reported, and not the 1 of a backup in doubt. */
const strangersExitCode = 3;

interface VerifyOptions {
  readonly stack: string;
  readonly depth: Depth;
  readonly recoveryPoint: string;
  readonly kind?: BackupKind;
  readonly report?: boolean;
  readonly scratchUrlEnv: string;
  readonly jobs: string;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan backup verify`: whether a backup is one. Any doubt is a line and an exit code. */
export function addBackupVerify(group: Command): void {
  group
    .command("verify")
    .description("prove a backup: every object read; decoded; or restored into a scratch database and compared (ends with 1 at any doubt, with 3 when it is sound and something strange lies in its folder)")
    .requiredOption("--stack <stack>", "whose backups")
    .addOption(new Option("--depth <depth>", "how far").choices(depths).default("hashes"))
    .option("--recovery-point <point>", "the backup's id, or `latest`", "latest")
    .addOption(new Option("--kind <kind>", "where the id or the latest is looked for").choices(backupKinds))
    .option("--report", "leave the result in the bucket, where `list` and the monitoring see it")
    .option("--scratch-url-env <name>", "the variable with the URL of a server for the scratch database", "RESTORE_TEST_DATABASE_URL")
    .option("--jobs <number>", "connections at once", String(availableParallelism()))
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(verify);
}

function verify(options: VerifyOptions): Promise<void> {
  collectRarely();
  return interruptible(async (signal) => {
    try {
      await verifyUntil(signal, options);
    } catch (error) {
      if (!signal.aborted || error instanceof Interrupted) throw error;
      throw new Interrupted("CHI-A081", signalOf(signal), "nothing was proven; type the same command again");
    }
  });
}

async function verifyUntil(signal: AbortSignal, options: VerifyOptions): Promise<void> {
  const { depth } = options;
  const stack = knownStack(options.stack);
  const cloud = options.cloud === true || process.env["CHISAN_TARGET"] === "cloud";
  const connections = openConnections(stack, cloud);
  const store = new ObjectStore(await connections.backups("reader"), { signal });
  const line = new ProgressLine();
  try {
    const { manifest, manifestSha256 } = await findBackup(store, stack, options.recoveryPoint, options.kind);
    const identity = depth === "hashes" ? undefined : await connections.backupIdentity();
    const scratchUrl = depth === "restore" ? await scratchServer(options.scratchUrlEnv, cloud) : undefined;
    const result = await verifyBackup({
      store,
      manifest,
      manifestSha256,
      depth,
      identity,
      scratchUrl,
      connections: jobsOf(options.jobs),
      binaries: findPostgresClient(),
      signal,
      onPhase: (phase) => line.begin(phase),
      onBytes: (done, all) => line.bytes(done, all),
    });
    line.clear();
    const at = new Date();
    const { doubts, notices, strangers, objects, bytes, rows, seconds } = result;
    const backup = { stack: manifest.stack, kind: manifest.kind, id: manifest.id, manifestSha256 };
    const proof: Proof = { formatVersion: 1, backup, depth, verifiedAt: at.toISOString(), seconds, objects, bytes, rows, notices: [...notices] };
    const words = verificationWords(manifest, depth, result, at);
    let folder: string | undefined;
    if (options.report === true) {
      const writer = new ObjectStore(await connections.backups("writer"));
      try {
        folder = await leaveReport(writer, proof, doubts, words);
      } finally {
        writer.close();
      }
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...proof, doubts, strangers, report: folder ?? null })}\n`);
    else process.stdout.write(`${words}${folder === undefined ? "" : `Report: ${folder}\n`}`);
    const strange = strangersLine(manifest, result);
    if (strange !== undefined) process.stderr.write(`${strange}\n`);
    if (doubts.length > 0) process.exitCode = 1;
    else if (strange !== undefined) process.exitCode = strangersExitCode;
  } finally {
    line.clear();
    store.close();
  }
}

/** In the sandbox staging's server, where a scratch database is made beside staging's own (section 3.4). */
async function scratchServer(variable: string, cloud: boolean): Promise<string | undefined> {
  const given = process.env[variable];
  if (given !== undefined && given !== "") return given;
  return cloud ? undefined : openConnections("staging", false).databaseUrl();
}
