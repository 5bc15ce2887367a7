/** Prod's ENCRYPTION_KEY for chisan-dr, before anything is made: what is restored is encrypted with it. */
import { configurationOf, encryptionKeysKey, sameSecret } from "../kit/encryption-key";
import type { EncryptionKey } from "../kit/kit";
import { type DrStack, standIn } from "./dr-stack";

/** `not in the kit`: one of version 1. */
export type KeyTakenOver = "taken over" | "there already" | "not in the kit";

const generationsKey = "secretGenerations";

/** @throws CHI-H042 where chisan-dr's configuration says that another generation is in use, CHI-H031 */
export async function takeOverKey(stack: Pick<DrStack, "configured" | "configureEncryptionKey">, key: EncryptionKey | null): Promise<KeyTakenOver> {
  if (key === null) return "not in the kit";
  await requireGenerations(stack, key);
  const before = await stack.configured(encryptionKeysKey);
  if (before !== undefined && sameSecret(before, configurationOf(key))) return "there already";
  await stack.configureEncryptionKey(key);
  return "taken over";
}

/** What `chisan:secretGenerations` says comes before the key's own numbers: one that is left from another time would have a new key made. */
async function requireGenerations({ configured }: Pick<DrStack, "configured">, { current, previous }: EncryptionKey): Promise<void> {
  const set = JSON.parse((await configured(generationsKey)) ?? "{}") as { ENCRYPTION_KEY?: { current?: unknown; previous?: unknown } };
  const found = set.ENCRYPTION_KEY;
  if (found === undefined || (found.current === current.generation && found.previous === previous?.generation)) return;
  throw new Error(
    `CHI-H042 chisan:${generationsKey} of ${standIn} has generation ${String(found.current)} of ENCRYPTION_KEY in use, the data have ${current.generation}, nothing was touched: ` +
      `pulumi config rm --path chisan:${generationsKey}.ENCRYPTION_KEY --stack ${standIn}, then type the same command again`,
  );
}
