import { Reads } from "./reads";

const value = { a: { b: [{ c: 1 }, { c: 2 }] }, d: "text", e: true };

function reading(read: (of: typeof value) => unknown): Reads {
  const reads = new Reads();
  read(reads.watch(value));
  return reads;
}

test("what is read counts, with all on the way to it, and nothing beside it", () => {
  const reads = reading((of) => of.a.b[0]?.c);
  for (const path of [["a"], ["a", "b"], ["a", "b", 0], ["a", "b", 0, "c"]]) expect(reads.hasRead(path)).toBe(true);
  for (const path of [["d"], ["a", "b", 1], ["a", "b", 0, "x"]]) expect(reads.hasRead(path)).toBe(false);
});

test("a property that is asked for and is not there counts", () => {
  expect(reading((of) => (of as Record<string, unknown>)["missing"]).hasRead(["missing"])).toBe(true);
  expect(reading((of) => "missing" in of).hasRead(["missing"])).toBe(true);
});

test("whoever asks for all names would notice any", () => {
  expect(reading((of) => Object.keys(of)).hasRead(["new"])).toBe(true);
  expect(reading((of) => JSON.stringify(of.a)).hasRead(["a", "b", 1, "c"])).toBe(true);
});

test.each<[string, (of: typeof value) => unknown]>([
  ["map", (of) => of.a.b.map((each) => each.c)],
  [
    "for of",
    (of) => {
      for (const each of of.a.b) void each.c;
    },
  ],
  ["spread", (of) => [...of.a.b].map((each) => each.c)],
])("a list that is gone through by %s was read in all its elements", (_, read) => {
  const reads = reading(read);
  for (const path of [
    ["a", "b"],
    ["a", "b", 0, "c"],
    ["a", "b", 1, "c"],
    ["a", "b", "length"],
  ])
    expect(reads.hasRead(path)).toBe(true);
});
