import fc from "fast-check";
import { type HistoryEntry, readHistory } from "../../../../workers/file-versions/history";
import { deletedName, versionName } from "../../../../workers/file-versions/vault-name";
import { planCopies } from "./copy-plan";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23) + seconds * 1000);
const etag = "0123456789abcdef0123456789abcdef";

function history(key: string, ...steps: readonly (readonly [number, "written" | "deleted"])[]) {
  const objects = steps.map(([seconds, what]) => ({
    name: what === "deleted" ? deletedName(key, at(seconds)) : versionName({ key, uploaded: at(seconds), etag }),
    copied: at(seconds + 1),
    size: what === "deleted" ? 0 : seconds,
  }));
  return { key, entries: readHistory(objects) };
}

test("each file as it was: not what came later, not what was deleted by then", () => {
  const { copy, lost } = planCopies([history("one", [10, "written"], [30, "written"]), history("two", [10, "written"], [15, "deleted"]), history("three", [25, "written"])], at(20));
  expect(copy).toEqual([{ key: "one", etag, size: 10, version: versionName({ key: "one", uploaded: at(10), etag }) }]);
  expect(lost).toEqual([]);
});

test("a file that was deleted afterwards is brought back", () => {
  expect(planCopies([history("one", [10, "written"], [30, "deleted"])], at(20)).copy.map(({ key }) => key)).toEqual(["one"]);
});

test("a version that is not in the vault is told, not passed over", () => {
  const entries = readHistory([], { etag, uploaded: at(10), size: 5 });
  const { copy, lost } = planCopies([{ key: "new", entries }], at(20));
  expect(copy).toEqual([]);
  expect(lost).toEqual([{ key: "new", why: expect.stringContaining(at(10).toISOString()) as string }]);
});

test("whatever the history, what is copied is the last version not after the moment", () => {
  const steps = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom("written" as const, "deleted" as const)), { selector: ([seconds]) => seconds, maxLength: 8 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 51 }), (all, moment) => {
      const sorted = [...all].sort(([a], [b]) => a - b);
      const last = sorted.filter(([seconds]) => seconds <= moment).at(-1);
      const one: { key: string; entries: readonly HistoryEntry[] } = history("key", ...sorted);
      const sizes = planCopies([one], at(moment)).copy.map(({ size }) => size);
      expect(sizes).toEqual(last?.[1] === "written" ? [last[0]] : []);
    }),
  );
});
