import fc from "fast-check";
import { nearest } from "./spelling";

const names = ["gcpProject", "zone", "region", "databaseRegion", "traffic"];

test.each([
  ["gcpproject", "gcpProject"],
  ["gcpPorject", "gcpProject"],
  ["zon", "zone"],
  ["trafic", "traffic"],
  ["databseRegion", "databaseRegion"],
  ["weather", undefined],
  ["", undefined],
])("%s means %s", (word, meant) => expect(nearest(word, names)).toBe(meant));

test("one slip in a name of four letters or more is always understood", () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom("delete", "insert", "replace"), (name, place, slip) => {
      const index = place % name.length;
      const inserted = slip === "delete" ? "" : "q";
      const word = name.slice(0, index) + inserted + name.slice(slip === "insert" ? index : index + 1);
      expect(nearest(word, names)).toBe(name);
    }),
  );
});

test("a very long word is answered at once", () => {
  expect(nearest("z".repeat(1_000_000), names)).toBeUndefined();
});
