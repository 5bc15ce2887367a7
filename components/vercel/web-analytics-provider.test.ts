import { join } from "node:path";
import { providerProgram } from "../dynamic/dynamic-resource";
import { type DynamicProviderProcess, startDynamicProvider } from "../test-support/dynamic-provider-process";
import { type VercelStandIn, canary, place, refusal, vercelStandIn } from "./test-support/stand-in";
import { provider as registered, webAnalyticsProvider } from "./web-analytics-provider";

const id = `${place.teamId}/${place.projectId}/web-analytics`;

let sandbox: VercelStandIn;
let provider: Required<Omit<ReturnType<typeof webAnalyticsProvider>, "update" | "configure">>;

beforeEach(async () => {
  sandbox = await vercelStandIn();
  provider = webAnalyticsProvider(() => sandbox.client) as typeof provider;
});
afterEach(() => sandbox.api.stop());

const isOn = (): Promise<boolean | undefined> => sandbox.client.webAnalytics(place);

test("create switches it on; the same again changes nothing", async () => {
  expect(await provider.create(place)).toEqual({ id, outs: place });
  expect(await isOn()).toBe(true);
  const switches = jest.spyOn(sandbox.client, "switchWebAnalytics");
  expect(await provider.create(place)).toEqual({ id, outs: place });
  expect(switches).not.toHaveBeenCalled();
});

test("create waits until the accepted switch is visible", async () => {
  sandbox.faults.set([{ match: { method: "POST" }, fault: "invisible", milliseconds: 60_000 }]);
  await provider.create(place);
  expect(sandbox.slept.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(60_000);
  expect(await isOn()).toBe(true);
});

test("a switch that is never shown is an error, not a success", async () => {
  sandbox.faults.set([{ match: { method: "POST" }, fault: "invisible", milliseconds: Infinity }]);
  expect(await refusal(provider.create(place))).toMatch(/^CHI-C646 Web Analytics of the Vercel project prj_\w+ was switched on, but the vendor still shows it off after 120 s/);
});

test("a project that does not come into sight is named, with its team", async () => {
  const missing = { ...place, projectId: "prj_missing" };
  expect(await refusal(provider.create(missing))).toMatch(`CHI-C645 the Vercel project prj_missing is not visible in the team ${place.teamId} after 120 s`);
});

test("every call fails a few times in each way: create, read and delete still succeed", async () => {
  for (const fault of ["429", "500", "drop", "drop-after", "latency"] as const) {
    sandbox.faults.set([{ match: {}, fault, times: 2 }]);
    await provider.create(place);
    sandbox.faults.set([{ match: {}, fault, times: 2 }]);
    expect(await provider.read(id, place)).toEqual({ id, props: place, inputs: place });
    sandbox.faults.set([{ match: {}, fault, times: 2 }]);
    await provider.delete(id, place);
    expect(await isOn()).toBe(false);
  }
});

test.each([true, false])("the answer is lost after the vendor's yes to a switch to %p: it still succeeds", async (value) => {
  if (!value) await provider.create(place);
  sandbox.faults.set([{ match: { method: "POST" }, fault: "drop-after" }]);
  await (value ? provider.create(place) : provider.delete(id, place));
  expect(await isOn()).toBe(value);
});

test("delete waits until it is shown off; twice is no error", async () => {
  await provider.create(place);
  sandbox.faults.set([{ match: { method: "POST" }, fault: "invisible", milliseconds: 60_000 }]);
  await provider.delete(id, place);
  expect(await isOn()).toBe(false);
  await provider.delete(id, place);
});

test("a delete that is never shown is an error", async () => {
  await provider.create(place);
  sandbox.faults.set([{ match: { method: "POST" }, fault: "invisible", milliseconds: Infinity }]);
  expect(await refusal(provider.delete(id, place) as Promise<void>)).toMatch(/^CHI-C646 .* was switched off, but the vendor still shows it on/);
});

test("a refresh finds what was switched off outside, and the next create restores it", async () => {
  await provider.create(place);
  expect(await provider.read(id, place)).toEqual({ id, props: place, inputs: place });
  await sandbox.client.switchWebAnalytics(place, false);
  expect(await provider.read(id, place)).toEqual({ id: "" });
  await provider.create(place);
  expect(await provider.read(id, place)).toEqual({ id, props: place, inputs: place });
});

test("a project that is gone takes it along", async () => {
  await provider.create(place);
  await sandbox.world.delete("vercel:index/project:Project", place.projectId);
  expect(await provider.read(id, place)).toEqual({ id: "" });
  await provider.delete(id, place);
});

test("import needs the id only", async () => {
  await provider.create(place);
  expect(await (provider.read as (id: string) => Promise<unknown>)(id)).toEqual({ id, props: place, inputs: place });
});

test("diff: nothing is nothing; a project or a team replaces, of one project not before the old one is gone; nothing updates", async () => {
  expect(await provider.diff(id, place, place)).toMatchObject({ changes: false, replaces: [] });
  const project = { ...place, projectId: "prj_other" };
  expect(await provider.diff(id, place, project)).toEqual({ changes: true, replaces: ["projectId"], deleteBeforeReplace: false });
  const team = { ...place, teamId: "team_other" };
  expect(await provider.diff(id, place, team)).toEqual({ changes: true, replaces: ["teamId"], deleteBeforeReplace: true });
  expect(provider).not.toHaveProperty("update");
});

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
test.each([
  [place, []],
  [{ ...place, projectId: unknown }, []],
  [{ ...place, __provider: "text" }, []],
  [{ ...place, projectId: "chisan-prod-web" }, ["projectId CHI-C647"]],
  [{ projectId: place.projectId }, ["teamId CHI-C648"]],
  [{ ...place, teamId: "chisan" }, ["teamId CHI-C648"]],
  [{ ...place, enabled: true }, ["enabled CHI-C621"]],
])("check of %j", async (news, expected) => {
  const { failures = [] } = await provider.check(place, news as typeof place);
  expect(failures.map(({ property, reason }) => `${property} ${reason.slice(0, 8)}`)).toEqual(expected);
});

test("the registered provider connects by the environment, at the first call only", async () => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { CHISAN_TARGET: "sandbox", VERCEL_API_URL: sandbox.api.url, VERCEL_API_TOKEN: canary });
    expect(await registered.read?.(id, place)).toEqual({ id: "" });
    delete process.env.VERCEL_API_TOKEN;
    expect(await registered.check?.(place, place)).toMatchObject({ failures: [] });
    await expect((async () => registered.create(place))()).rejects.toThrow("CHI-C640");
  } finally {
    process.env = before;
  }
});

describe("in Pulumi's own process", () => {
  const properties = { ...place, __provider: providerProgram("components/vercel/web-analytics-provider.ts") };
  let running: DynamicProviderProcess | undefined;
  const start = async (token: string): Promise<DynamicProviderProcess> =>
    (running = await startDynamicProvider(join(__dirname, "..", ".."), { CHISAN_TARGET: "sandbox", VERCEL_API_URL: sandbox.api.url, VERCEL_API_TOKEN: token }));
  afterEach(() => running?.stop());

  test("create, read, drift and delete; the token is in nothing that the state keeps", async () => {
    const live = await start(canary);
    expect((await live.check({}, properties)).failures).toEqual([]);
    const made = await live.create(properties);
    expect(made).toEqual({ id, properties });
    expect(await live.diff(id, properties, properties)).toEqual({ changes: false, replaces: [] });
    expect(await live.read(id, properties)).toEqual({ id, properties });
    expect(JSON.stringify(made)).not.toContain(canary);
    await sandbox.client.switchWebAnalytics(place, false);
    expect((await live.read(id, properties)).id).toBe("");
    await live.create(properties);
    await live.delete(id, properties);
    expect(await isOn()).toBe(false);
  });

  test("a refused token is not in the error that the engine shows", async () => {
    const wrong = "vcp_wrong0123456789";
    const live = await start(wrong);
    const error = await live.create(properties).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).toMatch(/CHI-C642 GET .*403 Not authorized/);
    expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain(wrong);
  });
});
