import { memoryWorld } from "../../world/open-world";
import type { World } from "../../world/world";
import { ApiFaults, type ApiFault } from "../http/api-faults";
import { ApiDescription } from "../http/description";
import { type ManagementApi, type ManagementApiOptions, descriptionFile, startManagementApi } from "./management-api";
import { handlers } from "./operations";
import { putProject } from "./test-support/project";

const token = "sbp_0123456789";
const ref = "abcdefghijklmnopqrst";
const addons = `/v1/projects/${ref}/billing/addons`;
const pitr7 = { addon_type: "pitr", addon_variant: "pitr_7" };

let world: World;
let api: ManagementApi | undefined;
let now: number;
let faults: ApiFaults;

beforeEach(async () => {
  world = memoryWorld();
  now = Date.parse("2026-11-23T00:00:00Z");
  faults = new ApiFaults(() => now);
  await putProject(world, ref);
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
});

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

async function call(method: string, pathname: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  api ??= await start();
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${api.url}${pathname}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : text,
  });
  const answered = await response.text();
  return { status: response.status, headers: response.headers, body: answered === "" ? undefined : (JSON.parse(answered) as unknown) };
}

function start(change: Partial<ManagementApiOptions> = {}): Promise<ManagementApi> {
  return startManagementApi({ world, token, faults, now: () => now, sleep: async (milliseconds) => void (now += milliseconds), ...change });
}

async function selected(): Promise<string[]> {
  const { body } = await call("GET", addons);
  return (body as { selected_addons: Array<{ variant: { id: string } }> }).selected_addons.map(({ variant }) => variant.id);
}

test("listens on this machine only", async () => {
  api = await start();
  expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test.each([
  ["no token", undefined],
  ["another token", "Bearer sbp_other"],
  ["the token without its scheme", token],
])("401 with %s", async (_what, authorization) => {
  api = await start();
  const response = await fetch(`${api.url}/v1/projects`, { headers: authorization === undefined ? {} : { authorization } });
  expect([response.status, await response.json()]).toEqual([401, { message: "Unauthorized" }]);
});

test.each([
  ["an unknown path", 404, "GET", "/v1/nothing", undefined, {}],
  ["a path that is not well encoded", 404, "GET", "/v1/projects/%E0%A4%A", undefined, {}],
  ["a method that the path does not have", 405, "PUT", addons, {}, {}],
  ["an unknown project", 404, "GET", "/v1/projects/zzzzzzzzzzzzzzzzzzzz", undefined, {}],
  ["a body that is not JSON", 400, "PATCH", addons, "{", {}],
  ["a body of another content type", 415, "PATCH", addons, pitr7, { "content-type": "text/plain" }],
  ["a body that is not as described", 400, "PATCH", addons, { addon_type: "pitr", addon_variant: "pitr_30" }, {}],
  ["a body that is too large", 413, "PATCH", addons, { addon_type: "x".repeat(1_100_000) }, {}],
  ["a variant of another type", 400, "PATCH", addons, { addon_type: "pitr", addon_variant: "ipv4_default" }, {}],
  ["a variant that is not selected", 400, "DELETE", `${addons}/pitr_7`, undefined, {}],
])("refuses %s with %i and the vendor's shape", async (_what, status, method, pathname, body, headers) => {
  const answer = await call(method, pathname, body, headers as Record<string, string>);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ message: expect.stringMatching(/./) });
  expect(world.list("supabase:api/addon")).toEqual([]);
});

test("405 names what the path has", async () => {
  expect((await call("PUT", addons, {})).headers.get("allow")).toBe("GET, PATCH");
});

test("what is described but not modelled is 501, and says so", async () => {
  const { status, body } = await call("POST", `/v1/projects/${ref}/pause`);
  expect(status).toBe(501);
  expect(body).toEqual({ message: expect.stringMatching(/^CHI-S041 the sandbox does not model POST \/v1\/projects\/\{ref\}\/pause/) });
});

test("a project, as the provider made it", async () => {
  const expected = {
    id: ref,
    ref,
    organization_id: "chisan-sandbox",
    organization_slug: "chisan-sandbox",
    name: `project-${ref}`,
    region: "ap-northeast-2",
    created_at: world.get("supabase:index/project:Project", ref)?.createdAt,
    status: "ACTIVE_HEALTHY",
    database: { host: `db.${ref}.supabase.co`, version: "15.8.1.085", postgres_engine: "15", release_channel: "ga" },
  };
  expect((await call("GET", `/v1/projects/${ref}`)).body).toEqual(expected);
  expect((await call("GET", "/v1/projects")).body).toEqual([expected]);
});

test("where the database listens and its version are told as the sandbox has them", async () => {
  api = await start({ databaseHost: (asked) => (asked === ref ? "127.0.0.1:23456" : undefined), postgresVersion: () => "15.9.1.001" });
  expect((await call("GET", `/v1/projects/${ref}`)).body).toMatchObject({ database: { host: "127.0.0.1:23456", version: "15.9.1.001" } });
});

describe("add-ons", () => {
  test("one variant of a type: selecting another replaces it; removing it leaves none", async () => {
    expect(await selected()).toEqual(["ci_small"]);
    expect(await call("PATCH", addons, pitr7)).toMatchObject({ status: 200, body: undefined });
    expect(await call("PATCH", addons, pitr7)).toMatchObject({ status: 200 });
    expect(await selected()).toEqual(["ci_small", "pitr_7"]);
    await call("PATCH", addons, { addon_type: "pitr", addon_variant: "pitr_28" });
    await call("PATCH", addons, { addon_type: "ipv4", addon_variant: "ipv4_default" });
    expect(await selected()).toEqual(["ci_small", "pitr_28", "ipv4_default"]);
    expect((await call("DELETE", `${addons}/pitr_7`)).status).toBe(400);
    expect((await call("DELETE", `${addons}/pitr_28`)).status).toBe(200);
    expect(await selected()).toEqual(["ci_small", "ipv4_default"]);
  });

  test.each(["nano", "micro"])("PITR is refused on compute %s", async (size) => {
    await putProject(world, ref, size);
    const { status, body } = await call("PATCH", addons, pitr7);
    expect([status, body]).toEqual([400, { message: expect.stringContaining("compute size small or larger") }]);
  });

  test("compute is the project's own size, and cannot shrink under PITR", async () => {
    await call("PATCH", addons, { addon_type: "compute_instance", addon_variant: "ci_large" });
    expect(world.get("supabase:index/project:Project", ref)).toMatchObject({
      inputs: { instanceSize: "large" },
      outputs: { instanceSize: "large" },
    });
    await call("PATCH", addons, pitr7);
    expect((await call("PATCH", addons, { addon_type: "compute_instance", addon_variant: "ci_micro" })).status).toBe(400);
    expect((await call("DELETE", `${addons}/ci_large`)).status).toBe(400);
    await call("DELETE", `${addons}/pitr_7`);
    expect((await call("DELETE", `${addons}/ci_large`)).status).toBe(200);
    expect(await selected()).toEqual(["ci_micro"]);
  });

  test("a size without a published price is not made up", async () => {
    expect((await call("PATCH", addons, { addon_type: "compute_instance", addon_variant: "ci_24xlarge" })).status).toBe(501);
  });
});

test("SSL enforcement and network restrictions are those of the provider's settings", async () => {
  const ssl = `/v1/projects/${ref}/ssl-enforcement`;
  const network = `/v1/projects/${ref}/network-restrictions`;
  expect((await call("GET", ssl)).body).toEqual({ currentConfig: { database: false }, appliedSuccessfully: true });
  expect((await call("GET", network)).body).toEqual({ entitlement: "allowed", config: {}, status: "stored" });
  await world.put({
    type: "supabase:index/settings:Settings",
    id: ref,
    urns: ["urn"],
    inputs: { projectRef: ref, sslEnforcement: true },
    outputs: { id: ref, projectRef: ref, sslEnforcement: true, network: '{"restrictions":["203.0.113.7/32","2001:db8::/32"]}' },
    secretPaths: [],
  });
  expect((await call("GET", ssl)).body).toMatchObject({ currentConfig: { database: true } });
  const config = { dbAllowedCidrs: ["203.0.113.7/32"], dbAllowedCidrsV6: ["2001:db8::/32"] };
  expect((await call("GET", network)).body).toMatchObject({ config, status: "applied" });
  await call("PUT", ssl, { requestedConfig: { database: false } });
  expect((await call("POST", `${network}/apply`, { dbAllowedCidrs: ["198.51.100.0/24"] })).status).toBe(201);
  expect((await call("POST", `${network}/apply`, { dbAllowedCidrs: ["198.51.100.0/33"] })).status).toBe(400);
  const changed = { sslEnforcement: false, network: '{"restrictions":["198.51.100.0/24"]}' };
  expect(world.get("supabase:index/settings:Settings", ref)).toMatchObject({ urns: ["urn"], inputs: changed, outputs: changed });
});

test("secret keys are masked unless asked for", async () => {
  const secret = async (query: string): Promise<unknown> =>
    ((await call("GET", `/v1/projects/${ref}/api-keys${query}`)).body as unknown[])[3];
  expect(await secret("?reveal=true")).toEqual({ name: "default", type: "secret", api_key: "sb_secret_0123456789" });
  expect(JSON.stringify(await secret(""))).not.toContain("56789");
});

describe("faults", () => {
  const fault = (change: Partial<ApiFault>): ApiFault => ({ match: {}, fault: "500", ...change });

  test("429 with Retry-After, then 500, then as usual", async () => {
    faults.set([fault({ fault: "429", retryAfterSeconds: 7 }), fault({ fault: "500" })]);
    const first = await call("GET", addons);
    expect([first.status, first.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await call("GET", addons)).status).toBe(500);
    expect((await call("GET", addons)).status).toBe(200);
    expect(faults.list().map(({ left }) => left)).toEqual([0, 0]);
  });

  test("on one method of one path only", async () => {
    faults.set([fault({ match: { method: "PATCH", path: "/v1/projects/{ref}/billing/addons" }, times: Infinity })]);
    expect((await call("GET", addons)).status).toBe(200);
    expect((await call("PATCH", addons, pitr7)).status).toBe(500);
    expect((await call("GET", `/v1/projects/${ref}`)).status).toBe(200);
    faults.clear();
    expect((await call("PATCH", addons, pitr7)).status).toBe(200);
  });

  test("a connection dropped before the request changes nothing, one dropped after it has changed", async () => {
    faults.set([fault({ fault: "drop" }), fault({ fault: "drop-after" })]);
    await expect(call("PATCH", addons, pitr7)).rejects.toThrow("fetch failed");
    expect(world.list("supabase:api/addon")).toEqual([]);
    await expect(call("PATCH", addons, pitr7)).rejects.toThrow("fetch failed");
    expect(world.list("supabase:api/addon")).toHaveLength(1);
  });

  test("latency is suffered", async () => {
    faults.set([fault({ fault: "latency", milliseconds: 2500 })]);
    const before = now;
    await call("GET", addons);
    expect(now - before).toBe(2500);
  });

  test("an accepted change is not visible for a while, neither what was added nor what was removed", async () => {
    faults.set([fault({ fault: "invisible", milliseconds: 5000 })]);
    expect((await call("PATCH", addons, pitr7)).status).toBe(200);
    now += 4999;
    expect(await selected()).toEqual(["ci_small"]);
    now += 1;
    expect(await selected()).toEqual(["ci_small", "pitr_7"]);
    faults.set([fault({ fault: "invisible" })]);
    await call("DELETE", `${addons}/pitr_7`);
    expect(await selected()).toEqual(["ci_small", "pitr_7"]);
    now += 1000;
    expect(await selected()).toEqual(["ci_small"]);
  });
});

test("an answer that departs from the description is a loud 500", async () => {
  const warned = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const wrong = { ...handlers, "v1-get-ssl-enforcement-config": () => ({ status: 200 as const, body: () => ({ enforced: true }) }) };
  api = await start({ handlers: wrong });
  const { status, body } = await call("GET", `/v1/projects/${ref}/ssl-enforcement`);
  expect([status, body]).toEqual([500, { message: expect.stringMatching(/^CHI-S042 .*\/enforced is unknown/) }]);
  expect(warned).toHaveBeenCalledWith(expect.stringContaining("CHI-S042"));
  warned.mockRestore();
});

test("every modelled operation is one of the description", () => {
  const ids = new ApiDescription("Supabase", descriptionFile).operations().map(({ id }) => id);
  expect(Object.keys(handlers).filter((id) => !ids.includes(id))).toEqual([]);
});
