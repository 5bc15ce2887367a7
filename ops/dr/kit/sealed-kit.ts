/** The kit as a text that may lie anywhere: the age format (age-encryption.org/v1) with its ASCII armor. `age -d` reads it too. */
import { Decrypter, Encrypter, armor } from "age-encryption";
import { inTodaysForm, type Kit, kitProblems, kitSchema, kitVersion } from "./kit";

/** What is said of a kit that cannot be read: where it is, and how it is made anew. */
export interface KitPlace {
  readonly file: string;
  /** `npx chisan dr kit --cloud` */
  readonly renew: string;
}

/** @throws CHI-H020 for a value that is no kit, CHI-H021 for a recipient that is no public key */
export async function sealKit(kit: Kit): Promise<string> {
  const problems = kitProblems(kit) ?? (kit.encryptionKey === null ? "encryptionKey (missing)" : undefined);
  if (problems !== undefined) throw new Error(`CHI-H020 the stack ${kit.stack} does not give what a recovery kit needs; at fault: ${problems}: npx chisan up ${kit.stack}`);
  const encrypter = new Encrypter();
  for (const [index, recipient] of kit.recipients.entries()) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      // Not its text: a private key that was put there by mistake must not be printed.
      throw new Error(`CHI-H021 chisan:backupRecipients[${index}] of ${kit.stack} is no public key of age (age1 and 58 characters): pulumi config set --path 'chisan:backupRecipients[${index}]' <age1…> --stack ${kit.stack}`);
    }
  }
  return armor.encode(await encrypter.encrypt(JSON.stringify(kit)));
}

/**
 * No error holds anything of what the kit says, nor of the key.
 *
 * @param identity the private key, `AGE-SECRET-KEY-1…`
 * @throws CHI-H022 for a text that is no private key, CHI-H023 when the kit was not encrypted for it, CHI-H024 for a damaged kit,
 *   CHI-H025 for one of a later version
 */
export async function unsealKit(sealed: string, identity: string, { file, renew }: KitPlace): Promise<Kit> {
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new Error("CHI-H022 the private key for the recovery kit is not one of age (AGE-SECRET-KEY-1 and 58 characters): set BACKUP_IDENTITY");
  }
  const damaged = (what: string) => new Error(`CHI-H024 the recovery kit ${file} ${what}: take it from another clone or from the commit before, or make it anew while the environment lives: ${renew}`);
  let opened: string;
  try {
    opened = await decrypter.decrypt(armor.decode(sealed), "text");
  } catch (error) {
    if (error instanceof Error && error.message.includes("no identity matched")) {
      throw new Error(`CHI-H023 the recovery kit ${file} is not encrypted for the private key that was given: set BACKUP_IDENTITY to one of the keys whose public half is in chisan:backupRecipients, or add it there and ${renew}`);
    }
    throw damaged("is damaged or cut off");
  }
  let value: unknown;
  try {
    value = inTodaysForm(JSON.parse(opened));
  } catch {
    // The parser's words hold a piece of the text.
    throw damaged("holds no JSON");
  }
  const { version } = (value ?? {}) as { version?: unknown };
  if (typeof version === "number" && version !== kitVersion) {
    throw new Error(`CHI-H025 the recovery kit ${file} has version ${version}, this tool reads 1 to ${kitVersion}: check out the version that wrote it, or ${renew}`);
  }
  const problems = kitProblems(value);
  if (problems !== undefined) throw damaged(`is not complete (${problems})`);
  return kitSchema.parse(value);
}
