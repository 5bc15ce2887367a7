import { mkdtempSync, appendFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ledger } from "./ledger";
import type { SentinelStore } from "./sentinel-rows";
import { writeDuring, writeOne, writeSome } from "./write-steadily";

const directory = mkdtempSync(join(tmpdir(), "chisan-sentinels-"));
let file = 0;
const ledgerOf = () => new Ledger(join(directory, `${(file += 1)}.jsonl`));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function memory(refuse = false): SentinelStore & { readonly held: Map<number, string> } {
  const held = new Map<number, string>();
  return {
    held,
    write: async (number, _at, content) => {
      if (refuse) throw new Error("CHI-H122 gone");
      held.set(number, content);
    },
    read: async () => held,
    close: async () => undefined,
  };
}

const never = new AbortController().signal;

test("numbers go on where an earlier run stopped, and the ledger has what the stores have", async () => {
  const ledger = ledgerOf();
  const stores = { row: memory(), file: memory() };
  await writeSome({ stores, ledger, period: "before", pace: 1 }, 2, never);
  await writeOne({ stores, ledger, period: "after", pace: 1 });
  expect(ledger.read().map(({ kind, number, period }) => `${kind} ${number} ${period}`)).toEqual(["row 1 before", "file 1 before", "row 2 before", "file 2 before", "row 3 after", "file 3 after"]);
  for (const { kind, number, content } of ledger.read()) expect(stores[kind].held.get(number)).toBe(content);
});

test("what was not acknowledged is not in the ledger", async () => {
  const ledger = ledgerOf();
  await expect(writeOne({ stores: { row: memory(), file: memory(true) }, ledger, period: "before", pace: 1 })).rejects.toThrow("CHI-H122");
  expect(ledger.read().map(({ kind }) => kind)).toEqual(["row"]);
});

test("a line that a kill cut off is passed over, and the next one is whole", async () => {
  const path = join(directory, "cut.jsonl");
  const ledger = new Ledger(path);
  const stores = { row: memory(), file: memory() };
  await writeOne({ stores, ledger, period: "before", pace: 1 });
  appendFileSync(path, '{"kind":"row","numb');
  expect(ledger.read()).toHaveLength(2);
  await writeOne({ stores, ledger, period: "before", pace: 1 });
  expect(ledger.read().map(({ number }) => number)).toEqual([1, 1, 2, 2]);
});

test("a damaged line is no missing sentinel: it is refused", () => {
  const path = join(directory, "damaged.jsonl");
  appendFileSync(path, '{"kind":"row","number":"one"}\n');
  expect(() => new Ledger(path).read()).toThrow(/^CHI-H121 line 1 .*--start-over$/);
});

test("the writer works beside the work and is done when that is", async () => {
  const ledger = ledgerOf();
  const stores = { row: memory(), file: memory() };
  const enough = async () => {
    while (stores.file.held.size < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    return "done";
  };
  expect(await writeDuring({ stores, ledger, period: "before", pace: 1 }, never, enough)).toBe("done");
  const after = stores.row.held.size;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(stores.row.held.size).toBe(after);
  expect(ledger.read()).toHaveLength(stores.row.held.size + stores.file.held.size);
});

test("a write that fails fails the work's phase as well", async () => {
  await expect(writeDuring({ stores: { row: memory(true), file: memory() }, ledger: ledgerOf(), period: "before", pace: 1 }, never, async () => "done")).rejects.toThrow("CHI-H122");
});
