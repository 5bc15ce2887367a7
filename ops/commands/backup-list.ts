import { Option, type Command } from "commander";
import { knownStack } from "../../config/stack-configuration";
import { specifications } from "../../stacks/specifications";
import { backupKinds, type BackupKind } from "../backup/format/manifest";
import { findBackup } from "../backup/list/find-backup";
import { timeOfId } from "../backup/format/point-time";
import { ageInWords, bytesInWords, listBackups, proofInWords, type BackupList, type ListedBackup } from "../backup/list/list-backups";
import { manifestInWords } from "../backup/list/show-backup";
import { ObjectStore } from "../backup/object-store/object-store";
import { lastProof, readProofs } from "../backup/verify/proof";
import { openConnections } from "../connections/stack-connections";
import { table } from "../output/table";

interface ListOptions {
  readonly stack: string;
  readonly check?: boolean;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan backup list`: what there is, how old, when it was last proven, and what the schedule misses. */
export function addBackupList(group: Command): void {
  group
    .command("list")
    .description("backups with age, size and last verification, and what is missing against the schedule")
    .requiredOption("--stack <stack>", "whose backups")
    .option("--check", "end with 1 when a scheduled backup is missing")
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(list);
  group
    .command("show")
    .description("what a backup's manifest says, in words")
    .argument("[recovery-point]", "the same as --recovery-point")
    .requiredOption("--stack <stack>", "whose backups")
    .option("--recovery-point <point>", "the backup's id, or `latest` (default: latest)")
    .addOption(new Option("--kind <kind>", "where the id or the latest is looked for").choices(backupKinds))
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "the manifest itself, on stdout")
    .option("--debug", "show stack traces")
    .action(show);
}

async function list({ stack: name, check, cloud, json }: ListOptions): Promise<void> {
  const stack = knownStack(name);
  const { scheduledKinds: kinds, dailyBackupDays: daily, weeklyBackupDays: weekly } = specifications[stack];
  const now = new Date();
  const store = new ObjectStore(await openConnections(stack, inCloud(cloud)).backups("reader"));
  try {
    const found = await listBackups({ store, kinds, days: { daily, weekly }, now });
    process.stdout.write(json === true ? `${JSON.stringify(summary(found, now))}\n` : `${inWords(found, now)}\n`);
    for (const gap of found.gaps) process.stderr.write(`MISSING ${gap}\n`);
    if (check === true && found.gaps.length > 0) process.exitCode = 1;
  } finally {
    store.close();
  }
}

async function show(argument: string | undefined, { stack: name, recoveryPoint, kind, cloud, json }: ListOptions & { recoveryPoint?: string; kind?: BackupKind }): Promise<void> {
  const stack = knownStack(name);
  if (argument !== undefined && recoveryPoint !== undefined && argument !== recoveryPoint) {
    throw new Error(`CHI-A079 two recovery points are named, "${argument}" and "${recoveryPoint}": --recovery-point ${recoveryPoint}`);
  }
  const point = recoveryPoint ?? argument ?? "latest";
  const store = new ObjectStore(await openConnections(stack, inCloud(cloud)).backups("reader"));
  try {
    const { manifest, manifestSha256 } = await findBackup(store, stack, point, kind);
    if (json === true) {
      process.stdout.write(`${JSON.stringify(manifest)}\n`);
      return;
    }
    const proof = lastProof(await readProofs(store), { kind: manifest.kind, id: manifest.id, manifestSha256 });
    process.stdout.write(`${manifestInWords(manifest, proofInWords(proof, new Date()))}\n`);
  } finally {
    store.close();
  }
}

export function inCloud(cloud: boolean | undefined): boolean {
  return cloud === true || process.env["CHISAN_TARGET"] === "cloud";
}

function summary({ backups, gaps }: BackupList, now: Date) {
  return {
    gaps,
    backups: backups.map((backup) => {
      const { state, kind, id } = backup;
      const ageSeconds = Math.round((now.getTime() - timeOfId(id).getTime()) / 1000);
      if (backup.state !== "complete") return { state, kind, id, ageSeconds, why: backup.state === "unreadable" ? backup.why : "no manifest" };
      const { snapshotAt, durationSeconds } = backup.found.manifest;
      const lastVerified = backup.proof === undefined ? null : { depth: backup.proof.depth, at: backup.proof.verifiedAt };
      return { state, kind, id, ageSeconds, snapshotAt, durationSeconds, bytes: backup.bytes, lastVerified };
    }),
  };
}

function inWords({ backups }: BackupList, now: Date): string {
  if (backups.length === 0) return "There is no backup";
  return table([["Recovery point", "Kind", "Age", "Size", "Took", "Last verified"], ...backups.map((backup) => row(backup, now))]);
}

function row(backup: ListedBackup, now: Date): string[] {
  const age = ageInWords((now.getTime() - timeOfId(backup.id).getTime()) / 1000);
  const start = [backup.id, backup.kind, age];
  if (backup.state === "incomplete") return [...start, "-", "-", "no manifest: no backup"];
  if (backup.state === "unreadable") return [...start, "-", "-", "UNREADABLE manifest: npx chisan backup show says why"];
  const { durationSeconds } = backup.found.manifest;
  return [...start, bytesInWords(backup.bytes), `${durationSeconds.toFixed(0)} s`, proofInWords(backup.proof, now)];
}
