/** Which version of which file a stand-up copies. Pure. */
import { type KeptVersion, stateAt } from "../../../../workers/file-versions/history";
import type { FileHistory } from "../../../files/file-histories";

export interface FileToCopy {
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** Of the copy in prod's vault. */
  readonly version: string;
}

export interface CopyPlan {
  readonly copy: readonly FileToCopy[];
  /** Files that were there at the recovery point, and nobody has that version any more, with the reason. */
  readonly lost: readonly { readonly key: string; readonly why: string }[];
}

/** The files as they were at a moment. Those that were deleted or made later are not among them. */
export function planCopies(histories: readonly FileHistory[], at: Date): CopyPlan {
  const copy: FileToCopy[] = [];
  const lost: { key: string; why: string }[] = [];
  for (const { key, entries } of histories) {
    const state = stateAt(entries, at);
    if (state.kind !== "version") continue;
    const name = nameOf(state.version);
    if (name === undefined) lost.push({ key, why: `its version of ${state.version.time.toISOString()} is not in the vault yet: the keeper's sweep copies it within minutes` });
    else copy.push({ key, etag: state.version.etag, size: state.version.size, version: name });
  }
  return { copy, lost };
}

function nameOf({ copies }: KeptVersion): string | undefined {
  return copies[0]?.name;
}
