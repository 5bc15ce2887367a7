import { suggest } from "./suggest";

it.each([
  ["minInstanceCnt", ["minInstanceCount", "maxInstanceCount", "timeout"], "minInstanceCount"],
  ["Location", ["location", "name"], "location"],
  ["lables", ["labels", "name"], "labels"],
  ["zzzzzzzz", ["labels", "name"], undefined],
  ["x", [], undefined],
])("%s", (wrong, known, meant) => expect(suggest(wrong, known)).toBe(meant));
