import { type HistoryEntry, type PresentFile, type VaultObject, readHistory } from "../../workers/file-versions/history";
import { parseVaultName } from "../../workers/file-versions/vault-name";
import type { GatewayClient, Which } from "./gateway-client";

export interface FileHistory {
  readonly key: string;
  readonly entries: readonly HistoryEntry[];
  readonly present?: PresentFile;
}

/**
 * The histories of one file or of all under a prefix, by key: from the vault and from the files themselves. Empty when nothing is known of any.
 *
 * @param progress called with the number of names read so far
 */
export async function loadHistories(
  gateway: Pick<GatewayClient, "history" | "present">,
  which: Which,
  progress: (names: number) => void = () => undefined,
): Promise<FileHistory[]> {
  const files = new Map<string, { objects: VaultObject[]; present?: PresentFile }>();
  const of = (key: string) => {
    const found = files.get(key) ?? { objects: [] };
    files.set(key, found);
    return found;
  };
  let names = 0;
  // The files first: what is superseded meanwhile is then in the vault's list, not missing from both.
  for await (const page of gateway.present(which)) {
    for (const { key, ...present } of page) of(key).present = present;
    progress((names += page.length));
  }
  for await (const page of gateway.history(which)) {
    for (const object of page) {
      const name = parseVaultName(object.name);
      if (name !== undefined) of(name.key).objects.push(object);
    }
    progress((names += page.length));
  }
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, { objects, present }]) => ({ key, entries: readHistory(objects, present), present }));
}
