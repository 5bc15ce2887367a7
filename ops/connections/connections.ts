/**
 * How the operator's commands reach a stack's data. The values come, in this order: from the environment of a scheduled run (names as in
 * components/backup-schedule-needs.ts); from the stack's outputs.
 *
 * Every text in here that opens something is secret: never in an error, a log, an argument of a process, or a report.
 */

import type { FilesAccess } from "./files-access";

/** An S3 endpoint with one bucket and the credentials for it. */
export interface BucketAccess {
  /** `https://<account>.r2.cloudflarestorage.com`, or the sandbox's. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Asked for one by one: a command gets, and needs, only what it uses. */
export interface Connections {
  /** With password: PostgreSQL itself, not the pooler. */
  databaseUrl(): Promise<string>;
  /** `writer` reads and writes, `reader` only reads. */
  backups(access: "reader" | "writer"): Promise<BucketAccess>;
  /** Public keys, at least one. */
  backupRecipients(): Promise<readonly string[]>;
  /** The private key, where this machine may have it. @throws CHI-B… naming the variable that was not given */
  backupIdentity(): Promise<string>;
  /** The files' gateway, with an operator's key: versions are read and restored through it, so no S3 key opens the vault. */
  files(): Promise<FilesAccess>;
  /** The project's reference and the Management API. */
  supabase(): Promise<{ readonly projectRef: string; readonly apiUrl: string; readonly token: string }>;
}
