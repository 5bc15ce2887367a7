/** A project with one of everything, and a bucket, for tests of the backup. */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { startTestObjectStore, type TestObjectStore } from "../../../../sandbox/services/r2/testing";
import type { PostgresCluster } from "../../../../supabase/test-support/postgres";
import { decryption } from "../../format/age";
import { manifestSchema, type Manifest } from "../../format/manifest";
import { decompression } from "../../format/zstd-frames";
import { ObjectStore } from "../../object-store/object-store";
import { createRichProject, startProjectCluster } from "../../restore/test-support/rich-database";
import { buffer } from "node:stream/consumers";
import { runBackup, type BackupRequest, type BackupResult } from "../backup-run";

/** If it turns up anywhere, a secret leaked. */
export const canary = "canary-7f3e";

export interface TestProject {
  readonly cluster: PostgresCluster;
  readonly bucket: TestObjectStore;
  readonly store: ObjectStore;
  readonly identity: string;
  readonly url: string;
  backup(more?: Partial<BackupRequest> & { endpoint?: string; secretAccessKey?: string }): Promise<BackupResult>;
  /** An object of a backup as it was before compression and encryption. */
  plain(folder: string, name: string): Promise<Buffer>;
  manifest(folder: string): Promise<Manifest | undefined>;
  stop(): Promise<void>;
}

export async function startTestProject(): Promise<TestProject> {
  const [cluster, bucket] = await Promise.all([startProjectCluster(), startTestObjectStore({ bucket: "chisan-test-backups" })]);
  const admin = await cluster.connect();
  await admin.query(`alter role postgres password '${canary}'`);
  await admin.end();
  await createRichProject(cluster, "project");
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const access = { endpoint: bucket.url, bucket: bucket.bucket, ...bucket.writer };
  const store = new ObjectStore(access);
  const url = `postgresql://postgres:${canary}@127.0.0.1:${cluster.port}/project`;
  return {
    cluster,
    bucket,
    store,
    identity,
    url,
    backup: ({ endpoint = bucket.url, secretAccessKey = access.secretAccessKey, ...more } = {}) =>
      runBackup({
        stack: "staging",
        kind: "manual",
        signal: new AbortController().signal,
        jobs: 2,
        connections: {
          databaseUrl: () => Promise.resolve(url),
          backups: () => Promise.resolve({ ...access, endpoint, secretAccessKey }),
          backupRecipients: () => Promise.resolve([recipient]),
        },
        ...more,
      }),
    plain: (folder, name) => buffer(store.getStream(`${folder}${name}`).compose(decryption(identity)).compose(decompression())),
    manifest: async (folder) => {
      const found = await store.get(`${folder}manifest.json`);
      return found === undefined ? undefined : manifestSchema.parse(JSON.parse(found.body.toString("utf8")));
    },
    stop: async () => {
      store.close();
      await Promise.all([cluster.stop(), bucket.stop()]);
    },
  };
}
