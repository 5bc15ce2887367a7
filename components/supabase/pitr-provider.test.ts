import { pitrProvider, provider as registered } from "./pitr-provider";
import { type StandIn, canary, ref, refusal, standIn } from "./test-support/stand-in";

const inputs = { projectRef: ref, days: 7 };
const id = `${ref}/pitr`;

let sandbox: StandIn;
let provider: Required<ReturnType<typeof pitrProvider>>;

beforeEach(async () => {
  sandbox = await standIn();
  provider = pitrProvider(() => sandbox.client) as typeof provider;
});
afterEach(() => sandbox.api.stop());

test("create selects the variant; the same again changes nothing", async () => {
  expect(await provider.create(inputs)).toEqual({ id, outs: inputs });
  expect(sandbox.variants()).toEqual(["pitr_7"]);
  const patches = jest.spyOn(sandbox.client, "selectAddon");
  expect(await provider.create(inputs)).toEqual({ id, outs: inputs });
  expect(patches).not.toHaveBeenCalled();
});

test("create waits until the accepted add-on is visible", async () => {
  sandbox.faults.set([{ match: { method: "PATCH" }, fault: "invisible", milliseconds: 90_000 }]);
  await provider.create(inputs);
  expect(sandbox.slept.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(90_000);
  expect(await sandbox.client.addon(ref, "pitr")).toBe("pitr_7");
});

test("an add-on that is never shown is an error, not a success", async () => {
  sandbox.faults.set([{ match: { method: "PATCH" }, fault: "invisible", milliseconds: Infinity }]);
  expect(await refusal(provider.create(inputs))).toMatch(/^CHI-C636 pitr_7 of project abcdefghijklmnopqrst was selected, but/);
});

test("the answer is lost after the vendor's yes: create still succeeds, once", async () => {
  sandbox.faults.set([{ match: { method: "PATCH" }, fault: "drop-after" }]);
  expect(await provider.create(inputs)).toEqual({ id, outs: inputs });
  expect(sandbox.variants()).toEqual(["pitr_7"]);
});

test("every call fails a few times in each way: create, read and delete still succeed", async () => {
  for (const fault of ["429", "500", "drop", "drop-after", "latency"] as const) {
    sandbox.faults.set([{ match: {}, fault, times: 2 }]);
    await provider.create(inputs);
    sandbox.faults.set([{ match: {}, fault, times: 2 }]);
    expect(await provider.read(id, inputs)).toEqual({ id, props: inputs, inputs });
    sandbox.faults.set([{ match: {}, fault, times: 2 }]);
    await provider.delete(id, inputs);
    expect(sandbox.variants()).toEqual([]);
  }
});

test("the answer to a removal is lost, and its repetition refused: delete still succeeds", async () => {
  await provider.create(inputs);
  sandbox.faults.set([{ match: { method: "DELETE" }, fault: "drop-after" }]);
  await provider.delete(id, inputs);
  expect(sandbox.variants()).toEqual([]);
  await provider.delete(id, inputs);
});

test("delete waits until the add-on is gone", async () => {
  await provider.create(inputs);
  sandbox.faults.set([{ match: { method: "DELETE" }, fault: "invisible", milliseconds: 60_000 }]);
  await provider.delete(id, inputs);
  expect(await sandbox.client.addon(ref, "pitr")).toBeNull();
});

test("a refresh finds what was removed or changed outside, and update restores it", async () => {
  await provider.create(inputs);
  await sandbox.client.selectAddon(ref, "pitr", "pitr_28");
  const found = { projectRef: ref, days: 28 };
  expect(await provider.read(id, inputs)).toEqual({ id, props: found, inputs: found });
  expect(await provider.diff(id, found, inputs)).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
  expect(await provider.update(id, found, inputs)).toEqual({ outs: inputs });
  expect(sandbox.variants()).toEqual(["pitr_7"]);
  await sandbox.client.removeAddon(ref, "pitr_7");
  expect(await provider.read(id, inputs)).toEqual({ id: "" });
});

test("delete removes also what was selected outside", async () => {
  await provider.create(inputs);
  await sandbox.client.selectAddon(ref, "pitr", "pitr_28");
  await provider.delete(id, inputs);
  expect(sandbox.variants()).toEqual([]);
});

test("a project that is gone takes its add-on with it", async () => {
  await sandbox.world.delete("supabase:index/project:Project", ref);
  expect(await provider.read(id, inputs)).toEqual({ id: "" });
  await provider.delete(id, inputs);
});

test("import needs the id only", async () => {
  await provider.create(inputs);
  expect(await (provider.read as (id: string) => Promise<unknown>)(id)).toEqual({ id, props: inputs, inputs });
});

test("the vendor's refusal is passed on", async () => {
  const project = sandbox.world.get("supabase:index/project:Project", ref);
  await sandbox.world.put({ ...project!, outputs: { ...project!.outputs, instanceSize: "micro" } });
  expect(await refusal(provider.create(inputs))).toMatch(/^CHI-C632 PATCH .*400 Point in time recovery needs compute size small or larger/);
});

test("diff: the project replaces, the days update, nothing is nothing", async () => {
  expect(await provider.diff(id, inputs, inputs)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
  expect(await provider.diff(id, inputs, { ...inputs, days: 14 })).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
  const other = { ...inputs, projectRef: "z".repeat(20) };
  expect(await provider.diff(id, inputs, other)).toEqual({ changes: true, replaces: ["projectRef"], deleteBeforeReplace: false });
});

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
test.each([
  [{ projectRef: ref, days: 7 }, []],
  [{ projectRef: unknown, days: 28 }, []],
  [{ projectRef: ref, days: 7, __provider: "text" }, []],
  [{ projectRef: ref, days: 30 }, ["days CHI-C622"]],
  [{ projectRef: ref, days: "7" }, ["days CHI-C622"]],
  [{ projectRef: ref }, ["days CHI-C622"]],
  [{ projectRef: "Abc", days: 7 }, ["projectRef CHI-C620"]],
  [{ days: 7 }, ["projectRef CHI-C620"]],
  [{ projectRef: ref, days: 7, day: 7 }, ["day CHI-C621"]],
])("check of %j", async (news, expected) => {
  const { failures = [] } = await provider.check({} as typeof inputs, news as typeof inputs);
  expect(failures.map(({ property, reason }) => `${property} ${reason.slice(0, 8)}`)).toEqual(expected);
});

test("the registered provider connects by the environment, at the first call only", async () => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { CHISAN_TARGET: "sandbox", SUPABASE_API_URL: sandbox.api.url, SUPABASE_ACCESS_TOKEN: canary });
    expect(await registered.read?.(id, inputs)).toEqual({ id: "" });
    delete process.env.SUPABASE_ACCESS_TOKEN;
    expect(await registered.check?.(inputs, inputs)).toMatchObject({ failures: [] });
    await expect((async () => registered.create(inputs))()).rejects.toThrow("CHI-C630");
  } finally {
    process.env = before;
  }
});
