import { judge } from "../test-support/judge";
import { noWayRoundProtection } from "./no-way-round-protection";

test("another type passes", async () => {
  expect(await judge(noWayRoundProtection, [{ type: "gcp:compute/targetHttpsProxy:TargetHttpsProxy", name: "proxy", inputs: {} }])).toEqual(
    { violations: [], undecided: [] },
  );
});

test.each([...(noWayRoundProtection.types as string[])])("%s is refused", async (type) => {
  expect((await judge(noWayRoundProtection, [{ type, name: "way", inputs: {} }])).violations).toEqual([
    expect.stringContaining(`way: ${type} opens `),
  ]);
});
