import { Option, type Command } from "commander";
import { knownStack } from "../../config/stack-configuration";
import { interruptible } from "../output/interruptible";
import { runBackup, type BackupRequest, type BackupResult } from "../backup/run/backup-run";
import { backupKinds, objectsOf, type BackupKind } from "../backup/format/manifest";
import { bytesInWords, progressInWords, secondsInWords, type Progress } from "../backup/run/progress";
import { openConnections } from "../connections/stack-connections";

interface RunOptions {
  readonly stack: string;
  readonly kind: BackupKind;
  readonly jobs?: number;
  readonly cloud?: boolean;
  readonly json?: boolean;
}

/** `chisan backup run`: one backup, from one snapshot, into the stack's backups bucket. */
export function addBackupRun(group: Command): void {
  group
    .command("run")
    .description("back up a stack's database: roles, schema and rows of one snapshot, encrypted, into its backups bucket")
    .requiredOption("--stack <stack>", "whose database")
    .addOption(new Option("--kind <kind>", "where it lies and how long it stays; `manual` is under no lock").choices(backupKinds).default("manual"))
    .option("--jobs <number>", "tables read at once (default: as many as there are cores)", positive)
    .option("--cloud", "act on the real cloud instead of the sandbox")
    .option("--json", "only the result, as JSON, on stdout")
    .option("--debug", "show stack traces")
    .action(run);
}

async function run({ stack: name, kind, jobs, json, cloud }: RunOptions): Promise<void> {
  const stack = knownStack(name);
  const display = progressDisplay();
  const connections = openConnections(stack, cloud === true || process.env["CHISAN_TARGET"] === "cloud");
  const onSnapshot: BackupRequest["onSnapshot"] = ({ folder, notes }) => {
    say(`Backup ${folder}`);
    for (const note of notes) say(`  note: ${note}`);
  };
  try {
    const result = await interruptible((signal) => runBackup({ stack, kind, jobs, connections, signal, onSnapshot, onProgress: display.show }));
    display.end();
    process.stdout.write(json === true ? `${JSON.stringify(summary(result))}\n` : `${inWords(result)}\n`);
  } finally {
    display.end();
  }
}

/** What a pipeline reads: the manifest without its list of objects, which are in the bucket. */
function summary({ manifest, folder, isLatest, notes }: BackupResult) {
  const { roles: _roles, schema: _schema, rest: _rest, rows, ...about } = manifest;
  return { ...about, folder, isLatest, notes, parts: rows.length, ...sizes({ manifest }) };
}

function sizes({ manifest }: Pick<BackupResult, "manifest">): { plainBytes: number; storedBytes: number; rows: number } {
  const objects = objectsOf(manifest);
  return {
    plainBytes: objects.reduce((sum, { plainBytes }) => sum + plainBytes, 0),
    storedBytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: Object.values(manifest.tables).reduce((sum, count) => sum + count, 0),
  };
}

function inWords({ manifest, folder, isLatest, notes: _notes }: BackupResult): string {
  const { plainBytes, storedBytes, rows } = sizes({ manifest });
  const pointer = isLatest ? "it is the latest now" : "a newer one stays the latest";
  return `${folder}: ${rows} rows of ${Object.keys(manifest.tables).length} tables, ${bytesInWords(plainBytes)} as ${bytesInWords(storedBytes)}, in ${secondsInWords(manifest.durationSeconds)}; every object was found as sent, ${pointer}`;
}

/** One line that is rewritten on a terminal, a line every five seconds elsewhere. */
function progressDisplay(): { show(progress: Progress): void; end(): void } {
  let shown = Date.now();
  return {
    show(progress) {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K  ${progressInWords(progress)}`.slice(0, process.stderr.columns ?? 120));
      else if (Date.now() - shown > 5000) {
        say(`  ${progressInWords(progress)}`);
        shown = Date.now();
      }
    },
    end() {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
    },
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new Error(`CHI-A041 --jobs is "${text}", a whole number from 1 to 64 is needed: --jobs 2`);
  return value;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
