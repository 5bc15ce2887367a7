import type { Json, JsonObject } from "../../../world/world";
import { record, situation } from "../../testing/situation";
import { account, zone } from "../../testing/whole-environment";
import { cloudflare } from "../cloudflare";

const script = "cloudflare:index/workersScript:WorkersScript";
const seed = { cloudflareAccounts: [account], cloudflareZones: [{ id: zone, name: "chisan.app", accountId: account }] };
const keeper: JsonObject = {
  accountId: account,
  scriptName: "keeper",
  content: "export class Ledger {} export default { queue() {} };",
  mainModule: "index.js",
  compatibilityDate: "2026-01-01",
  migrations: { newTag: "v1", newSqliteClasses: ["Ledger"] },
};
const binding = (more: { [name: string]: Json } = {}): JsonObject => ({ bindings: [{ type: "durable_object_namespace", name: "LEDGER", className: "Ledger", ...more }] });
const other: JsonObject = { accountId: account, scriptName: "gateway", content: "export default { fetch() {} };", mainModule: "index.js", compatibilityDate: "2026-01-01" };
const validate = (inputs: JsonObject): void => {
  const records = [{ ...record(script, "keeper", keeper, [`${account}/keeper`]), inputs: keeper }];
  cloudflare.resources[script]!.validate!(situation(inputs, { records, seed }));
};

test("a class of the own script that a migration makes, and one of another script, can be bound", () => {
  expect(() => validate({ ...keeper, ...binding() })).not.toThrow();
  expect(() => validate({ ...keeper, ...binding(), migrations: { steps: [{ newSqliteClasses: ["Ledger"] }] } })).not.toThrow();
  expect(() => validate({ ...other, ...binding({ scriptName: "keeper" }) })).not.toThrow();
});

test.each<[string, JsonObject, string]>([
  ["a class that no migration makes", { ...keeper, ...binding(), migrations: {} }, "Did you forget to apply"],
  ["a class that is not in the code", { ...keeper, ...binding({ className: "Book" }) }, "not exported by the script"],
  ["a script that there is not", { ...other, ...binding({ scriptName: "nobody" }) }, "the script nobody does not exist"],
  ["a class that the other script does not have", { ...other, ...binding({ scriptName: "keeper", className: "Book" }) }, "not exported by the script"],
])("%s cannot be bound", (_what, inputs, words) => {
  expect(() => validate(inputs)).toThrow(words);
});
