import { isProtectionLifted, withProtectionLifted } from "./lifted-protection";

test("protection is lifted for one stack, with the ticket, while the work runs", async () => {
  let kept: Record<string, string> = {};
  await withProtectionLifted("staging", async (variables) => {
    kept = variables;
    expect(isProtectionLifted("staging", variables)).toBe(true);
    expect(isProtectionLifted("prod", variables)).toBe(false);
    expect(isProtectionLifted("staging", {})).toBe(false);
    expect(isProtectionLifted("staging", { CHISAN_LIFT_PROTECTION: "staging" })).toBe(false);
  });
  expect(isProtectionLifted("staging", kept)).toBe(false);
});

test("a failure puts it back", async () => {
  let kept: Record<string, string> = {};
  const work = withProtectionLifted("staging", async (variables) => {
    kept = variables;
    throw new Error("the update failed");
  });
  await expect(work).rejects.toThrow("the update failed");
  expect(isProtectionLifted("staging", kept)).toBe(false);
});
