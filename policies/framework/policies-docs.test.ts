import { readFileSync } from "node:fs";
import { allPolicies } from "./packs";
import { policiesDocs, policiesDocument } from "./policies-docs";

test("docs/policies.md is what the policies say now: npm run docs:policies", () => {
  expect(readFileSync(policiesDocument, "utf8")).toBe(policiesDocs());
});

test("ids are unique over all packs", () => {
  const ids = allPolicies().map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});
