import { flattened, providerUrn, vendorResources, type Deployment } from "./deployment";
import { flatProgram } from "./flat-program";

const signature = "4dabf18193072939515e22adb298388d";
const urn = (type: string, name: string) => `urn:pulumi:prod::chisan::${type}::${name}`;
const stack = urn("pulumi:pulumi:Stack", "chisan-prod");
const google = urn("pulumi:providers:gcp", "google");
const component = urn("chisan:infrastructure:SecretStore", "secrets");
const secret = urn("chisan:infrastructure:SecretStore$gcp:secretmanager/secret:Secret", "secrets-a");
const version = urn("chisan:infrastructure:SecretStore$gcp:secretmanager/secretVersion:SecretVersion", "secrets-a-v1");

const state = (extra: Deployment["deployment"]["resources"] = []): Deployment => ({
  version: 3,
  deployment: {
    resources: [
      { urn: stack, type: "pulumi:pulumi:Stack", custom: false },
      { urn: google, type: "pulumi:providers:gcp", custom: true, id: "p1", parent: stack, inputs: { __internal: {}, project: "p", version: "9.37.0" } },
      { urn: urn("pulumi:providers:random", "default_4_21_2"), type: "pulumi:providers:random", custom: true, id: "p2", inputs: { version: "4.21.2" } },
      { urn: component, type: "chisan:infrastructure:SecretStore", custom: false, parent: stack },
      { urn: secret, type: "gcp:secretmanager/secret:Secret", custom: true, id: "s1", parent: component, provider: `${google}::p1`, inputs: { secretId: "a" }, protect: true },
      {
        urn: version, type: "gcp:secretmanager/secretVersion:SecretVersion", custom: true, id: "v1", parent: secret, provider: `${google}::p1`,
        dependencies: [secret, component], propertyDependencies: { secret: [secret] },
        inputs: { secret: "s1", secretData: { [signature]: "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify("hidden") } },
      },
      ...extra,
    ],
  },
});

test("the flat program declares each resource and explicit provider, and nothing that the engine makes", () => {
  expect(flatProgram(state()).split("\n").slice(1)).toEqual([
    `const pulumi = require("@pulumi/pulumi");`,
    `const gcp = require("@pulumi/gcp");`,
    `const resource0 = new gcp.Provider("google", { "project": "p" }, {  });`,
    `const resource1 = new gcp.secretmanager.Secret("secrets-a", { "secretId": "a" }, { "provider": resource0, "protect": true });`,
    `const resource2 = new gcp.secretmanager.SecretVersion("secrets-a-v1", { "secret": "s1", "secretData": pulumi.secret("hidden") }, { "dependsOn": [resource1], "provider": resource0 });`,
    ``,
  ]);
});

test("dynamic resources and those of a package's root are declared too", () => {
  const text = flatProgram(state([
    { urn: urn("cloudflare:index/r2Bucket:R2Bucket", "files"), type: "cloudflare:index/r2Bucket:R2Bucket", custom: true, inputs: { name: "f" } },
    { urn: urn("pulumi-nodejs:dynamic/chisan:Addon", "pitr"), type: "pulumi-nodejs:dynamic/chisan:Addon", custom: true, inputs: { __provider: "text" } },
  ]));
  expect(text).toContain(`new cloudflare.R2Bucket("files", { "name": "f" }`);
  expect(text).toContain(`new pulumi.CustomResource("pulumi-nodejs:dynamic/chisan:Addon", "pitr", { "__provider": "text" }`);
  expect(text).not.toContain(`require("@pulumi/pulumi-nodejs")`);
});

test("what cannot be declared is refused instead of left out", () => {
  const read = { urn: urn("a:index:B", "b"), type: "a:index:B", custom: true, external: true };
  expect(() => flatProgram(state([read]))).toThrow("CHI-B002");
  const unknown = { urn: urn("a:index:B", "b"), type: "a:index:B", custom: true, inputs: { x: { [signature]: "5cf8f73096256a8f31e491e813e4eb8e" } } };
  expect(() => flatProgram(state([unknown]))).toThrow("CHI-B002");
});

test("the flattened state has no component, every resource under the stack, and references that hold", () => {
  const flat = flattened(state());
  const { resources } = flat.deployment;
  const flatSecret = urn("gcp:secretmanager/secret:Secret", "secrets-a");
  expect(resources.map((resource) => resource.urn)).toEqual([
    stack, google, urn("pulumi:providers:random", "default_4_21_2"), flatSecret, urn("gcp:secretmanager/secretVersion:SecretVersion", "secrets-a-v1"),
  ]);
  expect(resources.at(-1)).toMatchObject({ parent: stack, provider: `${google}::p1`, dependencies: [flatSecret], propertyDependencies: { secret: [flatSecret] } });
  expect(vendorResources(flat)).toHaveLength(vendorResources(state()).length);
  const urns = new Set(resources.map((resource) => resource.urn));
  for (const { provider } of resources) if (provider !== undefined) expect(urns).toContain(providerUrn(provider));
});
