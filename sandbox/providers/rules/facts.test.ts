import { compile } from "./node";
import { loadRules, PACKAGE_NAMES } from "./index";
import { readReplacements, readSchema, type Schema } from "./schema-file";
import { words } from "./facts";

describe.each(PACKAGE_NAMES)("the tables of %s", (name) => {
  it("compile for every resource type of the schema, and name only properties that it has", () => {
    const rules = loadRules(name);
    for (const token of Object.keys(readSchema(name).resources)) expect(() => rules.check(token, {})).not.toThrow();
  });
});

it("replacements.json names only properties that exist", () => {
  for (const [token, { replace, fail }] of Object.entries(readReplacements())) {
    if (!token.includes(":")) continue;
    const resource = readSchema(token.split(":")[0] ?? "").resources[token];
    for (const property of [...replace, ...fail]) expect([token, property, resource?.inputProperties?.[property.split(".")[0] ?? ""]]).not.toContain(undefined);
  }
});

describe("compile", () => {
  const schema: Schema = {
    name: "p",
    resources: { "p:index:R": { inputProperties: { a: { type: "string" }, loop: { $ref: "#/types/p:index:T" } }, requiredInputs: ["a"] } },
    types: { "p:index:T": { properties: { again: { $ref: "#/types/p:index:T" } } } },
  };

  it("refuses a fact about a property that does not exist", () => {
    expect(() => compile(schema, "p:index:R", { computed: ["b"] }, [])).toThrow("properties that its schema lacks: b");
    expect(() => compile(schema, "p:index:R", { groups: [{ kind: "atLeastOne", at: "x", paths: ["y"] }] }, [])).toThrow("lacks: x");
  });

  it("ends at a type that holds itself", () => {
    expect(compile(schema, "p:index:R", {}, []).properties.get("loop")?.properties.get("again")?.kind).toBe("any");
  });
});

it("words splits on any white space", () => expect(words("\n a  b\n c ")).toEqual(["a", "b", "c"]));
