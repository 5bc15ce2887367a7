/**
 * ENCRYPTION_KEY where it was not made: an environment that takes data over takes over what they are encrypted with. A data key belongs to the
 * data, not to the environment (docs/adr/0012-disaster-recovery.md).
 */
import { SecretText } from "./secret-text";
import { holdsAPlace, type Shape } from "./shape";

/** The length of a key of AES-256. */
const keyBytes = 32;

/** One generation of the key, as it is written down. */
export interface KeyGeneration {
  readonly generation: number;
  /** Base64. Secret. */
  readonly value: string;
}

/** By generation: the current one, and while it rotates the one before. */
export type EncryptionKeys = ReadonlyMap<number, SecretText>;

/** Base64 as it is written by everything here: no other text means the same bytes. */
export function isEncryptionKey(text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === keyBytes && bytes.toString("base64") === text && !holdsAPlace(text) && new Set(bytes).size >= 8;
}

/** `2:<base64>,1:<base64>`: the configuration's value. */
export function encryptionKeysText(keys: readonly KeyGeneration[]): string {
  return keys.map(({ generation, value }) => `${generation}:${value}`).join(",");
}

/** The generations that are active where nothing else says so: the highest, and the one before it while both are there. */
export function activeGenerations(keys: EncryptionKeys): { current: number; previous?: number } {
  const current = Math.max(...keys.keys());
  return keys.has(current - 1) ? { current, previous: current - 1 } : { current };
}

const allowed = "<generation>:<32 bytes in base64>, and while it rotates the generation before it after a comma; `npx chisan dr stand-up` and `dr failback` set it";

export const encryptionKeysValue: Shape<EncryptionKeys> = {
  allowed,
  leaves: {},
  structured: false,
  read(value, path, report) {
    const keys = typeof value === "string" ? parsed(value) : undefined;
    if (keys === undefined) report({ path, found: value, allowed, mend: { action: "remove" } });
    return keys;
  },
};

function parsed(text: string): EncryptionKeys | undefined {
  const parts = text.split(",").map((part) => /^([1-9]\d{0,3}):(.+)$/.exec(part));
  const keys = new Map<number, SecretText>();
  for (const part of parts) {
    if (part === null || !isEncryptionKey(part[2] ?? "")) return undefined;
    keys.set(Number(part[1]), new SecretText(part[2] ?? ""));
  }
  // Two at most, and they follow each other: as `chisan:secretGenerations` has it.
  const { previous } = activeGenerations(keys);
  return keys.size === parts.length && keys.size === (previous === undefined ? 1 : 2) ? keys : undefined;
}
