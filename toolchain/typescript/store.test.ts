import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";

interface StoreLike {
  get(name: string, hash: string): Buffer | undefined;
  set(name: string, hash: string, bytes: Buffer): void;
  save(): void;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { Store } = require("./store.cjs") as { Store: new (path: string) => StoreLike };

let folder: string;
let path: string;
/** Entries are kept only for files that exist, as their names are paths. */
const names = [__filename, join(__dirname, "store.cjs"), join(__dirname, "transpile.cjs")];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chisan-store-"));
  path = join(folder, "cache", "store");
});

afterEach(() => rmSync(folder, { recursive: true }));

function saved(entries: readonly string[]): void {
  const store = new Store(path);
  entries.forEach((text, index) => store.set(names[index] as string, `hash ${index}`, Buffer.from(text)));
  store.save();
}

const found = (index: number, hash = `hash ${index}`) => new Store(path).get(names[index] as string, hash)?.toString();

test("what was saved is found by name and hash, and by nothing else", () => {
  saved(["one", "", "three"]);
  expect([found(0), found(1), found(2)]).toEqual(["one", "", "three"]);
  expect(found(0, "another hash")).toBeUndefined();
  expect(new Store(path).get("another name", "hash 0")).toBeUndefined();
});

test("a second process adds to what the first saved, replaces what changed, and leaves no draft", () => {
  const first = new Store(path);
  const second = new Store(path);
  first.set(names[0] as string, "hash 0", Buffer.from("one"));
  first.set(names[1] as string, "hash 1", Buffer.from("two"));
  second.set(names[1] as string, "newer", Buffer.from("two again"));
  first.save();
  second.save();
  expect([found(0), found(1), found(1, "newer")]).toEqual(["one", undefined, "two again"]);
  expect(readdirSync(join(folder, "cache"))).toEqual(["store"]);
});

test("the entry of a file that is gone is dropped", () => {
  const gone = join(folder, "gone.ts");
  const store = new Store(path);
  store.set(gone, "hash", Buffer.from("text of a file that is gone"));
  store.save();
  expect(readFileSync(path, "utf8")).toContain("text of a file that is gone");
  saved(["one"]);
  expect(readFileSync(path, "utf8")).not.toContain("text of a file that is gone");
});

test("a file damaged anywhere gives the right bytes or none, and is mended by the next save", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      saved(["one", "two", "three"]);
      const bytes = readFileSync(path);
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ flip;
      writeFileSync(path, bytes);
      ["one", "two", "three"].forEach((text, entry) => expect([text, undefined]).toContain(found(entry)));
      saved(["one", "two", "three"]);
      expect([found(0), found(1), found(2)]).toEqual(["one", "two", "three"]);
    }),
    { numRuns: 300 },
  );
});

test("a file cut off anywhere gives the right bytes or none", () => {
  saved(["one", "two", "three"]);
  for (let length = readFileSync(path).length - 1; length >= 0; length--) {
    truncateSync(path, length);
    ["one", "two", "three"].forEach((text, entry) => expect([text, undefined]).toContain(found(entry)));
  }
});

test("where nothing can be written, nothing is found and nothing fails", () => {
  writeFileSync(join(folder, "cache"), "a file where the folder should be");
  saved(["one"]);
  expect(found(0)).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});
