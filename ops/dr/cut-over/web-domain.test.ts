import { memoryWorld } from "../../../sandbox/world/open-world";
import type { World } from "../../../sandbox/world/world";
import type { ApiServer } from "../../../sandbox/services/http/server";
import { putVercelProject } from "../../../sandbox/services/vercel-api/test-support/project";
import { startVercelApi } from "../../../sandbox/services/vercel-api/vercel-api";
import { WebDomains } from "./web-domain";

const token = "canary-token-of-vercel";
const team = "team_abcdefghijklmnopqrstuvwx";
const host = "app.chisan.app";
const type = "vercel:index/projectDomain:ProjectDomain";
let world: World;
let api: ApiServer;
let domains: WebDomains;

beforeEach(async () => {
  world = memoryWorld();
  await putVercelProject(world, "prj_prod", team, "chisan-prod-web");
  await putVercelProject(world, "prj_dr", team, "chisan-dr-web");
  const inputs = { projectId: "prj_prod", teamId: team, domain: host };
  await world.put({ type, id: host, urns: [], inputs, outputs: { ...inputs, id: host, verified: true }, secretPaths: [] });
  api = await startVercelApi({ world, token });
  domains = new WebDomains(team, { VERCEL_API_URL: api.url, VERCEL_API_TOKEN: token, CHISAN_TARGET: "sandbox" });
});
afterEach(() => api.stop());

test("who has it, by id or name; nobody of those that do not, nor of one that does not exist", async () => {
  expect(await domains.holder(host, ["prj_dr", "chisan-prod-web"])).toBe("prj_prod");
  expect(await domains.holder(host, ["prj_dr", "prj_gone"])).toBeUndefined();
});

test("moved at once, and again without harm", async () => {
  await domains.move(host, "prj_prod", "prj_dr");
  expect(world.get(type, host)?.outputs.projectId).toBe("prj_dr");
  await domains.move(host, "prj_prod", "prj_dr");
  expect(await domains.holder(host, ["prj_prod"])).toBeUndefined();
});

test("to a project that does not exist it does not move, and the refusal is the vendor's, without the token", async () => {
  const problem: Error = await domains.move(host, "prj_prod", "prj_gone").then(() => new Error("moved"), (error: Error) => error);
  expect(problem.message).toMatch(/^CHI-H091 POST .*Project not found.*vercel domains ls/);
  expect(problem.message).not.toContain(token);
  expect(world.get(type, host)?.outputs.projectId).toBe("prj_prod");
});
