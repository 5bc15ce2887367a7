import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { buildOptions, workerContent } from "./bundle";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "chisan-bundle-"));
});
afterEach(() => {
  rmSync(cache, { recursive: true });
});

test.each(["file-version-keeper", "files-gateway"] as const)("the content of %s is one ES module without imports, and names no folder of this machine", (name) => {
  const content = workerContent(name, cache);
  expect(content).toMatch(/export \{\s*(?:\w+,\s*)*\w+ as default\s*\};/);
  expect(content).not.toMatch(/^import /m);
  expect(content).not.toContain(join(__dirname, ".."));
});

test("the same sources give the same content, from the cache and without it", () => {
  const content = workerContent("file-version-keeper", cache);
  expect(workerContent("file-version-keeper", cache)).toBe(content);
  expect(buildSync(buildOptions("file-version-keeper")).outputFiles[0]?.text).toBe(content);
});

test("the second time it is read from the cache, where one whole file is", () => {
  workerContent("file-version-keeper", cache);
  const [file, ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  expect(file).toMatch(/^file-version-keeper-[0-9a-f]{16}\.mjs$/);
  writeFileSync(join(cache, file as string), "from the cache");
  expect(workerContent("file-version-keeper", cache)).toBe("from the cache");
});

test("what is in the repository's own cache is what the sources build to", () => {
  const content = workerContent("file-version-keeper");
  expect(content).toBe(buildSync(buildOptions("file-version-keeper")).outputFiles[0]?.text);
  expect(content).toContain("etagDoesNotMatch");
});
