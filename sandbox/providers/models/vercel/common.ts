import type { JsonObject } from "../../../world/world";
import { VendorRefusal, type Situation } from "../model";

export const projectType = "vercel:index/project:Project";
export const customEnvironmentType = "vercel:index/customEnvironment:CustomEnvironment";

export function vercelError(code: string, message: string): VendorRefusal {
  return new VendorRefusal(`${code} - ${message}`);
}

/** Everything belongs to a team; `resolve` below has filled it in. */
export const team = (inputs: JsonObject): string => String(inputs.teamId ?? "");

export function requireTeam(situation: Situation): void {
  const id = team(situation.inputs);
  if (id !== "" && !situation.existing.hasVercelTeam(id)) throw vercelError("forbidden", `Not authorized: team ${id} was not found`);
}
