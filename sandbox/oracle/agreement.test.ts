import * as fs from "node:fs";
import * as path from "node:path";
import type { DiffResult, PackageRules } from "../providers/contract";
import { loadRules, RECORDED_PACKAGES } from "../providers/rules";
import { compare, percent, reaches, type OracleCase, type Recording } from "./agreement";

const read = (name: string) => JSON.parse(fs.readFileSync(path.join(__dirname, `${name}.json`), "utf8")) as Recording;

describe.each(RECORDED_PACKAGES)("%s", (name) => {
  const agreement = compare(name, loadRules(name), read(name));

  it("agrees with the real plugin in at least 97 % on refused/accepted", () => expect(percent(agreement.accepted)).toBeGreaterThanOrEqual(97));
  it("agrees in at least 97 % on replace/update/none", () => expect(percent(agreement.update)).toBeGreaterThanOrEqual(97));
  it("differs on purpose only about unknown properties", () => {
    for (const { change } of agreement.deliberate) expect(change).toMatch(/^unknown(Inside| property)/);
  });
  it("asks every case", () => {
    expect(agreement.accepted.asked + agreement.deliberate.length).toBe(agreement.cases);
    expect(agreement.cases).toBe(Object.values(read(name)).reduce((sum, { cases }) => sum + cases.length, 0));
  });
});

it("has all 1,414 recorded answers", () => {
  const total = RECORDED_PACKAGES.reduce((sum, name) => sum + Object.values(read(name)).reduce((cases, each) => cases + each.cases.length, 0), 0);
  expect(total).toBe(1414);
});

describe("compare", () => {
  const rules = (failures: { property: string; reason: string }[], outcome: DiffResult["outcome"] = "none"): PackageRules => ({
    check: (_, inputs) => ({ inputs, failures }),
    diff: () => (outcome === "none" ? { outcome } : outcome === "refused" ? { outcome, reason: "fixed", changes: [] } : { outcome, changes: [] }),
  });
  const ask = (answer: PackageRules, recorded: Partial<OracleCase>) =>
    compare("p", answer, { "p:i:T": { base: {}, cases: [{ change: "other a", inputs: {}, outcome: "accepted", ...recorded }] } });

  it("counts agreement and disagreement on acceptance", () => {
    expect(ask(rules([]), {}).accepted).toEqual({ asked: 1, agreed: 1 });
    expect(ask(rules([{ property: "a", reason: "no" }]), {}).accepted).toEqual({ asked: 1, agreed: 0 });
    expect(ask(rules([]), { outcome: "refused" }).disagreements).toHaveLength(1);
  });

  it("lists a refused unknown property apart, and still asks what the update does", () => {
    const result = ask(rules([{ property: "a.zzz", reason: "unknown property …" }], "update"), { inputs: { a: { zzz: 1 } }, on_update: "update" });
    expect(result.accepted.asked).toBe(0);
    expect(result.deliberate).toHaveLength(1);
    expect(result.update).toEqual({ asked: 1, agreed: 1 });
  });

  it("does not excuse another refusal that comes along with an unknown property", () => {
    const failures = [{ property: "z", reason: "unknown property …" }, { property: "a", reason: "missing" }];
    expect(ask(rules(failures), {}).accepted).toEqual({ asked: 1, agreed: 0 });
  });

  it("accepts blame on the property or what holds it, not on its neighbour", () => {
    const about = (property: string, recorded: string) => ask(rules([{ property, reason: "no" }]), { outcome: "refused", about: recorded }).about.agreed;
    expect([about("a[0].b", "a[0].b"), about("a[0].b", "a"), about("a.b", "a.c"), about("ab", "a")]).toEqual([1, 1, 0, 0]);
  });

  it("takes an update that is refused when applied for a planned update", () => {
    expect(ask(rules([], "refused"), { on_update: "update" }).update.agreed).toBe(1);
    expect(ask(rules([], "replace"), { on_update: "update" }).disagreements[0]).toMatchObject({ question: "update", expected: "update", got: "replace" });
  });

  it("reaches a share only with both", () => {
    const good = ask(rules([]), { on_update: "none" });
    expect(reaches(good, 97)).toBe(true);
    expect(reaches({ ...good, update: { asked: 100, agreed: 96 } }, 97)).toBe(false);
    expect(reaches({ ...good, accepted: { asked: 100, agreed: 96 } }, 97)).toBe(false);
  });
});
