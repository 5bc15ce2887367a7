import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { absent } from "../../config/shape-parity-rule";
import type { Comparison, JudgedDifference } from "./judged-differences";
import { comparisonsJson, comparisonText, verdict } from "./report";

const trait = { declaredIn: "minimumInstances of stacks/staging.ts", because: "idle at night" };
const difference = (of: Partial<JudgedDifference>): JudgedDifference => ({ type: "t:i:T", resource: "api", property: "min", a: 0, b: 1, urns: {}, declared: trait, ...of });
const comparison = (differences: JudgedDifference[], unused: Comparison["unused"] = []): Comparison => ({ a: "staging", b: "prod", resources: { a: 1, b: 20 }, differences, unused });

const everything = comparison(
  [
    difference({}),
    difference({ resource: "api-2" }),
    difference({ resource: "zone", property: undefined, a: false, b: true, declared: { declaredIn: "config/shape-parity.ts", because: "one zone" } }),
    difference({ property: "probe", a: "/x", b: absent, declared: undefined }),
    difference({ property: "max", a: 3, b: 10, declared: undefined, almost: { declaredIn: "maximumInstances of stacks/staging.ts", a: 2, b: 10 } }),
  ],
  [{ ...trait, resources: "web-*", property: "min" }],
);

test("the table: what is undeclared first, then what is alike together, and what to do", () => {
  expect(comparisonText(everything, { all: false })).toBe(
    [
      "staging (1 resource) and prod (20): 5 differences, 2 undeclared",
      "resource        property    staging  prod   reason",
      "──────────────  ──────────  ───────  ─────  ─────────────",
      "api             probe       /x       —      UNDECLARED",
      "api             max         3        10     UNDECLARED",
      "api and 1 more  min         0        1      idle at night",
      "zone            (resource)  —        there  one zone",
      "api max: maximumInstances of stacks/staging.ts declares 2 and 10 there",
      "CHI-Y006 unused: minimumInstances of stacks/staging.ts declares a difference of web-* min that staging and prod do not have: remove it from config/shape-parity-traits.ts",
    ].join("\n"),
  );
});

const sameWords = difference({
  resource: "web-route", property: "route.dest", a: "https://api.chisan.app/$1", b: "https://api.chisan.app/$1", declared: undefined,
  means: { a: "https://‹prod's API host›/$1", b: "https://‹API host›/$1" },
});

test("equal values that mean different things are told apart, and long ones that begin alike", () => {
  const text = comparisonText(comparison([sameWords, difference({ a: `${"x".repeat(60)}1`, b: `${"x".repeat(60)}2` })]), { all: false });
  expect(text).toMatch(/web-route +route.dest +https:\/\/‹prod's API host›\/\$1 +https:\/\/‹API host›\/\$1 +UNDECLARED/);
  expect(text).toContain("web-route route.dest: both say https://api.chisan.app/$1, which means another thing in each");
  expect(text).toMatch(/api +min +…x+1 +…x+2 +idle at night/);
  expect(comparisonText(comparison([difference({ a: 1, b: "1" })]), { all: true })).toMatch(/api +min +1 +"1" +idle at night/);
});

test("--all: a line for each, with whole values", () => {
  const long = "x".repeat(100);
  const text = comparisonText(comparison([difference({ a: long }), difference({ resource: "api-2", a: long })]), { all: true });
  expect(text.split("\n").slice(3)).toEqual([`api       min       ${long}  1     idle at night`, `api-2     min       ${long}  1     idle at night`]);
  expect(comparisonText(comparison([difference({ a: long })]), { all: false })).toContain(`${"x".repeat(39)}…`);
});

test("without differences, a line", () => {
  expect(comparisonText(comparison([]), { all: false })).toBe("staging (1 resource) and prod (20): 0 differences, 0 undeclared");
});

test("the verdict names what is wrong and how to mend it; there is none where all is declared", () => {
  expect(verdict([comparison([difference({})])])).toBeUndefined();
  expect(verdict([comparison([]), everything])).toBe(
    "CHI-Y001 2 undeclared differences and 1 unused declaration between staging and prod: make them equal, or declare each difference with its reason " +
      "(a trait in stacks/*.ts with its rule in config/shape-parity-traits.ts, or config/shape-parity.ts)",
  );
  expect(verdict([comparison([], everything.unused)])).toContain("CHI-Y001 1 unused declaration between staging and prod");
});

describe("--json", () => {
  const schema = JSON.parse(readFileSync(join(__dirname, "parity-report.schema.json"), "utf8")) as object;
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
  const written = (comparisons: Comparison[]) => JSON.parse(JSON.stringify(comparisonsJson(comparisons, "declared"))) as Record<string, unknown>;

  test("keeps its schema, and says every difference", () => {
    const json = written([everything, comparison([])]);
    expect(validate(json)).toBe(true);
    expect(json).toMatchObject({ version: 1, source: "declared", clean: false });
    const [first, second] = json["comparisons"] as Record<string, unknown>[];
    expect(second).toEqual({ a: "staging", b: "prod", clean: true, resources: { a: 1, b: 20 }, differences: [], unused: [] });
    const [{ differences: [same] }] = (written([comparison([sameWords])]) as { comparisons: [{ differences: [object] }] }).comparisons;
    expect(same).toMatchObject({ a: sameWords.a, b: sameWords.b, means: sameWords.means });
    expect(validate(written([comparison([sameWords])]))).toBe(true);
    expect(first?.["differences"]).toHaveLength(5);
    expect((first?.["differences"] as object[])[3]).toEqual({ type: "t:i:T", resource: "api", property: "probe", a: "/x", declaredIn: null, reason: null });
    expect((first?.["differences"] as object[])[2]).toEqual({ type: "t:i:T", resource: "zone", property: null, a: false, b: true, declaredIn: "config/shape-parity.ts", reason: "one zone" });
  });

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ["a member more", (json) => void (json["more"] = 1)],
    ["a member less", (json) => void delete json["clean"]],
    ["another version", (json) => void (json["version"] = 2)],
  ])("the schema refuses %s", (_, change) => {
    const json = written([everything]);
    change(json);
    expect(validate(json)).toBe(false);
  });
});

test("a secret that both have is told by its names, in the text, the JSON and the verdict", () => {
  const shared: Comparison = { ...comparison([difference({})]), sharedSecrets: [{ a: "JWT_SECRET", b: "ENCRYPTION_KEY" }] };
  expect(comparisonText(shared, { all: false })).toContain("CHI-P020 JWT_SECRET of staging has the value of ENCRYPTION_KEY of prod: ");
  expect(comparisonsJson([shared], "deployed")).toMatchObject({ clean: false, comparisons: [{ clean: false, sharedSecrets: [{ a: "JWT_SECRET", b: "ENCRYPTION_KEY" }] }] });
  expect(verdict([shared])).toBe("CHI-Y001 1 shared secret between staging and prod; give each environment secrets of its own");
  expect(verdict([{ ...shared, sharedSecrets: [] }])).toBeUndefined();
});
