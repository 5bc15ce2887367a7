/** Web Analytics of a project: the operations of Vercel's API that the sandbox carries out, by the vendor's operation ID. */
import { alphanumeric, randomText } from "../../providers/models/ids";
import { team, webAnalyticsType } from "../../providers/models/vercel/common";
import type { JsonObject, WorldRecord } from "../../world/world";
import type { ApiAnswer, ApiCall, Handler } from "../http/server";
import { requireProject } from "./projects";

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
