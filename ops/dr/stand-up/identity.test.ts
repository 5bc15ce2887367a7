import { identityOf } from "./stand-up";

const configured = (value: string | undefined) => ({ configured: () => Promise.resolve(value) });

test.each([
  ["the variable comes before the configuration, in the sandbox too", "of the safe", "configured", "of the safe"],
  ["an empty variable is none", "", "configured", "configured"],
  ["without it the configuration's", undefined, "configured", "configured"],
])("%s", async (_what, variable, value, expected) => {
  expect(await identityOf(configured(value), { BACKUP_IDENTITY: variable })).toBe(expected);
});

test("neither is an error that says what is missing", async () => {
  await expect(identityOf(configured(undefined), {})).rejects.toThrow(/^CHI-A025 .*BACKUP_IDENTITY/);
});
