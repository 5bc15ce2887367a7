import { type KeptVersion, type PresentFile, stateAt } from "../../workers/file-versions/history";
import type { FileHistory } from "./file-histories";

/** What becomes of one file. */
export type PlannedFile = { readonly key: string } & (
  | { readonly action: "restore"; readonly version: KeptVersion; readonly name: string; readonly replaces: string | undefined }
  /** It is what it was. */
  | { readonly action: "same" }
  /** It was not there then and is now. */
  | { readonly action: "delete"; readonly replaces: string; readonly why: string }
  | { readonly action: "leave"; readonly replaces: string; readonly why: string }
  /** It was not there then, and is not now. */
  | { readonly action: "absent"; readonly why: string }
  /** It was there then, and nobody has it any more. */
  | { readonly action: "lost"; readonly why: string }
);

/** @param exact also deletes what was not there then; such files are left alone otherwise */
export function planFile({ key, entries, present }: FileHistory, at: Date, exact: boolean): PlannedFile {
  const state = stateAt(entries, at);
  if (state.kind === "version") {
    const { version } = state;
    if (present !== undefined && isSame(present, version)) return { key, action: "same" };
    const [copy] = version.copies;
    if (copy === undefined) return { key, action: "lost", why: `the version of ${version.time.toISOString()} is not in the vault yet` };
    return { key, action: "restore", version, name: copy.name, replaces: present?.etag };
  }
  const why = whyAbsent(state);
  if (present === undefined) return { key, action: "absent", why };
  return { key, action: exact ? "delete" : "leave", replaces: present.etag, why };
}

/**
 * The version itself, or the same bytes again: a restore that is carried on finds what it restored. R2's etag is the MD5 of what was sent in one piece,
 * and something else, with a dash, of what was sent in parts (docs of R2's S3 API); of that only the version itself is known to be the same.
 */
function isSame(present: PresentFile, version: KeptVersion): boolean {
  if (present.etag !== version.etag || present.size !== version.size) return false;
  return present.uploaded.getTime() === version.time.getTime() || !present.etag.includes("-");
}

function whyAbsent(state: Exclude<ReturnType<typeof stateAt>, { kind: "version" }>): string {
  if (state.kind === "deleted") return `deleted at ${state.since.toISOString()}`;
  if (state.kind === "never") return "never existed";
  return `nothing is kept from before ${state.first.toISOString()}: not there yet, or purged`;
}

/** All files of a prefix. */
export function planFiles(histories: readonly FileHistory[], at: Date, exact: boolean): PlannedFile[] {
  return histories.map((history) => planFile(history, at, exact));
}
