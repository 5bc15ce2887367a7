import type { Comparison, JudgedDifference } from "../../ops/parity/judged-differences";
import { absent } from "../../config/shape-parity-rule";
import { Exemptions } from "../framework/exemptions";
import { judge } from "../test-support/judge";
import { forget, source, twinsAlike } from "./twins-alike";

const type = "gcp:cloudrunv2/service:Service";
const urn = (stack: string) => `urn:pulumi:${stack}::chisan::${type}::api`;
const difference = (change: Partial<JudgedDifference> = {}): JudgedDifference => ({
  type, resource: "api-‹region›", property: "template.probe", a: "/health", b: "/health/live", urns: { a: urn("staging"), b: urn("prod") }, declared: undefined, ...change,
});
const comparison = (...differences: JudgedDifference[]): Comparison => ({ a: "staging", b: "prod", resources: { a: 1, b: 1 }, differences, unused: [] });
const stackOf = (stack: string) => [{ type: "pulumi:pulumi:Stack", name: `chisan-${stack}`, inputs: {} }, { type, name: "api", inputs: {} }];

let asked: number;
async function judged(stack: string, comparisons: Comparison[] | Error, exemptions?: Exemptions) {
  asked = 0;
  const load = source.comparisons;
  source.comparisons = () => {
    asked += 1;
    return comparisons instanceof Error ? Promise.reject(comparisons) : Promise.resolve(comparisons);
  };
  forget();
  try {
    return await judge(twinsAlike, stackOf(stack), stack, exemptions);
  } finally {
    source.comparisons = load;
    forget();
  }
}

test.each(["staging", "prod"])("what is not declared is told in %s, at its own resource", async (stack) => {
  const { violations } = await judged(stack, [comparison(difference())]);
  expect(violations).toEqual([expect.stringMatching(/^api: api-‹region› template.probe is "\/health" in staging and "\/health\/live" in prod, which nothing declares; allowed: equal values; fix: npx chisan parity/)]);
});

test("equal values that mean different things are told apart, and long ones that begin alike", async () => {
  const dest = "https://api.chisan.app/$1";
  const same = difference({ property: "route.dest", a: dest, b: dest, means: { a: "https://‹prod's API host›/$1", b: "https://‹API host›/$1" } });
  expect((await judged("staging", [comparison(same)])).violations).toEqual([
    expect.stringContaining(`route.dest is "${dest}" in staging and in prod, which means "https://‹prod's API host›/$1" in staging and "https://‹API host›/$1" in prod, and nothing declares it`),
  ]);
  const [long = ""] = (await judged("prod", [comparison(difference({ a: `${"x".repeat(80)}1`, b: `${"x".repeat(80)}2` }))])).violations;
  expect(long).toMatch(/is …x+1" in staging and …x+2" in prod/);
});

test("what one of them lacks is told of the resource where it is, and of the stack where it is not", async () => {
  const missing = comparison(difference({ property: undefined, a: false, b: true, urns: { b: urn("prod") } }));
  expect((await judged("prod", [missing])).violations).toEqual([expect.stringMatching(/^api: api-‹region› is in prod and not in staging/)]);
  expect((await judged("staging", [missing])).violations).toEqual([expect.stringMatching(/^chisan-staging: api-‹region› is in prod and not in staging/)]);
});

test("declared differences pass, and a declaration that explains nothing does not", async () => {
  const declared = { declaredIn: "config/shape-parity.ts", because: "of old" };
  expect(await judged("prod", [comparison(difference({ declared, b: absent }))])).toEqual({ violations: [], undecided: [] });
  const { violations } = await judged("prod", [{ ...comparison(), unused: [{ ...declared, resources: "api-*", property: "x" }] }]);
  expect(violations).toEqual([expect.stringContaining("config/shape-parity.ts declares a difference of api-* x that staging and prod do not have")]);
});

test("other pairs are another stack's, and a stack that is compared with none asks for nothing", async () => {
  expect((await judged("chisan-dr", [comparison(difference())])).violations).toEqual([]);
  expect((await judged("dev", [comparison(difference())])).violations).toEqual([]);
  expect(asked).toBe(0);
});

test("an exemption excuses it, as any other", async () => {
  const exemptions = new Exemptions("pack", [{ policy: "twins-alike", resource: urn("prod"), reason: "r", owner: "Security Lead", expires: "2099-01-01" }], ["twins-alike"]);
  expect(await judged("prod", [comparison(difference())], exemptions)).toEqual({ violations: [], undecided: ["twins-alike api"] });
});

test("programs that cannot be compared fail the run, and prepare remembers", async () => {
  await expect(judged("prod", new Error("CHI-P021 the environments' programs cannot be compared"))).rejects.toThrow(/CHI-P002 policy "twins-alike" failed on stack prod: CHI-P021/);
  const load = source.comparisons;
  source.comparisons = jest.fn(() => Promise.resolve([]));
  forget();
  await Promise.all([twinsAlike.prepare?.("prod"), twinsAlike.prepare?.("prod")]);
  expect(source.comparisons).toHaveBeenCalledTimes(1);
  source.comparisons = load;
  forget();
});
