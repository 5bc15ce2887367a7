/** Files and folders that belong to the user as whom the server runs. */
import { chownSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { type ServerIdentity, serverIdentity } from "../../../supabase/server-identity";

let known: ServerIdentity | undefined;

/** `serverIdentity`, asked once: it does not change while the process runs. */
export function identityOfServers(): ServerIdentity {
  known ??= serverIdentity();
  return known;
}

/** Only the server's user may read it. A reader sees the old content or the new, never half. */
export function writeOwned(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  own(draft);
  renameSync(draft, path);
}

/** Makes a folder that only the server's user may enter; left as it is when it is there. The folder above it must exist. */
export function makeOwned(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  own(directory);
}

/** Gives a file or folder to the server's user. */
export function own(path: string): void {
  const { uid, gid } = identityOfServers();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
