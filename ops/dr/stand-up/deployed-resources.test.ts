import { plainResources, textsIn } from "./deployed-resources";

const secret = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) });
const resource = (more: object) => ({ urn: "urn:pulumi:chisan-dr::chisan::a:b/c:C::name", type: "a:b/c:C", custom: true, id: "1", ...more });

test("secrets are in plain, also inside others; components and what is to be deleted are left out", () => {
  const found = plainResources({
    deployment: {
      resources: [
        resource({ inputs: { one: secret("text"), many: [{ two: secret({ inner: [secret("deep")] }) }] }, outputs: { kept: 5 } }),
        resource({ custom: false }),
        resource({ delete: true }),
        resource({ type: "pulumi:providers:gcp" }),
      ],
    },
  });
  expect(found).toEqual([{ type: "a:b/c:C", name: "name", id: "1", inputs: { one: "text", many: [{ two: { inner: ["deep"] } }] }, outputs: { kept: 5 } }]);
  expect(textsIn(found[0]?.inputs)).toEqual(["text", "deep"]);
});

test("a stack that nothing was ever made of", () => {
  expect(plainResources({ deployment: { manifest: {} } })).toEqual([]);
  expect(plainResources({ version: 3 })).toEqual([]);
});

test("a secret that came encrypted is no text to compare with", () => {
  const encrypted = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
  expect(() => plainResources({ deployment: { resources: [resource({ inputs: { encrypted } })] } })).toThrow("CHI-H054");
});
