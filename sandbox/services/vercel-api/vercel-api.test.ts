import { Faults } from "../../providers/faults";
import { vercel } from "../../providers/models/vercel";
import { visibleWorld } from "../../providers/visible-world";
import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { ApiFaults } from "../http/api-faults";
import type { ApiServer } from "../http/server";
import { putVercelProject } from "./test-support/project";
import { startVercelApi } from "./vercel-api";

const token = "vcp_0123456789";
const id = "prj_abcdefghijklmnopqrstuvwxyz01";
const team = "team_abcdefghijklmnopqrstuvwx";
const toggle = `/web/insights/toggle?projectId=${id}&teamId=${team}`;
const project = `/v9/projects/${id}?teamId=${team}`;
const at = Date.parse("2026-11-23T00:00:00Z");

let world: World;
let api: ApiServer;
let faults: ApiFaults;
let now: number;

beforeEach(async () => {
  world = memoryWorld();
  await putVercelProject(world, id, team);
  now = at;
  faults = new ApiFaults(() => now);
  api = await startVercelApi({ world, token, faults, now: () => now });
});
afterEach(() => api.stop());

async function call(method: string, pathname: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${api.url}${pathname}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) as unknown };
}

test("listens on this machine only", () => expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/));

test("no token, and another one, in the vendor's words", async () => {
  const without = await fetch(`${api.url}${project}`);
  expect([without.status, await without.json()]).toEqual([
    403,
    { error: { code: "forbidden", message: "The request is missing an authentication token", missingToken: true } },
  ]);
  const wrong = await call("POST", toggle, { value: true }, { authorization: "Bearer vcp_other" });
  expect([wrong.status, wrong.body]).toEqual([403, { error: { code: "forbidden", message: "Not authorized", invalidToken: true } }]);
  expect(world.list("vercel:api/webAnalytics")).toEqual([]);
});

test("a project, by id and by name, as the provider made it", async () => {
  const body = { accountId: team, directoryListing: false, id, name: "chisan-test-web", nodeVersion: "20.x" };
  expect(await call("GET", project)).toMatchObject({ status: 200, body });
  expect((await call("GET", `/v9/projects/chisan-test-web?teamId=${team}`)).body).toEqual(body);
});

test("on, on again, off, on: each change leaves its time, also within a millisecond; the id stays", async () => {
  const shown = async (): Promise<unknown> => ((await call("GET", project)).body as { webAnalytics?: unknown }).webAnalytics;
  expect(await shown()).toBeUndefined();
  expect(await call("POST", toggle, { value: false })).toMatchObject({ status: 200, body: { value: false } });
  expect(await shown()).toBeUndefined();
  expect(await call("POST", toggle, { value: true })).toMatchObject({ status: 200, body: { value: true } });
  const first = (await shown()) as { id: string };
  expect(first).toEqual({ id: expect.stringMatching(/^[A-Za-z0-9]{25}$/), enabledAt: at });
  now += 5;
  await call("POST", toggle, { value: true });
  expect(await shown()).toEqual(first);
  now = at;
  await call("POST", toggle, { value: false });
  expect(await shown()).toEqual({ id: first.id, enabledAt: at, disabledAt: at + 1 });
  await call("POST", toggle, { value: true });
  expect(await shown()).toEqual({ id: first.id, enabledAt: at + 2, disabledAt: at + 1 });
});

test.each([
  ["an unknown path", 404, "not_found", "GET", "/v1/nothing", undefined],
  ["a version that the vendor does not describe", 404, "not_found", "POST", `/v1${toggle}`, { value: true }],
  ["a method that the path does not have", 405, "method_unknown", "GET", toggle, undefined],
  ["an unknown project", 404, "not_found", "GET", `/v9/projects/prj_other?teamId=${team}`, undefined],
  ["another team's project", 404, "not_found", "POST", `/web/insights/toggle?projectId=${id}&teamId=team_other`, { value: true }],
  ["a team's project without its team", 404, "not_found", "POST", `/web/insights/toggle?projectId=${id}`, { value: true }],
  ["a project by its name, where the id is asked for", 404, "not_found", "POST", `/web/insights/toggle?projectId=chisan-test-web&teamId=${team}`, { value: true }],
  ["a team that cannot exist", 403, "forbidden", "POST", `/web/insights/toggle?projectId=${id}&teamId=no%20team`, { value: true }],
  ["no project", 400, "bad_request", "POST", `/web/insights/toggle?teamId=${team}`, { value: true }],
  ["an unknown query parameter", 400, "bad_request", "POST", `${toggle}&force=1`, { value: true }],
  ["no body", 400, "bad_request", "POST", toggle, undefined],
  ["no value", 400, "bad_request", "POST", toggle, {}],
  ["a value that is no boolean", 400, "bad_request", "POST", toggle, { value: "true" }],
  ["an unknown member", 400, "bad_request", "POST", toggle, { value: true, more: 1 }],
  ["a body that is not JSON", 400, "bad_request", "POST", toggle, "{"],
  ["a team's slug, which the sandbox does not know", 501, "not_modelled", "GET", `/v9/projects/${id}?slug=chisan`, undefined],
])("refuses %s with %i and the vendor's shape", async (_what, status, code, method, pathname, body) => {
  const answer = await call(method, pathname, body);
  expect([answer.status, answer.body]).toEqual([status, { error: expect.objectContaining({ code, message: expect.stringMatching(/./) as unknown }) as unknown }]);
  expect(world.list("vercel:api/webAnalytics")).toEqual([]);
});

test("a team that cannot exist, in the vendor's words", async () => {
  expect((await call("GET", `/v9/projects/${id}?teamId=no%20team`)).body).toEqual({
    error: {
      code: "forbidden",
      message:
        'Not authorized: Trying to access resource under scope "no team". You must re-authenticate to this scope or use a token with access to this scope.',
      saml: true,
      teamId: null,
      scope: "no team",
      enforced: false,
    },
  });
});

test("what is kept beside a project ends with it, and with no other", async () => {
  const remove = vercel.resources["vercel:index/project:Project"]?.remove;
  const record = world.get("vercel:index/project:Project", id);
  if (!remove || !record) throw new Error("the model has no project");
  const visible = visibleWorld(world, new Faults());
  expect(remove(record, visible)).toEqual([]);
  await call("POST", toggle, { value: true });
  expect(remove(record, visible)).toEqual([{ delete: { type: "vercel:api/webAnalytics", id } }]);
  expect(remove({ ...record, id: "prj_other" }, visible)).toEqual([]);
});

test("faults are the vendor's: 429 with Retry-After, 500", async () => {
  faults.set([{ match: {}, fault: "429", retryAfterSeconds: 7 }, { match: {}, fault: "500" }]);
  const limited = await call("GET", project);
  expect([limited.status, limited.headers.get("retry-after"), limited.body]).toEqual([429, "7", { error: expect.objectContaining({ code: "rate_limited" }) as unknown }]);
  expect(await call("GET", project)).toMatchObject({ status: 500, body: { error: { code: "internal_server_error" } } });
});

test("stopping frees the port, twice is once", async () => {
  await api.stop();
  await api.stop();
  await expect(fetch(`${api.url}${project}`)).rejects.toThrow();
});
