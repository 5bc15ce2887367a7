import { sharedSecrets } from "../../policies/data-protection/shared-secrets";
import { resourcesInClear } from "./resources-in-clear";
import type { ExportedResource } from "./state-shape";

const secret = (value: string) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) });
const urn = (stack: string, type: string, name: string) => `urn:pulumi:${stack}::chisan::${type}::${name}`;
const types = { secret: "gcp:secretmanager/secret:Secret", version: "gcp:secretmanager/secretVersion:SecretVersion" };

function state(stack: string, value: string): ExportedResource[] {
  const of = urn(stack, types.secret, "jwt");
  return [
    { urn: of, type: types.secret, inputs: { secretId: `chisan-${stack}-jwt-secret` } },
    { urn: urn(stack, types.version, "jwt-v1"), type: types.version, inputs: { secretData: secret(value), nested: [{ deep: secret("d") }] }, dependencies: [of], protect: true },
    { urn: urn(stack, types.version, "old"), type: types.version, inputs: { secretData: secret("left over") }, delete: true },
  ];
}

test("secrets are in clear, what is to be deleted is left out, and dependencies lead to the resources", () => {
  const [jwt, version, ...more] = resourcesInClear(state("prod", "canary"));
  expect(more).toEqual([]);
  expect(version).toMatchObject({ name: "jwt-v1", protect: true, props: { secretData: "canary", nested: [{ deep: "d" }] } });
  expect(version?.dependencies).toEqual([jwt]);
});

test("two states with one value are told by the names alone", () => {
  const shared = sharedSecrets(resourcesInClear(state("staging", "canary")), resourcesInClear(state("prod", "canary")));
  expect(shared).toEqual([{ first: "JWT_SECRET", second: "JWT_SECRET" }]);
  expect(sharedSecrets(resourcesInClear(state("staging", "one")), resourcesInClear(state("prod", "two")))).toEqual([]);
});
