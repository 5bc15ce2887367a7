import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderEnvLocal } from "../../config/env-local";
import { type DynamicProviderProcess, startDynamicProvider } from "../test-support/dynamic-provider-process";
import { providerProgram } from "./dynamic-resource";
import { type EnvLocalFileInputs, envLocalFileProvider } from "./env-local-file-provider";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "chisan-env-local-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const inputs = (secret: string): EnvLocalFileInputs => ({ path: ".env.local", content: renderEnvLocal({ JWT_SECRET: secret }) });
const file = () => join(root, ".env.local");
const mode = () => (statSync(file()).mode & 0o777).toString(8);

/** The provider as the engine calls it: each of its functions is there. */
function provider() {
  const { check, create, read, diff, update, delete: remove } = envLocalFileProvider(root);
  if (!check || !read || !diff || !update || !remove) throw new Error("a function of the provider is missing");
  return { check, create, read, diff, update, remove };
}

async function created(secret = "first") {
  const { outs } = await provider().create(inputs(secret));
  if (outs === undefined) throw new Error("create gave no outputs");
  return outs;
}

test("the file is written with the content, for its owner only, and nothing else is left in the folder", async () => {
  const outs = await created();
  expect(outs).toEqual({ ...inputs("first"), mode: "0600" });
  expect(readFileSync(file(), "utf8")).toBe(inputs("first").content);
  expect(mode()).toBe("600");
  expect(readdirSync(root)).toEqual([".env.local"]);
});

test.each([0o000, 0o077, 0o777])("whatever the process's umask (%i), the mode is 0600", async (mask) => {
  const before = process.umask(mask);
  try {
    await created();
  } finally {
    process.umask(before);
  }
  expect(mode()).toBe("600");
});

test("intact, there is nothing to change, and refresh finds what was written", async () => {
  const outs = await created();
  expect(await provider().diff(".env.local", outs, inputs("first"))).toEqual({ changes: false });
  expect(await provider().read(".env.local", outs)).toEqual({ id: ".env.local", props: outs });
});

test("a deleted file: refresh says that it is gone, and a plain update restores it", async () => {
  const outs = await created();
  rmSync(file());
  expect(await provider().read(".env.local", outs)).toMatchObject({ id: "" });
  expect(await provider().diff(".env.local", outs, inputs("first"))).toEqual({ changes: true });
  await provider().update(".env.local", outs, inputs("first"));
  expect(readFileSync(file(), "utf8")).toBe(inputs("first").content);
});

test("a loosened mode is seen by refresh and by a plain update, which tightens it", async () => {
  const outs = await created();
  chmodSync(file(), 0o644);
  expect(await provider().read(".env.local", outs)).toMatchObject({ props: { mode: "0644" } });
  expect(await provider().diff(".env.local", outs, inputs("first"))).toEqual({ changes: true });
  await provider().update(".env.local", outs, inputs("first"));
  expect(mode()).toBe("600");
});

test("an edit under our header is seen, and overwritten as the header says", async () => {
  const outs = await created();
  writeFileSync(file(), `${inputs("first").content}EXTRA=1\n`);
  const { props } = await provider().read(".env.local", outs);
  expect(props?.content).toContain("EXTRA=1");
  expect(await provider().diff(".env.local", { ...outs, ...props }, inputs("first"))).toEqual({ changes: true });
  await provider().update(".env.local", { ...outs, ...props }, inputs("first"));
  expect(readFileSync(file(), "utf8")).toBe(inputs("first").content);
});

test("a new value is a change, an unknown one too, and another path replaces", async () => {
  const outs = await created();
  expect(await provider().diff(".env.local", outs, inputs("second"))).toEqual({ changes: true });
  expect(await provider().diff(".env.local", outs, { path: ".env.local", content: unknown })).toEqual({ changes: true });
  expect(await provider().diff(".env.local", outs, { ...inputs("first"), path: ".env.test" })).toEqual({
    changes: true,
    replaces: ["path"],
  });
});

test("a state that remembers another mode or content is brought up to date", async () => {
  const outs = await created();
  expect(await provider().diff(".env.local", { ...outs, mode: "0644" }, inputs("first"))).toEqual({ changes: true });
  expect(await provider().diff(".env.local", { ...outs, content: "(another file)" }, inputs("first"))).toEqual({ changes: true });
});

test.each(["MY_OWN=1\n", "", "# my own notes about this file\nA=1\n", "no line break"])(
  "a file of somebody else's (%j) is never touched",
  async (own) => {
    writeFileSync(file(), own);
    await expect(provider().create(inputs("first"))).rejects.toThrow(
      "CHI-C701 .env.local was not written by this project and would be overwritten; move it away with: mv .env.local .env.local.own",
    );
    const olds = { ...inputs("first"), mode: "0600" };
    await expect(provider().update(".env.local", olds, inputs("second"))).rejects.toThrow("CHI-C701");
    // Its text does not get into the state, and what is there instead makes no file ours.
    const { props } = await provider().read(".env.local", olds);
    expect(props?.content).toBe("(another file)");
    await expect(provider().update(".env.local", { ...olds, ...props }, inputs("second"))).rejects.toThrow("CHI-C701");
    await provider().remove(".env.local", olds);
    await provider().remove(".env.local", { ...olds, ...props });
    expect(readFileSync(file(), "utf8")).toBe(own);
  },
);

test("a file of somebody else's is refused in the preview already, ours is not", async () => {
  const refused = async (news: EnvLocalFileInputs, olds: Partial<EnvLocalFileInputs> = {}) =>
    (await provider().check(olds as EnvLocalFileInputs, news)).failures?.some(({ reason }) => reason.startsWith("CHI-C701"));
  const unknownYet = { path: ".env.local", content: unknown };
  expect([await refused(inputs("first")), await refused(unknownYet)]).toEqual([false, false]);
  writeFileSync(file(), "MY_OWN=1\n");
  expect([await refused(inputs("first")), await refused(unknownYet)]).toEqual([true, true]);
  rmSync(file());
  await created();
  expect([await refused(inputs("first")), await refused(unknownYet)]).toEqual([false, false]);
  // A header of an earlier release is known from the state.
  writeFileSync(file(), "# the header of an earlier release\nA=1\n");
  expect(await refused(inputs("first"))).toBe(true);
  expect(await refused(inputs("first"), { content: "# the header of an earlier release\nA=1\n" })).toBe(false);
});

test("a link or a folder of that name is somebody else's", async () => {
  writeFileSync(join(root, "elsewhere"), inputs("first").content);
  symlinkSync(join(root, "elsewhere"), file());
  await expect(provider().create(inputs("second"))).rejects.toThrow("CHI-C701");
  rmSync(file());
  mkdirSync(file());
  await expect(provider().create(inputs("second"))).rejects.toThrow("CHI-C701");
  expect(readFileSync(join(root, "elsewhere"), "utf8")).toBe(inputs("first").content);
});

test("a file of ours that the state does not know is taken over: a run was killed before it was remembered", async () => {
  await created("first");
  const outs = await created("second");
  expect(readFileSync(file(), "utf8")).toBe(outs.content);
});

test("what a killed run left half written is replaced, and a link in its place is not followed", async () => {
  writeFileSync(join(root, "victim"), "untouched");
  symlinkSync(join(root, "victim"), join(root, ".env.local.partial"));
  await created();
  expect(readFileSync(join(root, "victim"), "utf8")).toBe("untouched");
  expect(readdirSync(root).sort()).toEqual([".env.local", "victim"]);
});

test("deletion removes the file, what a killed run left, and does not mind that they are gone", async () => {
  const outs = await created();
  writeFileSync(join(root, ".env.local.partial"), "half");
  await provider().remove(".env.local", outs);
  expect(readdirSync(root)).toEqual([]);
  await provider().remove(".env.local", outs);
});

test("no error holds a secret", async () => {
  writeFileSync(file(), "PASSWORD=theirs\n");
  const error = await provider().create(inputs("ours")).then(String, String);
  expect(error).not.toContain("theirs");
  expect(error).not.toContain("ours");
});

test.each(["../.env.local", "/etc/.env.local", "secrets.txt", ".env", "a/.env.local"])("%j is no path for it", async (path) => {
  const { failures } = await provider().check({} as EnvLocalFileInputs, { ...inputs("first"), path });
  expect(failures?.map(({ property }) => property)).toEqual(["path"]);
});

test("content without a header is refused, unknown content is not", async () => {
  expect((await provider().check({} as EnvLocalFileInputs, { path: ".env.local", content: "A=1\n" })).failures).toHaveLength(1);
  expect((await provider().check({} as EnvLocalFileInputs, { path: ".env.local", content: unknown })).failures).toEqual([]);
  expect((await provider().check({} as EnvLocalFileInputs, inputs("first"))).failures).toEqual([]);
});

describe("in Pulumi's own process for dynamic providers", () => {
  let running: DynamicProviderProcess;
  beforeEach(async () => {
    // A project's folder, with this repository's code and an .env.local of its own.
    for (const folder of ["toolchain", "components"]) symlinkSync(join(__dirname, "..", "..", folder), join(root, folder));
    running = await startDynamicProvider(root);
  });
  afterEach(() => running.stop());

  test("create, diff, refresh after a deletion, update, delete", async () => {
    const __provider = providerProgram("components/dynamic/env-local-file-provider.ts");
    const news = (secret: string) => ({ ...inputs(secret), __provider });
    expect((await running.check({}, { ...news("first"), path: "../x" })).failures[0]).toContain("CHI-C702");
    const { id, properties } = await running.create(news("first"));
    expect([id, mode(), properties]).toEqual([".env.local", "600", { ...news("first"), mode: "0600" }]);
    expect(await running.diff(id, properties, news("first"))).toEqual({ changes: false, replaces: [] });
    rmSync(file());
    expect((await running.read(id, properties)).id).toBe("");
    expect(await running.diff(id, properties, news("first"))).toEqual({ changes: true, replaces: [] });
    const updated = await running.update(id, properties, news("second"));
    expect(readFileSync(file(), "utf8")).toContain("JWT_SECRET=second");
    await running.delete(id, updated);
    expect(existsSync(file())).toBe(false);
    writeFileSync(file(), "MY_OWN=1\n");
    await expect(running.create(news("first"))).rejects.toThrow("CHI-C701 .env.local was not written by this project");
  });
});
