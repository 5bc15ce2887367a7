import type { StackName } from "../../config/naming";

/** Who holds a stack's state, in the engine's words. */
export interface HeldLock {
  /** `<user>@<host> (process <id>)`; undefined where the backend does not tell (Pulumi Cloud). */
  readonly by: string | undefined;
  /** As the holder wrote it, with its own time zone. */
  readonly since: string | undefined;
}

/**
 * The locks that kept a run from starting; none when it failed for another reason. A state in a bucket or in a file lists its locks' files
 * ("currently locked by 1 lock(s)", a line each); Pulumi Cloud answers 409 ("Another update is currently in progress").
 */
export function heldLocks(words: string): HeldLock[] {
  const files = [...words.matchAll(/created by (\S+) \(pid (\d+)\) at (\S+)/g)];
  if (/currently locked by \d+ lock/.test(words) && files.length > 0) {
    return files.map(([, who = "", pid = "", since = ""]) => ({ by: `${who} (process ${pid})`, since }));
  }
  return /currently locked by \d+ lock|Another update is currently in progress/.test(words) ? [{ by: undefined, since: undefined }] : [];
}

/** The command that takes a lock away whose holder is dead. */
export function unlockCommand(stack: StackName): string {
  return `pulumi cancel --stack ${stack}`;
}

/** `locked by devops@laptop (process 4242) since 2026-11-23T08:01:02+09:00` */
export function lockInWords(locks: readonly HeldLock[]): string {
  const each = locks.map(({ by, since }) => `by ${by ?? "another update, whose holder the backend does not name"}${since === undefined ? "" : ` since ${since}`}`);
  return `locked ${each.join(", ")}`;
}
