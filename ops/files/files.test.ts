/** `chisan files` against the real Workers in workerd. */
import { Command } from "commander";
import type { FilesAccess } from "../connections/files-access";
import { addFiles } from "../commands/files";
import { scopeKey } from "../../workers/file-versions/signature";
import { Workerd, testSecret } from "../../workers/test-support/workerd";
import { GatewayClient } from "./gateway-client";

let workerd: Workerd;
let access: FilesAccess;
/** Before anything, between the writes of each key, and after. */
const moments: Record<string, Date> = {};

const put = async (key: string, body: string) => expect((await workerd.call("PUT", "/files", { key }, { body })).status).toBe(200);
const remove = async (key: string) => expect((await workerd.call("DELETE", "/files", { key })).body).toMatchObject({ deleted: true });
const contents = async () => {
  const files = await workerd.bucket("FILES");
  const { objects } = await files.list();
  return Object.fromEntries(await Promise.all(objects.map(async ({ key }) => [key, await (await files.get(key))?.text()])) as [string, string][]);
};
const mark = async (name: string) => {
  await new Promise((resolve) => setTimeout(resolve, 15));
  moments[name] = new Date();
  await new Promise((resolve) => setTimeout(resolve, 15));
};

beforeAll(async () => {
  workerd = new Workerd();
  access = { url: await workerd.url(), operatorKey: await scopeKey(testSecret, "operator") };
});
beforeEach(async () => {
  await workerd.empty();
  await mark("before");
  await put("orders/1.txt", "one");
  await put("orders/2.txt", "two");
  await put("other.txt", "other");
  await mark("first");
  await put("orders/1.txt", "one, changed");
  await remove("orders/2.txt");
  await put("orders/3.txt", "three");
  await mark("second");
  await put("orders/2.txt", "two, again");
  await mark("third");
});
afterAll(() => workerd.stop());

async function chisan(...words: string[]): Promise<{ out: string; said: string; error?: string }> {
  const result: { out: string; said: string; error?: string } = { out: "", said: "" };
  const out = jest.spyOn(process.stdout, "write").mockImplementation((text) => ((result.out += String(text)), true));
  const said = jest.spyOn(process.stderr, "write").mockImplementation((text) => ((result.said += String(text)), true));
  const program = new Command().exitOverride();
  addFiles(program, { access: () => Promise.resolve(access) });
  try {
    await program.parseAsync(["files", ...words], { from: "user" });
  } catch (error) {
    result.error = (error as Error).message;
  } finally {
    out.mockRestore();
    said.mockRestore();
  }
  expect(JSON.stringify(result)).not.toContain(access.operatorKey);
  expect(JSON.stringify(result)).not.toContain("signature=");
  return result;
}
const at = (name: string) => moments[name]?.toISOString() as string;

test("versions: what the file was, and when", async () => {
  const { out } = await chisan("versions", "orders/2.txt", "--stack", "staging", "--json");
  const { entries } = JSON.parse(out) as { entries: { time: string; what: string; size?: number; present: boolean }[] };
  expect(entries.map(({ what, size, present }) => [what, size, present])).toEqual([["version", 3, false], ["deleted", undefined, false], ["version", 10, true]]);
  const words = (await chisan("versions", "orders/2.txt", "--stack", "staging")).out;
  expect(words).toContain(entries[1]?.time as string);
  expect(words).toMatch(/deleted[\s\S]*present/);
});

test("restore: a file is what it was, and what it was before that is a version too", async () => {
  const { out, said, error } = await chisan("restore", "orders/1.txt", "--at", at("first"), "--stack", "staging", "--yes", "--json");
  expect(error).toBeUndefined();
  expect(JSON.parse(out)).toMatchObject({ restored: ["orders/1.txt"], deleted: [], failed: [] });
  expect(said).toContain("Restored 1, deleted 0, failed 0");
  expect((await contents())["orders/1.txt"]).toBe("one");
  await chisan("restore", "orders/1.txt", "--at", at("second"), "--stack", "staging", "--yes");
  expect((await contents())["orders/1.txt"]).toBe("one, changed");
});

test("a version's own time, as it is printed, is the first at which it is there", async () => {
  const { entries } = JSON.parse((await chisan("versions", "orders/1.txt", "--stack", "staging", "--json")).out) as { entries: { time: string }[] };
  const time = entries[1]?.time as string;
  const before = new Date(Date.parse(time) - 1).toISOString();
  const planned = async (moment: string) => (JSON.parse((await chisan("restore", "orders/1.txt", "--at", moment, "--stack", "staging", "--dry-run", "--json")).out) as { plan: { action: string }[] }).plan[0]?.action;
  expect(await planned(time)).toBe("same");
  expect(await planned(before)).toBe("restore");
});

test("a dry run says what would be and changes nothing", async () => {
  const was = await contents();
  const { out, said } = await chisan("restore", "--prefix", "orders/", "--at", at("first"), "--stack", "prod", "--dry-run", "--json");
  expect((JSON.parse(out) as { plan: { key: string; action: string }[] }).plan.map(({ key, action }) => [key, action])).toEqual([
    ["orders/1.txt", "restore"],
    ["orders/2.txt", "restore"],
    ["orders/3.txt", "leave"],
  ]);
  expect(said).toContain("leave alone: orders/3.txt (nothing is kept from before");
  expect(await contents()).toEqual(was);
});

test("a prefix: those that were there come back, those that were not are left alone, others are not touched", async () => {
  await chisan("restore", "--prefix", "orders/", "--at", at("first"), "--stack", "staging", "--yes");
  expect(await contents()).toEqual({ "orders/1.txt": "one", "orders/2.txt": "two", "orders/3.txt": "three", "other.txt": "other" });
});

test("typed again, what has the right content is left as it is, and gets no further version", async () => {
  const command = ["restore", "--prefix", "orders/", "--at", at("first"), "--stack", "staging", "--yes", "--json"];
  expect((JSON.parse((await chisan(...command)).out) as { restored: string[] }).restored).toEqual(["orders/1.txt", "orders/2.txt"]);
  const versions = async () => (JSON.parse((await chisan("versions", "orders/1.txt", "--stack", "staging", "--json")).out) as { entries: unknown[] }).entries.length;
  const were = await versions();
  await put("orders/2.txt", "two, spoiled");
  expect((JSON.parse((await chisan(...command)).out) as { restored: string[] }).restored).toEqual(["orders/2.txt"]);
  expect(await versions()).toBe(were);
  expect((await contents())["orders/2.txt"]).toBe("two");
});

test("exactly: those that were not there go, and can be brought back", async () => {
  await chisan("restore", "--prefix", "orders/", "--at", at("second"), "--stack", "staging", "--yes", "--exact");
  expect(await contents()).toEqual({ "orders/1.txt": "one, changed", "orders/3.txt": "three", "other.txt": "other" });
  await chisan("restore", "--prefix", "", "--at", at("third"), "--stack", "staging", "--yes");
  expect((await contents())["orders/2.txt"]).toBe("two, again");
});

test.each([
  ["a key that never was", ["nothing.txt", "--at", "first"], "CHI-F114"],
  ["a time before the first version", ["orders/3.txt", "--at", "first"], "CHI-F115"],
  ["a time at which it was deleted", ["orders/2.txt", "--at", "second"], "CHI-F115"],
  ["a prefix of nothing", ["--prefix", "nothing/", "--at", "first"], "CHI-F112"],
  ["neither key nor prefix", ["--at", "first"], "CHI-F110"],
  ["both", ["a", "--prefix", "b", "--at", "first"], "CHI-F110"],
  ["the future", ["orders/1.txt", "--at", "2999-01-01T00:00:00Z"], "CHI-F111"],
])("%s: a clear line, and nothing changes", async (_what, words, code) => {
  const was = await contents();
  const { error } = await chisan("restore", ...words.map((word) => (word in moments ? at(word) : word)), "--stack", "staging", "--yes");
  expect(error?.split("\n")).toHaveLength(1);
  expect(error).toContain(code);
  if (code === "CHI-F115") expect(error).toContain("npx chisan files versions");
  expect(await contents()).toEqual(was);
});

test.each([[["--stack", "staging"]], [["--stack", "prod", "--yes"]], [["--stack", "staging", "--confirm", "prod"]]])("unconfirmed %j: refused", async (words) => {
  const was = await contents();
  expect((await chisan("restore", "orders/1.txt", "--at", at("first"), ...words)).error).toContain("CHI-F117");
  expect(await contents()).toEqual(was);
});

test("a file that changed since it was planned is left alone and reported; the others are restored", async () => {
  const real = new GatewayClient(access);
  const program = new Command().exitOverride();
  const gateway = Object.assign(Object.create(real) as GatewayClient, {
    restore: async (key: string, version: string, ifPresent: string) => {
      if (key === "orders/1.txt") await put(key, "written meanwhile");
      return real.restore(key, version, ifPresent);
    },
  });
  addFiles(program, { access: () => Promise.resolve(access), gateway: () => gateway });
  const said = jest.spyOn(process.stderr, "write").mockImplementation(() => true);
  await expect(program.parseAsync(["files", "restore", "--prefix", "orders/", "--at", at("first"), "--stack", "staging", "--yes"], { from: "user" })).rejects.toThrow("CHI-F113 1 of 2 files");
  said.mockRestore();
  expect(await contents()).toMatchObject({ "orders/1.txt": "written meanwhile", "orders/2.txt": "two" });
});

// The command's own listener only: workerd's keeper in this process ends it at a signal.
test("Ctrl-C in the middle of a prefix: what is done is said, with the command that carries on at the same moment", async () => {
  const real = new GatewayClient(access);
  const program = new Command().exitOverride();
  const gateway = (given: FilesAccess, signal: AbortSignal | undefined) =>
    Object.assign(new GatewayClient(given, fetch, 1, signal), {
      restore: async (key: string, version: string, ifPresent: string) => {
        if (key === "orders/2.txt") await new Promise((resolve) => setTimeout(resolve, 200)).then(() => process.listeners("SIGINT").at(-1)?.("SIGINT")).then(() => signal?.throwIfAborted());
        return real.restore(key, version, ifPresent);
      },
    });
  addFiles(program, { access: () => Promise.resolve(access), gateway });
  const said = jest.spyOn(process.stderr, "write").mockImplementation(() => true);
  const error = await program.parseAsync(["files", "restore", "--prefix", "orders/", "--at", at("first"), "--stack", "staging", "--yes"], { from: "user" }).catch((reason: unknown) => reason);
  said.mockRestore();
  const command = `files restore --prefix 'orders/' --at ${at("first")} --stack staging --yes`;
  expect(error).toMatchObject({ exitCode: 130, message: expect.stringMatching(/^CHI-F118 interrupted \(SIGINT\): 1 of 2 files are as they were, .*no version is lost; type this, .*: npx chisan /) as string });
  expect((error as Error).message.endsWith(`npx chisan ${command}`)).toBe(true);
  expect(await contents()).toMatchObject({ "orders/1.txt": "one", "orders/2.txt": "two, again" });
  expect((await chisan(...command.replaceAll("'", "").split(" ").slice(1))).error).toBeUndefined();
  expect(await contents()).toMatchObject({ "orders/1.txt": "one", "orders/2.txt": "two" });
});

test("a gateway that fails is asked again with the same signature, and then named", async () => {
  const asked: string[] = [];
  const failing = (address: Parameters<typeof fetch>[0]) => {
    asked.push(String(address));
    return Promise.resolve(Response.json({ error: "CHI-W030 the gateway failed" }, { status: 500 }));
  };
  const client = new GatewayClient(access, failing, 1);
  await expect(client.restore("k", "v", "absent")).rejects.toThrow(/^CHI-F101 the files gateway .* does not answer POST \/restore \(CHI-W030/);
  expect(asked).toHaveLength(4);
  expect(new Set(asked).size).toBe(1);
});

test("a foreign key is refused with the gateway's line", async () => {
  const client = new GatewayClient({ ...access, operatorKey: "0".repeat(64) });
  await expect(client.history({ key: "orders/1.txt" }).next()).rejects.toThrow("CHI-F102 the files gateway refuses GET /history: CHI-W015");
});
