import { backupKinds } from "../../backup/format/manifest";
import { findBackup, idsOf } from "../../backup/list/find-backup";
import { ObjectStore } from "../../backup/object-store/object-store";
import type { BucketAccess } from "../../connections/connections";
import type { FilesAccess } from "../../connections/files-access";
import { GatewayClient } from "../../files/gateway-client";
import type { Kit } from "./kit";

/** What the kit was found to open. No secret. */
export interface KitProof {
  /** `<bucket> at <host>` */
  readonly backups: string;
  /** Of all kinds, as the vault lists them to its key. */
  readonly backupFolders: number;
  /** The newest recovery point's id, verified or not; null where the vault has none yet. */
  readonly latestBackup: string | null;
  /** The gateway's address. */
  readonly files: string;
}

/** Attempts of a request: a check is to fail soon, not to last. */
const attempts = 3;

/**
 * Uses what a kit holds: reads the vault with its key, asks the gateway with its own.
 *
 * @param renew the command that makes the kit anew
 * @throws CHI-H030 when a key is refused; CHI-A011, CHI-A012 of the vault and CHI-F101 of the gateway when they do not answer
 */
export async function checkKit({ stack }: Pick<Kit, "stack">, backups: BucketAccess, files: FilesAccess, renew: string): Promise<KitProof> {
  const store = new ObjectStore(backups, { attempts });
  try {
    const folders = await Promise.all(backupKinds.map((kind) => idsOf(store, kind)));
    const latestBackup = await findBackup(store, stack, "latest", undefined).then(
      ({ manifest }) => manifest.id,
      (error: unknown) => {
        if (error instanceof Error && error.message.startsWith("CHI-A064")) return null;
        throw error;
      },
    );
    // Of a key that no file has: the answer is short, and the signature is judged all the same.
    for await (const _page of new GatewayClient(files).present({ key: "recovery-kit-check" })) break;
    return { backups: store.where, backupFolders: folders.flat().length, latestBackup, files: files.url };
  } catch (error) {
    if (!(error instanceof Error) || !/^CHI-(A010|F102) /.test(error.message)) throw error;
    throw new Error(`CHI-H030 the recovery kit of ${stack} holds a key that is refused, so it would open nothing in a disaster (${error.message.split(/[;\n]/)[0]}): make it anew: ${renew}`);
  } finally {
    store.close();
  }
}
