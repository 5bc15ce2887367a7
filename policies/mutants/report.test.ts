import { progressOf } from "./progress";
import { hasSurvivors, type MutationScore, scoreText, totals } from "./report";

const score: MutationScore = {
  seed: 3,
  sample: 10,
  intended: [
    { pack: "least-privilege", policy: "no-red", mutants: 6, caught: 6, threw: 1, missed: [] },
    { pack: "data-protection", policy: "no-blue", mutants: 4, caught: 3, threw: 0, missed: ['prod door colour: "blue"'] },
  ],
  promises: [
    { section: "2.5", promise: "doors are shut", mutants: 3, caught: 2, missed: ["prod door open: true"] },
    { section: "8.3", promise: "keys are few", mutants: 1, caught: 0, missed: ["prod key: 9"], unjudged: "nobody counts them" },
  ],
  blind: {
    mutants: 20,
    refusedByProvider: 5,
    caught: 7,
    caughtBy: { "no-red": 7 },
    unnoticedTypes: ["a:b:New"],
    survivors: [
      { type: "a:b:Door", property: "", operations: { deleted: 2 }, example: "prod door: the resource is gone" },
      { type: "a:b:Door", property: "lock.kind", operations: { removed: 2, "another choice": 1 }, example: "prod door lock.kind: removed" },
      { type: "a:b:Door", property: "description", operations: { removed: 3 }, example: "prod door description: removed" },
    ],
  },
};

test("the table, the misses, the survivors and the totals", () => {
  expect(scoreText(score, true).split("\n")).toEqual([
    "pack             policy   mutants  caught  missed  blind ones caught",
    "least-privilege  no-red         6       6       0                  7  1 because it threw",
    "data-protection  no-blue        4       3       1                  0",
    "all                            10       9       1                     90.0 %",
    "",
    'CHI-M010 data-protection/no-blue passes prod door colour: "blue"',
    "Mend the policy, or correct the mutant in policies/mutants/intended.",
    "",
    "section  promise of the document  mutants  caught",
    "2.5      doors are shut                 3                                  2",
    "8.3      keys are few                   1  no policy can: nobody counts them",
    'CHI-M013 section 2.5, "doors are shut": no policy notices prod door open: true; write one, or say in policies/mutants/document why none can',
    "",
    "Blind mutants of prod: 20; 5 the provider refuses, 7 a policy catches, 8 survive:",
    "  a:b:Door (5)",
    "    (resource): deleted ×2",
    "    lock.kind: removed ×2; another choice",
    "  Texts for people, at 1 properties: 3",
    "  Types that no program of ours has and no policy refuses when one of them is declared with nothing in it (1): a:b:New",
    "",
    "policy mutants (a sample of 10, seed 3): intended 9 of 10 caught (90.0 %); the document's promises 2 of 3 caught (66.6 %), 1 that no policy can judge; blind 7 of 15 caught (46.6 %), 5 more refused by the providers",
    "",
  ]);
  expect(scoreText(score, false)).toContain("\n  a:b:Door (5): (resource): deleted ×2, lock.kind\n");
});

test("a survivor among the intended fails the run; a score never rounds up to 100 %", () => {
  expect(hasSurvivors(score)).toBe(true);
  const clean = { intended: score.intended.slice(0, 1), promises: score.promises.slice(1) };
  expect(hasSurvivors(clean)).toBe(false);
  expect(hasSurvivors({ ...clean, promises: score.promises })).toBe(true);
  const almost = { ...score, intended: [{ ...score.intended[1]!, mutants: 10_000, caught: 9_999 }] };
  expect(totals(almost)).toContain("9999 of 10000 caught (99.9 %)");
});

test.each([
  [true, ["\rx: 1 of 2", "\rx: 2 of 2\n"]],
  [false, ["x: 1 of 2\n", "x: 2 of 2\n"]],
])("progress, on a terminal: %s", (isTTY, expected) => {
  const said: string[] = [];
  const progress = progressOf("x", { isTTY, write: (text: string | Uint8Array) => said.push(String(text)) > 0 });
  for (const done of [0, 1, 1, 2]) progress(done, 2);
  expect(said).toEqual(expected);
});
