/** Web Analytics of a project: the operations of Vercel's API that the sandbox carries out, by the vendor's operation ID. */
import { alphanumeric, randomText } from "../../providers/models/ids";
import { ExistingThings } from "../../providers/models/existing-things";
import { projectType, team, webAnalyticsType } from "../../providers/models/vercel/common";
import type { JsonObject, WorldRecord } from "../../world/world";
import { ApiRefusal, notModelled } from "../http/refusal";
import type { ApiAnswer, ApiCall, Handler } from "../http/server";

export const handlers: { readonly [operationId: string]: Handler } = {
  getProject: (call) => {
    const project = requireProject(call, String(call.parameters.idOrName));
    return { status: 200, body: () => projectBody(project, call) };
  },
  createWebInsightsToggle: (call) => toggle(call, (call.body as { value: boolean }).value),
};

function toggle(call: ApiCall, value: boolean): ApiAnswer {
  const { id } = requireProject(call, String(call.query.projectId), "id only");
  // What a change builds on is what exists, visible or not.
  const before = call.world.get(webAnalyticsType, id);
  const body = (): JsonObject => ({ value });
  if (isOn(before) === value) return { status: 200, body };
  const { enabledAt, disabledAt, analyticsId = randomText(alphanumeric, 25) } = before?.outputs ?? {};
  // Later than the opposite, also within a millisecond: the times are how a reader knows which holds.
  const at = Math.max(Date.parse(call.now), Number(enabledAt ?? 0) + 1, Number(disabledAt ?? 0) + 1);
  const outputs = { ...before?.outputs, projectId: id, analyticsId, [value ? "enabledAt" : "disabledAt"]: at };
  return { status: 200, changes: [{ put: { type: webAnalyticsType, id, urns: [], inputs: {}, secretPaths: [], createdAt: call.now, ...before, outputs } }], body };
}

function isOn(record: WorldRecord | undefined): boolean {
  return Number(record?.outputs.enabledAt ?? 0) > Number(record?.outputs.disabledAt ?? 0);
}

/** A project is seen by its own team only; one of another team is not found, as one that does not exist. */
function requireProject(call: ApiCall, idOrName: string, by: "id or name" | "id only" = "id or name"): WorldRecord {
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

function projectBody(project: WorldRecord, { look }: ApiCall): JsonObject {
  const { name, nodeVersion, directoryListing } = project.outputs;
  const { analyticsId, enabledAt, disabledAt } = look(webAnalyticsType, project.id)?.outputs ?? {};
  return {
    accountId: team(project.outputs),
    directoryListing: directoryListing === true,
    id: project.id,
    name: String(name),
    nodeVersion: String(nodeVersion),
    ...(analyticsId === undefined
      ? {}
      : {
          webAnalytics: {
            id: String(analyticsId),
            ...(enabledAt === undefined ? {} : { enabledAt }),
            ...(disabledAt === undefined ? {} : { disabledAt }),
          },
        }),
  };
}
