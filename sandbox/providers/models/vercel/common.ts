import type { JsonObject } from "../../../world/world";
import { VendorRefusal, type Situation } from "../model";

export const projectType = "vercel:index/project:Project";
export const customEnvironmentType = "vercel:index/customEnvironment:CustomEnvironment";
/**
 * Auxiliary, written by sandbox/services/vercel-api: Web Analytics of a project, once switched on. ID: the project's. `outputs`: projectId,
 * analyticsId, enabledAt, disabledAt (milliseconds; the later one holds).
 */
export const webAnalyticsType = "vercel:api/webAnalytics";

export function vercelError(code: string, message: string): VendorRefusal {
  return new VendorRefusal(`${code} - ${message}`);
}

/** Everything belongs to a team; `resolve` below has filled it in. */
export const team = (inputs: JsonObject): string => String(inputs.teamId ?? "");

export function requireTeam(situation: Situation): void {
  const id = team(situation.inputs);
  if (id !== "" && !situation.existing.hasVercelTeam(id)) throw vercelError("forbidden", `Not authorized: team ${id} was not found`);
}

/** Functions' regions: https://vercel.com/docs/regions. */
const regions = "arn1 bom1 cdg1 cle1 cpt1 dub1 dxb1 fra1 gru1 hkg1 hnd1 iad1 icn1 kix1 lhr1 pdx1 sfo1 sin1 syd1 yul1".split(" ");

export function validateRegion(region: unknown): void {
  if (region !== undefined && !regions.includes(String(region)))
    throw vercelError("bad_request", `Invalid region "${String(region)}": one of ${regions.join(", ")}`);
}

/** GitHub and Bitbucket have `owner/name`; GitLab's groups may nest. */
export function validateRepository({ type, repo = "" }: { type?: string; repo?: string }): void {
  const form = type === "gitlab" ? /^[\w.-]+(\/[\w.-]+)+$/ : /^[\w-][\w.-]*\/[\w.-]+$/;
  if (!form.test(repo)) throw vercelError("bad_request", `Invalid git repository "${repo}": it must be owner/name`);
}

/** A project is seen by its own team only. That it exists is checked by the reference. */
export function requireSameTeam(situation: Situation, projectId: unknown): void {
  const project = typeof projectId === "string" ? situation.world.get(projectType, projectId) : undefined;
  if (project && team(project.outputs) !== team(situation.inputs))
    throw vercelError("not_found", `Project not found: ${String(projectId)} is of another team than "${team(situation.inputs)}"`);
}
