/** The recovery kit: what a DR engineer needs of an environment whose Google project, Supabase and Pulumi state are lost. */
import { z } from "zod";
import { isEncryptionKey } from "../../../config/encryption-keys";
import { cloudStacks } from "../../../config/stack-configuration-keys";

/** Raised when a reader of the former form would misunderstand the new one. 2 has `encryptionKey`. */
export const kitVersion = 2;

const text = z.string().min(1);
const origin = z.string().regex(/^https?:\/\/[^/@\s]+$/);

const keyGeneration = z.strictObject({ generation: z.int().min(1).max(9999), value: z.string().refine(isEncryptionKey) });

/** What the API encrypts columns with: the generation in use, and while it rotates the one before. Secret. */
export const encryptionKeySchema = z
  .strictObject({ current: keyGeneration, previous: keyGeneration.optional() })
  .refine(({ current, previous }) => previous === undefined || previous.generation === current.generation - 1);

export const kitSchema = z.strictObject({
  version: z.literal(kitVersion),
  /** Whose kit it is. */
  stack: z.enum(cloudStacks),
  /** When these values were first put down. ISO 8601, UTC. */
  madeAt: z.iso.datetime(),
  /** Public keys (age) that it is encrypted for: the backups' own. */
  recipients: z.array(text).min(1),
  cloudflareAccountId: z.string().regex(/^[0-9a-f]{32}$/),
  /** Of the zone with the hosts' records. */
  zoneId: z.string().regex(/^[0-9a-f]{32}$/),
  /** The reader's credential: nothing in here can write into the vault, or delete. */
  backups: z.strictObject({ bucket: text, accessKeyId: text, secretAccessKey: text }),
  /** The gateway is its address in the cloud; `kitFiles` says where it listens in the sandbox. */
  files: z.strictObject({ bucket: text, gateway: origin, operatorKey: text }),
  /** With password; only to fence the old side, where that still answers. */
  database: z.strictObject({ url: z.string().regex(/^postgres(ql)?:\/\//) }),
  hosts: z.strictObject({ app: text, api: text }),
  /** Null in a kit of version 1, which had none: `sealKit` makes no such kit any more. */
  encryptionKey: encryptionKeySchema.nullable(),
  /** What the API runs; null while it is the image of the bootstrap. */
  apiImage: text.nullable(),
  /** The project's reference at Supabase. */
  supabaseProject: text,
  /** The web project's name at Vercel. */
  webProject: text,
});

export type Kit = z.infer<typeof kitSchema>;
export type KitStack = Kit["stack"];
export type EncryptionKey = z.infer<typeof encryptionKeySchema>;

/** A kit of an earlier version in today's form; anything else as it is. On the day of a disaster an old kit is better than none. */
export function inTodaysForm(value: unknown): unknown {
  const older = typeof value === "object" && value !== null && (value as { version?: unknown }).version === 1;
  return older ? { ...value, version: kitVersion, encryptionKey: null } : value;
}

/**
 * The places of a value that is no kit, in words: never the values.
 *
 * @returns undefined for a kit
 */
export function kitProblems(value: unknown): string | undefined {
  const result = kitSchema.safeParse(value);
  if (result.success) return undefined;
  return result.error.issues.map(({ path, code }) => `${path.join(".") || "as a whole"} (${code})`).join(", ");
}
