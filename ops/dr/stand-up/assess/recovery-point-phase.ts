import type { Phase, PhaseSituation } from "../../phases/phase";
import type { BackupKind } from "../../../backup/format/manifest";
import type { RecoveryPoint } from "./recovery-point";

/** Which backup a stand-up restores: decided once, so that a run that carries on restores no other one. */
export interface ChosenPoint {
  readonly kind: BackupKind;
  readonly id: string;
  readonly manifestSha256: string;
  /** ISO 8601. */
  readonly snapshotAt: string;
}

const name = "recovery-point";

export function recoveryPointPhase(choose: () => Promise<RecoveryPoint>): Phase {
  return {
    name,
    title: "Choose the recovery point",
    estimateSeconds: 5,
    async run() {
      const { manifest, manifestSha256, passedOver, proof } = await choose();
      const { kind, id, snapshotAt } = manifest;
      return {
        summary: `${kind} ${id}`,
        facts: {
          kind,
          id,
          manifestSha256,
          snapshotAt,
          rows: Object.values(manifest.tables).reduce((sum, count) => sum + count, 0),
          bytes: manifest.database.bytes,
          proof: proof === undefined ? null : { depth: proof.depth, verifiedAt: proof.verifiedAt },
          passedOver: [...passedOver],
        },
      };
    },
  };
}

/** What the phase decided. @throws CHI-H041 when it has not run: phases are in another order than stand-up's */
export function chosenPoint({ results }: Pick<PhaseSituation, "results">): ChosenPoint {
  const facts = results.get(name)?.facts;
  if (facts === undefined) throw new Error("CHI-H041 no recovery point was chosen: type the command with --start-over");
  const { kind, id, manifestSha256, snapshotAt } = facts;
  return { kind: kind as BackupKind, id: String(id), manifestSha256: String(manifestSha256), snapshotAt: String(snapshotAt) };
}
