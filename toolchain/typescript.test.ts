import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "..");
let folder: string;

/** A repository of its own, so that its cache is its own too. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chisan-typescript-"));
  mkdirSync(join(folder, "toolchain"));
  for (const name of ["typescript.cjs", "typescript"]) cpSync(join(__dirname, name), join(folder, "toolchain", name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, ...lines: string[]): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `${lines.join("\n")}\n`);
}

/** What a program printed, on both outputs. */
function run(path = "main.ts"): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ["--require", "./toolchain/typescript.cjs", `./${path}`], { cwd: folder });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (text += part));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text: text.trim() }));
  });
}

const usesEsbuild = `console.log(Object.keys(require.cache).some((file) => /esbuild.lib.main/.test(file)) ? "translated" : "from the cache");`;

test("an edit is seen at once, and what was not edited is not translated again", async () => {
  write("main.ts", `import { size } from "./size";`, `console.log(size);`, usesEsbuild);
  write("size.ts", `export const size: number = 1;`);
  expect((await run()).text).toBe("1\ntranslated");
  expect((await run()).text).toBe("1\nfrom the cache");
  write("size.ts", `export const size: number = 2;`);
  expect((await run()).text).toBe("2\ntranslated");
  expect((await run()).text).toBe("2\nfrom the cache");
});

test("a stack trace names the .ts files and their lines, from the cache too", async () => {
  write("main.ts", `import { fail } from "./fail";`, ``, `interface Unused { a: string }`, ``, `  fail({ a: "x" } satisfies Unused);`);
  write("fail.ts", `type Gone = { a: string };`, `type GoneToo = Gone;`, ``, `export function fail(_: GoneToo): never {`, `  throw new TypeError("on purpose");`, `}`);
  for (const time of ["first", "from the cache"]) {
    const { code, text } = await run();
    expect({ time, code }).toEqual({ time, code: 1 });
    expect(text).toContain("TypeError: on purpose");
    expect(text).toContain(`at fail (${join(folder, "fail.ts")}:5:9)`);
    expect(text).toContain(`${join(folder, "main.ts")}:5:3`);
  }
});

test("a syntax error says where it is", async () => {
  write("main.ts", `const a = 1;`, `const b = = 2;`);
  const { code, text } = await run();
  expect(code).toBe(1);
  expect(text).toContain(`${join(folder, "main.ts")}:2:10`);
});

test("./x is x.ts although there is an x.json and an x.js", async () => {
  write("main.ts", `import { from } from "./x";`, `console.log(from);`);
  write("x.ts", `import data from "./x.json";`, `export const from: string = "ts over " + data.from;`);
  write("x.json", `{ "from": "json" }`);
  write("x.js", `exports.from = "js";`);
  expect((await run()).text).toBe("ts over json");
});

test("ES modules are imported as Node does it", async () => {
  write("module.mjs", `export const answer = () => 42;`);
  write("main.ts", `void import("./module.mjs").then(({ answer }) => console.log(typeof answer));`);
  expect((await run()).text).toBe("function");
});

test("a damaged cache costs nothing but time, and is mended", async () => {
  write("main.ts", `console.log("right" as string);`, usesEsbuild);
  await run();
  const cache = join(folder, ".chisan", "cache", "typescript");
  const [name, ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  const file = join(cache, name as string);
  const good = readFileSync(file);
  for (const bad of [Buffer.alloc(0), Buffer.from("nonsense"), good.subarray(0, good.length - 10), Buffer.from(good).fill(65, good.length - 10)]) {
    writeFileSync(file, bad);
    expect((await run()).text).toBe("right\ntranslated");
    expect((await run()).text).toBe("right\nfrom the cache");
  }
});

test("it works where no cache can be written, and for two at once", async () => {
  write(".chisan", "a file where the folder should be");
  write("main.ts", `console.log("right" as string);`);
  expect(await Promise.all([run(), run()])).toEqual([{ code: 0, text: "right" }, { code: 0, text: "right" }]);
});

describe("Pulumi's SDK", () => {
  const loaded = (...names: string[]) =>
    `console.log(${JSON.stringify(names)}.filter((name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name + "/"))).join());`;

  test("starts without the compiler, npm's resolver and the tracing exporters", async () => {
    write("main.ts", `import * as pulumi from "@pulumi/pulumi";`, `console.log(typeof pulumi.Config);`, loaded("typescript", "@npmcli/arborist", "@opentelemetry/exporter-zipkin", "source-map-support"));
    expect((await run()).text).toBe("function");
  });

  test("still has all of them for who uses them", async () => {
    write(
      "main.ts",
      `import * as pulumi from "@pulumi/pulumi";`,
      `import { LocalWorkspace } from "@pulumi/pulumi/automation";`,
      `console.log(pulumi.automation.LocalWorkspace === LocalWorkspace, "LocalWorkspace" in pulumi.automation, Object.keys(pulumi.automation).includes("Stack"));`,
      `const captured = 41;`,
      `void pulumi.runtime.serializeFunction(() => captured + 1).then(({ text }) => {`,
      `  console.log(text.includes("captured + 1"), text.includes("captured: 41"));`,
      `  ${loaded("typescript")}`,
      `});`,
    );
    expect((await run()).text).toBe("true true true\ntrue true\ntypescript");
  });

  test("keeps the stack of a promise that leaks", async () => {
    write(
      "main.ts",
      `import { debuggablePromise, promiseDebugString } from "@pulumi/pulumi/runtime/debuggable";`,
      ``,
      `const promise = new Promise<void>((resolve) => setTimeout(resolve, 1));`,
      `void debuggablePromise(promise, "context");`,
      `console.log(promiseDebugString(promise));`,
    );
    const { text } = await run();
    expect(text).toContain("CONTEXT(0): context");
    expect(text).toContain(`${join(folder, "main.ts")}:4:6`);
  });
});
