import { existsSync, readFileSync } from "node:fs";
import { openConnections } from "../../connections/stack-connections";
import type { Kit, KitStack } from "./kit";
import { kitFile, renewCommand } from "./kit-file";
import { type KitPlace, unsealKit } from "./sealed-kit";

export interface KitSource {
  readonly cloud: boolean;
  /** Another file than the usual one (`--kit`). */
  readonly file?: string;
  /** Whose kit it must be; prod's unless told. */
  readonly stack?: KitStack;
}

/**
 * Opens a recovery kit with BACKUP_IDENTITY, or with `chisan:backupIdentity` of chisan-dr: nothing of the environment that was lost is
 * asked.
 *
 * @throws CHI-H026 when there is no kit or no file that can be read, CHI-H027 when it is another stack's, CHI-A025 without a private key, and as {@link unsealKit}
 */
export function openKit(source: KitSource): Promise<Kit> {
  return openKitWith(() => openConnections("chisan-dr", source.cloud).backupIdentity(), source);
}

/** The same, with a private key from elsewhere. @param identity asked for only when there is something to open */
export async function openKitWith(identity: () => Promise<string>, { cloud, file, stack = "prod" }: KitSource): Promise<Kit> {
  const place = { file: file ?? kitFile(stack, cloud), renew: renewCommand(stack, cloud) };
  if (!existsSync(place.file)) {
    throw new Error(`CHI-H026 there is no recovery kit ${place.file}: name another with --kit <file>, or make it while ${stack} lives: ${place.renew}`);
  }
  const kit = await unsealKit(sealedText(place), await identity(), place);
  if (kit.stack !== stack) throw new Error(`CHI-H027 the recovery kit ${place.file} is that of ${kit.stack}, wanted is that of ${stack}: name it with --kit <file>`);
  return kit;
}

/** A folder, or a file of somebody else. */
function sealedText({ file, renew }: KitPlace): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Error(`CHI-H026 the recovery kit ${file} cannot be read (${code === "EISDIR" ? "it is a folder" : code}): name the file with --kit <file>, or make it while the environment lives: ${renew}`);
  }
}
