import { availableParallelism } from "node:os";
import { Option, type Command } from "commander";
import { knownStack } from "../../config/stack-configuration";
import { findPostgresClient } from "../../supabase/postgres-binaries";
import { backupKinds, type BackupKind } from "../backup/format/manifest";
import { findBackup } from "../backup/list/find-backup";
import { ObjectStore } from "../backup/object-store/object-store";
import { interruptible } from "../output/interruptible";
import { ProgressLine } from "../backup/restore/progress-line";
import { collectRarely } from "../backup/restore/quiet-collector";
import { depths, leaveReport, type Depth, type Proof } from "../backup/verify/proof";
import { verificationWords } from "../backup/verify/report-words";
import { verifyBackup } from "../backup/verify/verify-backup";
import { openConnections } from "../connections/stack-connections";
import { jobsOf } from "./backup-restore";

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
    .description("prove a backup: every object read; decoded; or restored into a scratch database and compared")
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
  return interruptible((signal) => verifyUntil(signal, options));
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
    const { doubts, notices, objects, bytes, rows, seconds } = result;
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
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...proof, doubts, report: folder ?? null })}\n`);
    else process.stdout.write(`${words}${folder === undefined ? "" : `Report: ${folder}\n`}`);
    if (doubts.length > 0) process.exitCode = 1;
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
