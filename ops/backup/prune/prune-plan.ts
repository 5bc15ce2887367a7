/** Which backups go, and why each of the others stays. Pure. */
import type { BackupKind } from "../format/manifest";
import { timeOfId } from "../format/point-time";
import type { ListedBackup } from "../list/list-backups";

export interface PruneRules {
  readonly days: Readonly<Record<"daily" | "weekly", number>>;
  /** Manual ones go only when somebody says from which age on. */
  readonly manualDays: number | undefined;
  /** What `database/latest.json` names. */
  readonly latest: { readonly kind: BackupKind; readonly id: string } | undefined;
  readonly now: Date;
}

export interface Decision {
  readonly kind: BackupKind;
  readonly id: string;
  readonly remove: boolean;
  readonly why: string;
}

/** A run is over after three attempts of an hour: what has no manifest a day later gets none. */
const incompleteAfter = 86_400_000;
const day = 86_400_000;

/** Never the newest complete backup of a kind, nor the one that was verified last, nor what `latest.json` names. */
export function planPrune(backups: readonly ListedBackup[], { days, manualDays, latest, now }: PruneRules): Decision[] {
  const complete = backups.filter((backup) => backup.state === "complete");
  const newest = new Map<BackupKind, string>();
  const verified = new Map<BackupKind, { id: string; at: string }>();
  for (const { kind, id, proof } of complete) {
    if (id > (newest.get(kind) ?? "")) newest.set(kind, id);
    if (proof !== undefined && proof.verifiedAt > (verified.get(kind)?.at ?? "")) verified.set(kind, { id, at: proof.verifiedAt });
  }
  return backups.map((backup) => {
    const { kind, id, state } = backup;
    const stays = (why: string): Decision => ({ kind, id, remove: false, why });
    const goes = (why: string): Decision => ({ kind, id, remove: true, why });
    const age = now.getTime() - timeOfId(id).getTime();
    if (Number.isNaN(age)) return stays("the folder's name is no time: look what it is");
    if (state === "unreadable") return stays("its manifest cannot be understood: look at it first");
    if (state === "incomplete") return age > incompleteAfter ? goes("no manifest: no backup") : stays("no manifest yet: a run may be at work");
    if (newest.get(kind) === id) return stays(`the newest ${kind} one`);
    if (verified.get(kind)?.id === id) return stays(`the last ${kind} one that was verified`);
    if (latest?.kind === kind && latest.id === id) return stays("database/latest.json names it");
    const kept = kind === "manual" ? manualDays : days[kind];
    if (kept === undefined) return stays("made by hand: --manual-older-than <days>");
    return age > kept * day ? goes(`older than ${kept} days`) : stays(`not yet ${kept} days old`);
  });
}
