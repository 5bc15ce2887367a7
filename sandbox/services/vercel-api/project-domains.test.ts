import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import type { ApiServer } from "../http/server";
import { putVercelProject } from "./test-support/project";
import { startVercelApi } from "./vercel-api";

const token = "vcp_0123456789";
const [prod, dr] = ["prj_prod", "prj_dr"];
const team = "team_abcdefghijklmnopqrstuvwx";
const host = "app.chisan.app";
const domainType = "vercel:index/projectDomain:ProjectDomain";

let world: World;
let api: ApiServer;

beforeEach(async () => {
  world = memoryWorld();
  await putVercelProject(world, prod, team, "chisan-prod-web");
  await putVercelProject(world, dr, team, "chisan-dr-web");
  const inputs = { projectId: prod, teamId: team, domain: host };
  await world.put({ type: domainType, id: host, urns: ["urn"], inputs, outputs: { ...inputs, id: host, verified: true }, secretPaths: [] });
  api = await startVercelApi({ world, token });
});
afterEach(() => api.stop());

async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${api.url}${path}?teamId=${team}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const domainOf = (project: string) => call("GET", `/v9/projects/${project}/domains/${host}`);
const move = (from: string, to: string) => call("POST", `/v1/projects/${from}/domains/${host}/move`, { projectId: to });

test("a domain is of one project only, and of the other after the move", async () => {
  expect(await domainOf(prod)).toEqual({ status: 200, body: { name: host, apexName: "chisan.app", projectId: prod, verified: true } });
  expect((await domainOf("chisan-dr-web")).status).toBe(404);
  expect(await move("chisan-prod-web", dr)).toMatchObject({ status: 200, body: { projectId: dr } });
  expect((await domainOf(prod)).status).toBe(404);
  expect((await domainOf(dr)).body).toMatchObject({ projectId: dr });
  expect(world.list(domainType).map(({ inputs, outputs }) => [inputs.projectId, outputs.projectId, outputs.domain])).toEqual([[dr, dr, host]]);
});

test("not from a project that does not have it, not to one that does not exist, and to the own one nothing happens", async () => {
  expect(await move(dr, prod)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  expect((await move(prod, "prj_nobody")).status).toBe(404);
  expect((await move(prod, prod)).body).toMatchObject({ projectId: prod });
  expect((await domainOf(prod)).status).toBe(200);
});
