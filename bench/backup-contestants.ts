/** Ways to back up and to restore the same database, each a command of its own. */
import { join } from "node:path";
import type { BucketAccess } from "../ops/connections/connections";
import type { Machine } from "./backup-machine";
import type { OursRequest } from "./backup-ours";

export const contestants = {
  bare: { what: "backup", says: "pg_dump > /dev/null: the floor, nothing is kept" },
  ours: { what: "backup", says: "chisan backup run: compressed, encrypted, hashed, uploaded, checked" },
  document: { what: "backup", says: "the document's script: pg_dump to a file, gzip, upload" },
  custom: { what: "backup", says: "pg_dump -Fc to a file: not encrypted, not uploaded" },
  bareRestore: { what: "restore", says: "pg_restore -j2 from a directory on the disk, not compressed: the floor" },
  oursRestore: { what: "restore", says: "chisan backup restore: from the bucket, decrypted, then compared with the manifest" },
  documentRestore: { what: "restore", says: "the document's procedure: download, gunzip, psql" },
  customRestore: { what: "restore", says: "pg_restore -j2 from the -Fc file" },
} as const satisfies Record<string, { what: "backup" | "restore"; says: string }>;
export type Contestant = keyof typeof contestants;
export const contestantNames = Object.keys(contestants) as Contestant[];

export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input: string;
}

/** Where the restores find what the backups of before left: outside of what is measured as temporary disk. */
export interface Sources {
  readonly dumpDirectory: string;
  readonly customFile: string;
  /** In the bucket: where the document's script puts it. */
  readonly documentKey: string;
}

const ours = join(__dirname, "backup-ours.ts");
const loader = join(__dirname, "..", "toolchain", "typescript.cjs");
const transfer = join(__dirname, "backup-transfer.ts");

/** @param target the address of the database to restore into; the source's for a backup */
export function commandLine(contestant: Contestant, machine: Machine, sources: Sources, target: string, keys: { identity: string; recipients: readonly string[] }): CommandLine {
  const { binaries } = machine.cluster;
  const writer = access(machine);
  const node = (file: string, request: unknown): CommandLine => ({ program: process.execPath, args: ["--require", loader, file], environment: {}, input: JSON.stringify(request) });
  // As in the document, with its aws command replaced by the same SDK that we use: it reads and writes a whole file.
  const shell = (script: string): CommandLine => ({
    program: "bash",
    args: ["-euo", "pipefail", "-c", script],
    environment: { PATH: `${binaries}:${process.env["PATH"] ?? ""}`, DATABASE_URL: target, WORK: machine.scratch, NODE: process.execPath, LOADER: loader, TRANSFER: transfer, DIRECTORY: sources.dumpDirectory, CUSTOM: sources.customFile, ACCESS: JSON.stringify(writer), KEY: sources.documentKey },
    input: "",
  });
  switch (contestant) {
    case "bare":
      return shell('pg_dump "$DATABASE_URL" > /dev/null');
    case "ours":
      return node(ours, { what: "backup", url: target, access: writer, recipients: keys.recipients } satisfies OursRequest);
    case "document":
      return shell('pg_dump "$DATABASE_URL" > "$WORK/backup.sql"\ngzip "$WORK/backup.sql"\n"$NODE" --require "$LOADER" "$TRANSFER" put "$WORK/backup.sql.gz"\nrm "$WORK/backup.sql.gz"');
    case "custom":
      return shell('pg_dump -Fc "$DATABASE_URL" > "$WORK/backup.dump"');
    case "oursRestore":
      return node(ours, { what: "restore", url: target, access: writer, identity: keys.identity } satisfies OursRequest);
    case "documentRestore":
      return shell('"$NODE" --require "$LOADER" "$TRANSFER" get "$WORK/latest.sql.gz"\ngunzip "$WORK/latest.sql.gz"\npsql -qX "$DATABASE_URL" < "$WORK/latest.sql" > /dev/null');
    case "bareRestore":
      return shell('pg_restore -j2 -d "$DATABASE_URL" "$DIRECTORY"');
    case "customRestore":
      return shell('pg_restore -j2 -d "$DATABASE_URL" "$CUSTOM"');
  }
}

export function access({ store }: Machine): BucketAccess {
  return { endpoint: store.url, bucket: store.bucket, ...store.writer };
}
