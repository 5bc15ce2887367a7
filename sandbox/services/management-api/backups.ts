/** Backups and point-in-time recovery, as the Management API answers them. */
import type { Json, JsonObject, WorldRecord } from "../../world/world";
import { ApiRefusal } from "../http/refusal";
import type { ApiAnswer, Look } from "../http/server";
import { selectedAddons } from "./addons";
import type { ApiCall } from "./operations";

/**
 * Auxiliary: the last recovery of a project. ID: the project's ref. `outputs`: projectRef, targetUnix, state, and reason after a failure.
 * States: `accepted`; `restoring`; `done`; `failed`, with the data of before; `lost`, and the database does not run.
 */
export const recoveryType = "supabase:api/recovery";

/** What can be recovered of a project's database. */
export interface RecoverySight {
  /** Whole seconds since 1970, both included; undefined while there is nothing. `now` in milliseconds. */
  window(ref: string, days: number, now: number): { readonly earliest: number; readonly latest: number } | undefined;
  /** Whether the database's server runs. */
  reachable(ref: string): boolean;
}

/** A sandbox without databases has nothing to recover. */
export const nothingToRecover: RecoverySight = { window: () => undefined, reachable: () => false };

/** The vendor's word for the state of a project. It still says healthy for a moment after a recovery was accepted. */
export function projectStatus(ref: string, look: Look): string {
  const state = look(recoveryType, ref)?.outputs.state;
  if (state === "restoring") return "RESTORING";
  return state === "lost" ? "RESTORE_FAILED" : "ACTIVE_HEALTHY";
}

/** The body of GET `database/backups`. With point-in-time recovery there are no daily backups (design fact 2). */
export function backupsBody(project: WorldRecord, call: ApiCall): JsonObject {
  const days = recoverableDays(project, call);
  const window = days === undefined ? undefined : call.recovery.window(project.id, days, Date.parse(call.now));
  return {
    region: String(project.outputs.region),
    walg_enabled: days !== undefined,
    pitr_enabled: days !== undefined,
    backups: [],
    physical_backup_data: window === undefined ? {} : physical(window),
  };
}

function physical({ earliest, latest }: { earliest: number; latest: number }): Json {
  return { earliest_physical_backup_date_unix: earliest, latest_physical_backup_date_unix: latest };
}

/**
 * POST `database/backups/restore-pitr`: accepted at once, carried out by sandbox/services/postgres/recovery-service.ts.
 *
 * The refusals without the add-on, outside the window and of an unreachable database are the vendor's words, as measured by others on
 * 2026-10-10; that of a second recovery is ours.
 *
 * @throws ApiRefusal
 */
export function restoreToMoment(project: WorldRecord, call: ApiCall): ApiAnswer {
  const target = (call.body as { recovery_time_target_unix: number }).recovery_time_target_unix;
  const days = recoverableDays(project, call);
  if (days === undefined) throw new ApiRefusal(400, "PITR is not enabled for this project.");
  const before = call.world.get(recoveryType, project.id);
  if (before?.outputs.state === "accepted" || before?.outputs.state === "restoring") throw new ApiRefusal(400, "A restore of this project is already in progress.");
  if (!call.recovery.reachable(project.id)) throw new ApiRefusal(400, "Failed to check for major version of database. Database appears to be unreachable");
  const window = call.recovery.window(project.id, days, Date.parse(call.now));
  if (window === undefined) throw new ApiRefusal(400, "No physical backup is available for this project yet.");
  const { earliest, latest } = window;
  if (target < earliest || target > latest) throw new ApiRefusal(400, `Recovery time target must be within range: ${earliest} <= t <= ${latest}`);
  const outputs = { projectRef: project.id, targetUnix: target, state: "accepted" };
  return { status: 201, changes: [{ put: { type: recoveryType, id: project.id, urns: [], inputs: {}, outputs, secretPaths: [], createdAt: call.now } }] };
}

function recoverableDays(project: WorldRecord, { look }: ApiCall): number | undefined {
  const variant = selectedAddons(project, look).get("pitr");
  return variant === undefined ? undefined : Number(variant.slice("pitr_".length));
}
