import fc from "fast-check";
import { gcpRegions, type GcpRegion } from "../../../config/allowed-values";
import { planMove, type RegionsOf } from "./active-regions";

const seoul = "asia-northeast3";
const tokyo = "asia-northeast1";
const osaka = "asia-northeast2";
const prod = (configured?: GcpRegion[]): RegionsOf => ({ stack: "prod", regions: [seoul, tokyo], configured });
const away = (from: GcpRegion) => ({ kind: "away", from }) as const;

test("away from Seoul: Tokyo alone serves, and scales for it", () => {
  expect(planMove(prod(), away(seoul))).toEqual({ before: [seoul], after: [tokyo], configuration: [tokyo], scaled: [tokyo] });
});

test("the same again asks for the same", () => {
  expect(planMove(prod([tokyo]), away(seoul))).toEqual({ before: [tokyo], after: [tokyo], configuration: [tokyo], scaled: [tokyo] });
});

test("back: the key is removed, the backup region scales down", () => {
  const back = { after: [seoul], configuration: undefined, scaled: [tokyo] };
  expect(planMove(prod([tokyo]), { kind: "back" })).toEqual({ before: [tokyo], ...back });
  expect(planMove(prod(), { kind: "back" })).toEqual({ before: [seoul], ...back });
});

test("away from a region without traffic changes nothing, and writes nothing", () => {
  expect(planMove(prod(), away(tokyo))).toEqual({ before: [seoul], after: [seoul], configuration: undefined, scaled: [] });
});

test("of two that serve, the other stays; Seoul's own scaling is never touched", () => {
  expect(planMove(prod([seoul, tokyo]), away(seoul))).toMatchObject({ after: [tokyo], scaled: [tokyo] });
  expect(planMove(prod([seoul, tokyo]), away(tokyo))).toMatchObject({ after: [seoul], configuration: [seoul], scaled: [] });
});

test("a configuration that names the primary alone says no more than none at all", () => {
  expect(planMove(prod([seoul]), away(seoul)).after).toEqual([tokyo]);
});

test("not away from the last one", () => {
  expect(() => planMove(prod([tokyo]), away(tokyo))).toThrow(
    "CHI-D004 Tokyo (asia-northeast1) is the last region of prod with traffic, Seoul (asia-northeast3) is out: npx chisan dr region --stack prod --back",
  );
});

test("not from a region that the stack does not have, nor without a backup region", () => {
  expect(() => planMove(prod(), away(osaka))).toThrow(/^CHI-D003 prod does not run in Osaka \(asia-northeast2\): name one of Seoul/);
  for (const move of [away(seoul), { kind: "back" } as const]) {
    expect(() => planMove({ stack: "staging", regions: [seoul], configured: undefined }, move)).toThrow(/^CHI-D002 staging runs in Seoul/);
  }
});

test("whatever the regions: traffic never goes to the one that is left nor to a stranger, somebody always serves, and repeating changes nothing", () => {
  const some = fc.shuffledSubarray([...gcpRegions], { minLength: 1 });
  const situation = fc.shuffledSubarray([...gcpRegions], { minLength: 2 }).chain((regions) =>
    fc.record({
      regions: fc.constant(regions as [GcpRegion, ...GcpRegion[]]),
      configured: fc.option(fc.shuffledSubarray(regions, { minLength: 1 }), { nil: undefined }),
    }),
  );
  fc.assert(
    fc.property(situation, some, ({ regions, configured }, [from = seoul]) => {
      fc.pre(regions.includes(from));
      const given = { stack: "prod", regions, configured };
      let plan;
      try {
        plan = planMove(given, away(from));
      } catch (error) {
        expect((error as Error).message).toMatch(/^CHI-D004/);
        expect(configured).toEqual([from]);
        return;
      }
      expect(plan.after.length).toBeGreaterThan(0);
      expect(plan.after).not.toContain(from);
      expect(plan.scaled).not.toContain(from);
      expect(plan.scaled).not.toContain(regions[0]);
      expect(plan.after.every((region) => regions.includes(region))).toBe(true);
      expect(planMove({ ...given, configured: plan.configuration }, away(from))).toMatchObject({ after: plan.after, configuration: plan.configuration });
    }),
  );
});
