/** The domains of a project: which project has one, and its move to another project of the same team. */
import type { JsonObject, WorldRecord } from "../../world/world";
import { ApiRefusal } from "../http/refusal";
import type { ApiCall, Handler } from "../http/server";
import { requireProject } from "./projects";

const domainType = "vercel:index/projectDomain:ProjectDomain";

export const handlers: { readonly [operationId: string]: Handler } = {
  getProjectDomain: (call) => {
    const found = requireDomain(call);
    return { status: 200, body: () => domainBody(found) };
  },
  /** The domain keeps its settings, and serves from the other project from then on. */
  moveProjectDomain: (call) => {
    const found = requireDomain(call);
    const to = requireProject(call, (call.body as { projectId: string }).projectId, "id only");
    if (found.outputs.projectId === to.id) return { status: 200, body: () => domainBody(found) };
    const moved = { ...found, inputs: { ...found.inputs, projectId: to.id }, outputs: { ...found.outputs, projectId: to.id } };
    return { status: 200, changes: [{ put: moved }], body: () => domainBody(moved) };
  },
};

function requireDomain(call: ApiCall): WorldRecord {
  const project = requireProject(call, String(call.parameters.idOrName));
  const name = String(call.parameters.domain);
  const found = call.world.list(domainType).find(({ id, outputs }) => outputs.domain === name && outputs.projectId === project.id && call.look(domainType, id));
  if (found === undefined) throw new ApiRefusal(404, `The domain "${name}" is not assigned to "${String(project.outputs.name)}".`);
  return found;
}

function domainBody({ outputs }: WorldRecord): JsonObject {
  const name = String(outputs.domain);
  return { name, apexName: name.split(".").slice(-2).join("."), projectId: String(outputs.projectId), verified: outputs.verified === true };
}
