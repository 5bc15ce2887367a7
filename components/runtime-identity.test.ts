import fc from "fast-check";
import { type EnvironmentSlug, environmentSlug, stackNames } from "../config/naming";
import { RuntimeIdentity, runtimeIdentityInputs } from "./runtime-identity";
import { only, promiseOf, recordResources } from "./test-support/mocks";

const args = { slug: "prod", project: "chisan-prod", workload: "api" } as const;
const slugs: EnvironmentSlug[] = stackNames.map(environmentSlug);

test("one account, nothing else: no key, no role", async () => {
  let identity: RuntimeIdentity | undefined;
  const resources = await recordResources(() => (identity = new RuntimeIdentity("prod-api-identity", args)));
  expect(resources.map(({ type }) => type)).toEqual(["chisan:infrastructure:RuntimeIdentity", "gcp:serviceaccount/account:Account"]);
  const account = only(resources, "gcp:serviceaccount/account:Account");
  expect(account).toMatchObject({ name: "prod-api-identity-account", parent: "prod-api-identity" });
  expect(account.inputs).toEqual({
    project: "chisan-prod",
    accountId: "chisan-prod-api",
    displayName: "api (prod)",
    description: "Identity of the running api. Managed by Pulumi; has no keys and no project-wide role.",
  });
  expect(await promiseOf((identity as RuntimeIdentity).member)).toBe("serviceAccount:chisan-prod-api@chisan-prod.iam.gserviceaccount.com");
});

test("an account id is what Google accepts, or refused by name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...slugs), fc.stringMatching(/^[a-z0-9A-]{0,24}$/), (slug, workload) => {
      const whole = `chisan-${slug}-${workload}`;
      const accepted = whole.length >= 6 && whole.length <= 30 && /^[a-z][a-z0-9-]*[a-z0-9]$/.test(whole);
      const build = () => runtimeIdentityInputs({ slug, project: "p", workload }).accountId;
      if (accepted) expect(build()).toBe(whole);
      else expect(build).toThrow(/^CHI-C401 .*shorten/);
    }),
  );
});

test.each([
  ["prod", 18, true],
  ["prod", 19, false],
  ["staging", 15, true],
  ["staging", 16, false],
] as const)("in %s a workload of %i letters: accepted %s", (slug, letters, accepted) => {
  const build = () => runtimeIdentityInputs({ slug, project: "p", workload: "w".repeat(letters) });
  if (accepted) expect(build().accountId).toHaveLength(30);
  else expect(build).toThrow("(31 characters)");
});

test.each(slugs)("the API's account id fits in %s", (slug) => {
  expect(String(runtimeIdentityInputs({ slug, project: "p", workload: "api" }).accountId).length).toBeLessThanOrEqual(30);
});
