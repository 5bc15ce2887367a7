import fc from "fast-check";
import { boundedName, qualifiedName, usualLimit } from "./naming-bounds";
import { physicalName } from "./naming";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,80}[a-z0-9])?$/);
const most = fc.integer({ min: 10, max: 80 });

test("a name of any base, environment and part keeps any limit, and its form", () => {
  fc.assert(
    fc.property(label, label, label, most, (base, environment, part, limit) => {
      const name = qualifiedName(base, environment, part, limit);
      expect(name.length).toBeLessThanOrEqual(limit);
      expect(name).toMatch(/^[a-z]([a-z0-9-]*[a-z0-9])?$/);
    }),
    { numRuns: 2_000 },
  );
});

test("what fits is left as it is", () => {
  fc.assert(fc.property(label, most, (name, limit) => expect(boundedName(name, limit) === name).toBe(name.length <= limit)));
  expect(physicalName("prod", "api")).toBe("chisan-prod-api");
});

test("two names that are cut at the same place stay two, and each is always the same", () => {
  const long = "a".repeat(usualLimit);
  fc.assert(
    fc.property(label, label, (one, other) => {
      fc.pre(one !== other);
      expect(boundedName(`${long}${one}`)).not.toBe(boundedName(`${long}${other}`));
      expect(boundedName(`${long}${one}`)).toBe(boundedName(`${long}${one}`));
    }),
  );
});
