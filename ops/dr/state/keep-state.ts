import type { StackName } from "../../../config/naming";
import { ObjectStore } from "../../backup/object-store/object-store";
import { openConnections } from "../../connections/stack-connections";
import { chooseTarget, type Target } from "../../engine/target";
import { saveState, type SavedState } from "./saved-states";

/**
 * Saves a stack's state in the bucket of its backups: after each `up`.
 *
 * @param target that the command chose already
 * @throws as {@link saveState} and {@link openConnections}
 */
export async function keepState(stack: StackName, cloud: boolean, target?: Target): Promise<SavedState & { readonly resources: number }> {
  const connections = openConnections(stack, cloud, process.env, target);
  const store = new ObjectStore(await connections.backups("writer"));
  try {
    return await saveState(stack, target ?? (await chooseTarget(stack, cloud, "state")), await connections.backupRecipients(), store);
  } finally {
    store.close();
  }
}
