import fc from "fast-check";
import { type TrafficTarget, trafficInputs, trafficTargets } from "./api-service-traffic";

const service = "chisan-prod-api";
const byRevision = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

test("nothing configured: all to the latest revision", () => {
  expect(trafficInputs(service, trafficTargets(undefined))).toEqual([{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }]);
});

test("stable and canary: exactly the configured revisions, and none by latest", () => {
  const split = { stable: { revision: `${service}-aaa`, percent: 95 }, canary: { revision: `${service}-bbb`, percent: 5 } };
  expect(trafficInputs(service, trafficTargets(split))).toEqual([
    { type: byRevision, revision: `${service}-aaa`, percent: 95, tag: "stable" },
    { type: byRevision, revision: `${service}-bbb`, percent: 5, tag: "canary" },
  ]);
});

test("a target without a tag has no tag", () => {
  expect(trafficInputs(service, [{ revision: `${service}-aaa`, percent: 100 }])).toEqual([
    { type: byRevision, revision: `${service}-aaa`, percent: 100 },
  ]);
});

test("each step of a rollout is accepted, from 0 to 100 percent", () => {
  for (const percent of [0, 5, 25, 50, 100]) {
    const split = { stable: { revision: `${service}-aaa`, percent: 100 - percent }, canary: { revision: `${service}-bbb`, percent } };
    expect(trafficInputs(service, trafficTargets(split)).map((target) => target.percent)).toEqual([100 - percent, percent]);
  }
});

test.each<[string, TrafficTarget[]]>([
  ["CHI-C310", [{ revision: "chisan-staging-api-aaa", percent: 100 }]],
  ["CHI-C310", [{ revision: `${service}2-aaa`, percent: 100 }]],
  ["CHI-C310", [{ revision: `${service}-`, percent: 100 }]],
  [
    "CHI-C311",
    [
      { revision: `${service}-a`, percent: 33.3 },
      { revision: `${service}-b`, percent: 66.7 },
    ],
  ],
  [
    "CHI-C311",
    [
      { revision: `${service}-a`, percent: -5 },
      { revision: `${service}-b`, percent: 105 },
    ],
  ],
  [
    "CHI-C312",
    [
      { revision: `${service}-a`, percent: 100 },
      { revision: `${service}-b`, percent: 0 },
    ],
  ],
  ["CHI-C313", [{ revision: `${service}-a`, percent: 100, tag: "Canary" }]],
  ["CHI-C313", [{ revision: `${service}-a`, percent: 100, tag: "c".repeat(32) }]],
  [
    "CHI-C314",
    [
      { revision: `${service}-a`, percent: 90 },
      { revision: `${service}-b`, percent: 5 },
    ],
  ],
  [
    "CHI-C314",
    [
      { revision: `${service}-a`, percent: 95 },
      { revision: `${service}-a`, percent: 5 },
    ],
  ],
  [
    "CHI-C314",
    [
      { revision: `${service}-a`, percent: 95, tag: "x" },
      { revision: `${service}-b`, percent: 5, tag: "x" },
    ],
  ],
])("%s is thrown for %j", (code, targets) => {
  expect(() => trafficInputs(service, targets)).toThrow(new RegExp(`^${code} `));
});

test("a split of whole percents is accepted if and only if it sums to 100", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 }), (percents) => {
      const targets = percents.map((percent, index) => ({ revision: `${service}-${index}`, percent }));
      const sum = percents.reduce((total, percent) => total + percent, 0);
      if (sum === 100) expect(trafficInputs(service, targets)).toHaveLength(percents.length);
      else expect(() => trafficInputs(service, targets)).toThrow(`= ${sum}: they must sum to 100`);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), (percent) => {
      const targets = [
        { revision: `${service}-a`, percent },
        { revision: `${service}-b`, percent: 100 - percent },
      ];
      expect(trafficInputs(service, targets)).toHaveLength(2);
    }),
  );
});
