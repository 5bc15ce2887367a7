/** What is looked at before anything is written. */
import { identityToRecipient } from "age-encryption";
import type { ClientBase } from "pg";
import { type Manifest, objectsOf } from "../format/manifest";
import { type BackupReader, keyOf } from "../verify/plain-object";

/** @throws CHI-A070 when the server is older than the backup's, by its major version */
export async function requireRightServer(client: ClientBase, manifest: Manifest, targetName: string): Promise<void> {
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
  const [theirs, backup] = [rows[0]?.version ?? "", manifest.database.serverVersion];
  if (Number.parseInt(theirs, 10) < Number.parseInt(backup, 10)) {
    throw new Error(`CHI-A070 ${targetName} is PostgreSQL ${theirs}, the backup is of ${backup}, which an older server cannot hold: take a target with ${Number.parseInt(backup, 10)} or later`);
  }
}

/** @throws CHI-A071 when the key was never among those that the backup was encrypted for; the private key is not in it */
export async function requireRecipient(manifest: Manifest, identity: string): Promise<void> {
  let recipient: string;
  try {
    recipient = await identityToRecipient(identity);
  } catch {
    throw new Error("CHI-A071 BACKUP_IDENTITY is no private key of age: it begins with AGE-SECRET-KEY-1");
  }
  if (manifest.recipients.includes(recipient)) return;
  throw new Error(`CHI-A071 the key given is that of ${recipient}, ${manifest.kind} ${manifest.id} was encrypted for ${manifest.recipients.join(", ")}: it was never a recipient; set BACKUP_IDENTITY to the private key of one of those`);
}

/**
 * Every object is there with the size and ETag that the manifest says, and the key is a recipient's: before the first row, not after hours.
 *
 * @throws CHI-A071, CHI-A072 naming all that is wrong, a line each
 */
export async function requireReadable(store: Pick<BackupReader, "list">, manifest: Manifest, identity: string): Promise<void> {
  await requireRecipient(manifest, identity);
  const problems = await objectDoubts(store, manifest);
  if (problems.length > 0) throw new Error(problems.map((problem) => `CHI-A072 ${problem}: take another backup: npx chisan backup list --stack ${manifest.stack}`).join("\n"));
}

/** What is missing, or has another size or ETag than the manifest says. */
export async function objectDoubts(store: Pick<BackupReader, "list">, manifest: Manifest): Promise<string[]> {
  const there = new Map<string, { bytes: number; etag: string }>();
  for await (const { key, bytes, etag } of store.list(keyOf(manifest, ""))) there.set(key, { bytes, etag });
  return objectsOf(manifest).flatMap(({ name, bytes, etag }) => {
    const key = keyOf(manifest, name);
    const found = there.get(key);
    if (found === undefined) return [`${key} is not in the bucket`];
    if (found.bytes !== bytes) return [`${key} has ${found.bytes} bytes, the manifest says ${bytes}`];
    if (found.etag !== etag) return [`${key} has the ETag ${found.etag}, the manifest says ${etag}: another object lies in its place`];
    return [];
  });
}
