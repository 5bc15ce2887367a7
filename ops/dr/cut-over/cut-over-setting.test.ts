import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { isCutOver, setCutOver, withCutOver } from "./cut-over-setting";

const folder = mkdtempSync(join(tmpdir(), "chisan-cut-over-"));
const file = join(folder, "Pulumi.prod.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

const text = "# prod: the live system.\nencryptionsalt: v1:abc\n\nconfig:\n  chisan:zone: chisan.app\n  # A list.\n  chisan:activeRegions: '[\"asia-northeast1\"]'\n  chisan:slackToken:\n    secure: v1:xyz\n";

test("set and removed: the file's other lines and comments are as they were", () => {
  writeFileSync(file, text);
  setCutOver(file, true);
  expect(isCutOver(file)).toBe(true);
  expect(parse(readFileSync(file, "utf8"))).toEqual({ ...parse(text), config: { ...parse(text).config, "chisan:cutOver": true } });
  expect(readFileSync(file, "utf8")).toContain("  # A list.\n");
  setCutOver(file, false);
  expect(isCutOver(file)).toBe(false);
  expect(parse(readFileSync(file, "utf8"))).toEqual(parse(text));
});

test("as the CLI writes it, and in a file without a configuration", () => {
  writeFileSync(file, 'config:\n  chisan:cutOver: "true"\n');
  expect(isCutOver(file)).toBe(true);
  for (const bare of ["", "encryptionsalt: v1:abc\n", "config: {}\n", "config:\n"]) {
    writeFileSync(file, bare);
    setCutOver(file, true);
    expect([bare, isCutOver(file)]).toEqual([bare, true]);
  }
});

test("a stack that never was has no file, and gets none", () => {
  const absent = join(folder, "absent.yaml");
  setCutOver(absent, true);
  expect([existsSync(absent), isCutOver(absent)]).toEqual([false, false]);
});

test("a draft says it, the file does not, and nothing is left of the draft", async () => {
  writeFileSync(file, text);
  let draft = "";
  await withCutOver("prod", file, true, async (path) => {
    draft = path;
    expect([isCutOver(path), isCutOver(file)]).toEqual([true, false]);
  });
  expect(existsSync(draft)).toBe(false);
  await expect(withCutOver("prod", file, true, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});
