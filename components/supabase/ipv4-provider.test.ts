import { ipv4Provider } from "./ipv4-provider";
import { type StandIn, ref, standIn } from "./test-support/stand-in";

const inputs = { projectRef: ref };
const id = `${ref}/ipv4`;

let sandbox: StandIn;
let provider: Required<ReturnType<typeof ipv4Provider>>;

beforeEach(async () => {
  sandbox = await standIn();
  provider = ipv4Provider(() => sandbox.client) as typeof provider;
});
afterEach(() => sandbox.api.stop());

test("made, read back, found missing, made again, removed", async () => {
  sandbox.faults.set([
    { match: {}, fault: "500" },
    { match: { method: "PATCH" }, fault: "drop-after" },
    { match: { method: "PATCH" }, fault: "invisible", milliseconds: 30_000 },
  ]);
  expect(await provider.create(inputs)).toEqual({ id, outs: inputs });
  expect(sandbox.variants()).toEqual(["ipv4_default"]);
  expect(await provider.read(id, inputs)).toEqual({ id, props: inputs, inputs });
  await sandbox.client.removeAddon(ref, "ipv4_default");
  expect(await provider.read(id, inputs)).toEqual({ id: "" });
  await provider.create(inputs);
  await provider.delete(id, inputs);
  expect(sandbox.variants()).toEqual([]);
});

test("it leaves other add-ons alone", async () => {
  await sandbox.client.selectAddon(ref, "pitr", "pitr_7");
  await provider.create(inputs);
  await provider.delete(id, inputs);
  expect(sandbox.variants()).toEqual(["pitr_7"]);
});

test("diff and check", async () => {
  expect(await provider.diff(id, inputs, inputs)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
  const other = { projectRef: "z".repeat(20) };
  expect(await provider.diff(id, inputs, other)).toEqual({ changes: true, replaces: ["projectRef"], deleteBeforeReplace: false });
  expect((await provider.check(inputs, inputs)).failures).toEqual([]);
  expect((await provider.check(inputs, { projectRef: "x" })).failures).toMatchObject([{ property: "projectRef" }]);
});
