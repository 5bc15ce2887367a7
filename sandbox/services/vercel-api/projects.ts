/** Projects, as every operation of Vercel's API names them. */
import { ExistingThings } from "../../providers/models/existing-things";
import { projectType, team } from "../../providers/models/vercel/common";
import type { WorldRecord } from "../../world/world";
import { ApiRefusal, notModelled } from "../http/refusal";
import type { ApiCall } from "../http/server";

/** A project is seen by its own team only; one of another team is not found, as one that does not exist. */
export function requireProject(call: ApiCall, idOrName: string, by: "id or name" | "id only" = "id or name"): WorldRecord {
  const { teamId = "", slug } = call.query;
  if (slug !== undefined) throw notModelled("a team's slug in Vercel's API");
  const wanted = String(teamId);
  if (wanted !== "" && !new ExistingThings().hasVercelTeam(wanted)) throw otherScope(wanted);
  const project = call.world
    .list(projectType)
    .filter(({ id }) => call.look(projectType, id))
    .find(({ id, outputs }) => team(outputs) === wanted && (id === idOrName || (by === "id or name" && outputs.name === idOrName)));
  // Recorded answer of api.vercel.com, 2026.
  if (!project) throw new ApiRefusal(404, "Project not found.");
  return project;
}

/** Recorded answer of api.vercel.com, 2025. */
function otherScope(scope: string): ApiRefusal {
  return new ApiRefusal(
    403,
    `Not authorized: Trying to access resource under scope "${scope}". You must re-authenticate to this scope or use a token with access to this scope.`,
    {},
    { saml: true, teamId: null, scope, enforced: false },
  );
}
