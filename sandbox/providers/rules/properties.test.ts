/** Laws that hold for every resource type, tried on everything that was recorded of the real plugins. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import type { Recording } from "../../oracle/agreement";
import { Unknown, type Value, type Values } from "../contract";
import { loadRules, RECORDED_PACKAGES, type PackageName } from "./index";
import { gcpFacts } from "./gcp";
import { compile, type Node } from "./node";
import { readSchema } from "./schema-file";
import { isObject } from "./values";

interface Sample {
  name: PackageName;
  token: string;
  inputs: Values;
}

const samples: Sample[] = RECORDED_PACKAGES.flatMap((name) => {
  const recording = JSON.parse(fs.readFileSync(path.join(__dirname, "..", "..", "oracle", `${name}.json`), "utf8")) as Recording;
  return Object.entries(recording).flatMap(([token, { base, cases }]) =>
    [...(base ? [base] : []), ...cases.map((each) => each.inputs)].map((inputs) => ({ name, token, inputs })),
  );
});
const accepted = samples.filter(({ name, token, inputs }) => loadRules(name).check(token, inputs).failures.length === 0);

/** Every place in a value, as a list of keys and indexes. */
function placesIn(value: Value, at: (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return [at, ...value.flatMap((each, index) => placesIn(each, [...at, index]))];
  if (isObject(value)) return [at, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...at, key]))];
  return [at];
}

function replaced(value: Value, place: (string | number)[], by: Value): Value {
  const [first, ...rest] = place;
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((each, index) => (index === first ? replaced(each, rest, by) : each));
  return isObject(value) ? { ...value, [first]: replaced(value[first] ?? null, rest, by) } : value;
}

it("check: completed inputs are accepted again and stay as they are", () => {
  for (const { name, token, inputs } of accepted) {
    const once = loadRules(name).check(token, inputs);
    const twice = loadRules(name).check(token, once.inputs);
    expect([token, twice]).toEqual([token, { inputs: once.inputs, failures: [] }]);
  }
});

it("check: leaves its argument alone", () => {
  for (const { name, token, inputs } of samples) {
    const before = JSON.stringify(inputs);
    loadRules(name).check(token, inputs);
    expect(JSON.stringify(inputs)).toBe(before);
  }
});

it("diff: nothing changes between equal inputs, checked or not", () => {
  for (const { name, token, inputs } of samples) {
    const rules = loadRules(name);
    const checked = rules.check(token, inputs).inputs;
    expect([token, rules.diff(token, inputs, structuredClone(inputs))]).toEqual([token, { outcome: "none" }]);
    expect([token, rules.diff(token, checked, structuredClone(checked))]).toEqual([token, { outcome: "none" }]);
    expect([token, rules.diff(token, checked, rules.check(token, checked).inputs)]).toEqual([token, { outcome: "none" }]);
  }
});

it("an unknown in any place never causes a refusal, at check or at plan", () => {
  fc.assert(
    fc.property(fc.constantFrom(...accepted), fc.nat(), ({ name, token, inputs }, seed) => {
      const places = placesIn(inputs).filter((place) => place.length > 0);
      const place = places[seed % places.length];
      if (!place) return;
      const rules = loadRules(name);
      const planned = (values: Values) => rules.planFailures?.(token, values) ?? [];
      const unknown = replaced(inputs, place, Unknown.value) as Values;
      expect(rules.check(token, unknown).failures).toEqual([]);
      if (planned(inputs).length === 0) expect(planned(unknown)).toEqual([]);
      expect(() => rules.diff(token, inputs, unknown)).not.toThrow();
    }),
    { numRuns: 3000 },
  );
});

it("a name that no schema has is refused in every object of every type", () => {
  fc.assert(
    fc.property(fc.constantFrom(...accepted), ({ name, token, inputs }) => {
      const [failure] = loadRules(name).check(token, { ...inputs, zzUnknown: "x" }).failures;
      expect(failure?.property).toBe("zzUnknown");
    }),
    { numRuns: 500 },
  );
});

it("the order of a set's elements is never a change", () => {
  const schema = readSchema("gcp");
  const reversed = (node: Node, value: Value): Value => {
    if (Array.isArray(value)) {
      const each = value.map((item) => (node.element ? reversed(node.element, item) : item));
      return node.isSet ? each.reverse() : each;
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, node.properties.has(key) ? reversed(node.properties.get(key) as Node, item) : item]));
  };
  let turned = 0;
  for (const { token, inputs } of accepted.filter(({ name }) => name === "gcp")) {
    const turnedInputs = reversed(compile(schema, token, gcpFacts[token] ?? {}, []), inputs) as Values;
    if (JSON.stringify(turnedInputs) !== JSON.stringify(inputs)) turned++;
    expect([token, loadRules("gcp").diff(token, inputs, turnedInputs)]).toEqual([token, { outcome: "none" }]);
  }
  expect(turned).toBeGreaterThan(10);
});
