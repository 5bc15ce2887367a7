/** ENCRYPTION_KEY on its way with the data: from an environment's outputs, into another's configuration, and compared without being shown. */
import { createHash, timingSafeEqual } from "node:crypto";
import { encryptionKeysText } from "../../../config/encryption-keys";
import type { StackName } from "../../../config/naming";
import { capturedPulumi, PulumiFailed } from "../../engine/captured-pulumi";
import type { Target } from "../../engine/target";
import { encryptionKeySchema, type EncryptionKey } from "./kit";

/** The stack's configuration key, without `chisan:`. */
export const encryptionKeysKey = "encryptionKeys";

/** Of a stack's outputs with their secrets; undefined where it has none yet. */
export function encryptionKeyOf(outputs: Readonly<Record<string, unknown>>): EncryptionKey | undefined {
  const found = encryptionKeySchema.safeParse(outputs["encryptionKey"]);
  return found.success ? found.data : undefined;
}

/** As `chisan:encryptionKeys` holds it. Secret. */
export function configurationOf({ current, previous }: EncryptionKey): string {
  return encryptionKeysText(previous === undefined ? [current] : [current, previous]);
}

/** Compared by their hashes: an error or a debugger shows nothing of them. */
export function sameSecret(one: string, other: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text, "utf8").digest();
  return timingSafeEqual(hash(one), hash(other));
}

/** The generations with their values; a value that was made anew under an old number is another key. */
export function sameKey(one: EncryptionKey, other: EncryptionKey): boolean {
  return sameSecret(configurationOf(one), configurationOf(other));
}

/**
 * Gives a stack the key, encrypted in its configuration's file. From the standard input: the arguments of a process are everybody's to see.
 *
 * @param arguments_ which file, as `Target.configurationArguments` has it
 * @throws CHI-H031 with the engine's words
 */
export async function configureEncryptionKey(stack: StackName, target: Pick<Target, "environment">, arguments_: readonly string[], key: EncryptionKey): Promise<void> {
  try {
    await capturedPulumi(stack, target, ["config", "set", `chisan:${encryptionKeysKey}`, "--secret", ...arguments_], configurationOf(key));
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    throw new Error(`CHI-H031 ${stack} cannot be given the ENCRYPTION_KEY of the data (${error.words}): see that its secrets provider can be reached, then type the same command again`);
  }
}
