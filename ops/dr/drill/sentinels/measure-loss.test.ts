import fc from "fast-check";
import type { Sentinel } from "./ledger";
import { measureLoss } from "./measure-loss";

const begun = Date.UTC(2026, 10, 23);
const sentinel = (number: number): Sentinel => ({ kind: "row", number, at: new Date(begun + number * 1000).toISOString(), content: `c${number}`, period: "before" });
const written = Array.from({ length: 10 }, (_, index) => sentinel(index + 1));
const disaster = new Date(begun + 11_000);
const found = (...numbers: number[]) => new Map(numbers.map((number) => [number, `c${number}`]));

test("what was written after the backup is lost, and nothing else", () => {
  expect(measureLoss(written, found(1, 2, 3, 4, 5, 6), disaster, 1)).toEqual({
    written: 10, survived: 6, lost: 4, holes: 0, changed: 0, lastSurvivorAt: written[5]?.at, lossSeconds: 5, paceSeconds: 1,
  });
});

test("all of it is there: no second is lost", () => {
  expect(measureLoss(written, found(...written.map(({ number }) => number)), disaster, 1)).toMatchObject({ lost: 0, holes: 0, lossSeconds: 0 });
});

test("one missing in the middle is a hole, and no shorter loss", () => {
  expect(measureLoss(written, found(1, 2, 4, 5), disaster, 1)).toMatchObject({ survived: 4, lost: 6, holes: 1, lossSeconds: 6 });
});

test("one with another's content did not survive", () => {
  const restored = new Map([...found(1, 2), [3, "c2"]]);
  expect(measureLoss(written, restored, disaster, 1)).toMatchObject({ survived: 2, changed: 1, lossSeconds: 9 });
});

test("nothing is left: lost since the first", () => {
  expect(measureLoss(written, new Map(), disaster, 1)).toMatchObject({ survived: 0, lost: 10, lastSurvivorAt: null, lossSeconds: 10 });
});

test("whatever survives, the loss reaches from the last survivor to the disaster, and every missing one is counted once", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 10 })), (numbers) => {
      const loss = measureLoss(written, found(...numbers), disaster, 1);
      const last = Math.max(0, ...numbers);
      expect(loss.survived + loss.lost).toBe(10);
      expect(loss.holes).toBe(last - numbers.length);
      expect(loss.lossSeconds).toBe(numbers.length === 10 ? 0 : 11 - (last === 0 ? 1 : last));
    }),
  );
});
