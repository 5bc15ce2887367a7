import { majorOf, postgresVersionProvider } from "./postgres-version-provider";
import { type StandIn, ref, refusal, standIn } from "./test-support/stand-in";

const inputs = { projectRef: ref, expectedMajor: 15 };
const host = `db.${ref}.supabase.co`;
const id = `${ref}/postgres-version`;

let sandbox: StandIn;
let provider: Required<ReturnType<typeof postgresVersionProvider>>;

beforeEach(async () => {
  sandbox = await standIn();
  provider = postgresVersionProvider(() => sandbox.client) as typeof provider;
});
afterEach(() => sandbox.api.stop());

test("the expected major is accepted, and the version read back", async () => {
  expect(await provider.create(inputs)).toEqual({ id, outs: { ...inputs, host, version: "15.8.1.085" } });
  sandbox.version = "15.9.0.001";
  const outputs = { ...inputs, version: "15.8.1.085" };
  expect(await provider.read(id, outputs)).toEqual({ id, props: { ...inputs, host, version: "15.9.0.001" } });
});

test.each(["17.4.1.042", "14.1.0.5", "150.1", "1.15.0", "unknown", "", "17.0.1.023-orioledb"])(
  "%s is refused by create, read and update",
  async (version) => {
    const outputs = { ...inputs, version: "15.8.1.085" };
    sandbox.version = version;
    const expected = `CHI-C625 the database of the Supabase project ${ref} is PostgreSQL ${JSON.stringify(version)}, every environment's is 15: `;
    for (const outcome of [provider.create(inputs), provider.read(id, outputs), provider.update(id, outputs, inputs)]) {
      const message = await refusal(outcome);
      expect(message.slice(0, expected.length)).toBe(expected);
      expect(message).toContain("pulumi destroy");
    }
  },
);

test("a project that is not visible yet is waited for", async () => {
  const project = sandbox.world.get("supabase:index/project:Project", ref)!;
  await sandbox.world.delete(project.type, ref);
  const waiting = provider.create(inputs);
  while (sandbox.slept.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await sandbox.world.put(project);
  expect(await waiting).toMatchObject({ id });
});

test("a refresh after the project is gone finds nothing", async () => {
  await sandbox.world.delete("supabase:index/project:Project", ref);
  expect(await provider.read(id, { ...inputs, version: "15.8.1.085" })).toEqual({ id: "" });
});

test("a state from before the host was read gets it by one update, and not by a second", async () => {
  const older = { ...inputs, version: "15.8.1.085" };
  expect(await provider.diff(id, older, inputs)).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
  const { outs } = await provider.update(id, older, inputs);
  expect(outs).toEqual({ ...older, host });
  expect(await provider.diff(id, outs as typeof older, inputs)).toMatchObject({ changes: false });
});

test("a new expectation is an update, another project a replacement", async () => {
  const outputs = { ...inputs, host, version: "15.8.1.085" };
  expect(await provider.diff(id, outputs, inputs)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
  expect(await provider.diff(id, outputs, { ...inputs, expectedMajor: 17 })).toMatchObject({ changes: true, replaces: [] });
  expect(await provider.diff(id, outputs, { ...inputs, projectRef: "z".repeat(20) })).toMatchObject({
    changes: true,
    replaces: ["projectRef"],
  });
  sandbox.version = "17.4.1.042";
  expect(await provider.update(id, outputs, { ...inputs, expectedMajor: 17 })).toMatchObject({ outs: { version: "17.4.1.042" } });
});

test("check", async () => {
  expect((await provider.check(inputs, inputs)).failures).toEqual([]);
  const wrong = { projectRef: "x", expectedMajor: "15", major: 15 } as unknown as typeof inputs;
  expect((await provider.check(inputs, wrong)).failures?.map(({ property }) => property)).toEqual(["projectRef", "expectedMajor", "major"]);
});

test("the forms in which the vendor writes a version", () => {
  expect(majorOf("15.8.1.085")).toBe(15);
  expect(majorOf("supabase-postgres-15.1.0.147")).toBe(15);
  expect(majorOf("15")).toBeUndefined();
});
