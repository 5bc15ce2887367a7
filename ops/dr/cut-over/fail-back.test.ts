import { overtaken } from "./fail-back";

type Phases = Parameters<typeof overtaken>[0]["phases"];
const journal = (...states: [string, Phases[number]["state"]][]) => ({ phases: states.map(([name, state]) => ({ name, title: name, state, seconds: 1, attempts: 1 })) });

test("a failback whose hosts were prod's already, and are chisan-dr's again, is not carried on: prod was lost once more", () => {
  expect(overtaken(journal(["release-dr", "done"], ["protect-prod", "failed"]), true)).toBe(true);
});

test.each([
  ["the users are at prod, its backup is missing", journal(["release-dr", "done"], ["protect-prod", "failed"]), false],
  ["killed between the configuration and the note", journal(["hand-over", "done"], ["release-dr", "running"]), false],
  ["the users are at chisan-dr still", journal(["rebuild-prod", "done"], ["restore-prod", "failed"]), true],
  ["the records were moved, but not let go", journal(["hand-over", "done"], ["release-dr", "failed"]), true],
])("carried on: %s", (_when, before, cutOver) => {
  expect(overtaken(before, cutOver)).toBe(false);
});
