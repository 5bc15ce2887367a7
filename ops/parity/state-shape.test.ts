import { canonicaliser } from "./canonical";
import { specifications } from "../../stacks/specifications";
import { stateShape, type ExportedResource } from "./state-shape";

const canary = "canary-GOCSPX-0123456789";
const secret = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) });
const urn = (name: string, type = "t:i:T") => `urn:pulumi:prod::chisan::${type}::${name}`;
const exported = (name: string, of: Partial<ExportedResource> = {}): ExportedResource => ({ urn: urn(name), type: "t:i:T", inputs: {}, outputs: {}, ...of });
const identity = [{ means: "environment", text: "prod", inNames: true }];
const shapeOf = (...resources: ExportedResource[]) => stateShape("prod", specifications.prod, identity, resources, (text) => `hash of ${text.length}`);

test("inputs and options as they are; without the bridge's notes, the stack and what is to be deleted", () => {
  const stack = exported("chisan-prod", { type: "pulumi:pulumi:Stack", urn: urn("chisan-prod", "pulumi:pulumi:Stack") });
  const one = exported("a-prod", { inputs: { __defaults: [], size: 1, nested: { __defaults: [], b: [2] } }, protect: true, parent: stack.urn, dependencies: [urn("b")], propertyDependencies: { size: [urn("b")], other: null } });
  const shape = shapeOf(stack, one, exported("old", { delete: true }), exported("default", { type: "pulumi:providers:pulumi-nodejs", inputs: { "chisan:zone": "x" } }));
  expect(shape.resources).toEqual([
    { type: "t:i:T", name: "a-prod", urn: one.urn, inputs: { size: 1, nested: { b: [2] } }, options: { protect: true, retainOnDelete: false }, dependencies: [urn("b")], origins: { size: [urn("b")], other: [] } },
  ]);
});

test("a secret leaves a mark and nothing else; settings in one text are compared each for itself", () => {
  const shape = shapeOf(
    exported("a", {
      inputs: { token: secret(canary), list: [secret(canary)], headers: secret({ Authorization: canary }), settings: secret(JSON.stringify({ key: canary, jwt_exp: 3600 })), broken: secret(`{"${canary}`), sealed: { ...secret(""), plaintext: undefined } },
      outputs: { token: secret(canary), value: secret(canary) },
    }),
    exported("b", { dependencies: [urn("a")] }),
  );
  expect(JSON.stringify(shape)).not.toContain("canary");
  expect(shape.resources[0]?.inputs).toEqual({
    token: "[secret]",
    list: ["[secret]"],
    headers: { Authorization: "[secret]" },
    settings: { key: `[secret hash of ${canary.length + 2}]`, jwt_exp: "[secret hash of 4]" },
    broken: "[secret]",
    sealed: "[secret]",
  });
});

test("what is hashed is without the environment's own names", () => {
  const hashed: string[] = [];
  stateShape("prod", specifications.prod, identity, [exported("a", { inputs: { settings: secret('{"site":"https://prod.example"}') } })], (text) => String(hashed.push(text)));
  expect(hashed).toEqual(['"https://‹environment›.example"']);
});

test.each<[string, Partial<ExportedResource>, string, string]>([
  ["an id", { id: "cfvmjyhgjauilkxwboyt" }, "https://cfvmjyhgjauilkxwboyt.supabase.co", "https://‹a-‹environment› T.id›.supabase.co"],
  ["an address", { outputs: { address: "34.64.0.1" } }, "34.64.0.1/32", "‹a-‹environment› T.address›/32"],
  ["a host with the root's dot", { outputs: { records: [{ data: "x1.example.goog." }] } }, "x1.example.goog", "‹a-‹environment› T.records.0.data›"],
  ["a word that is no identifier", { outputs: { state: "RUNNING" } }, "RUNNING", "RUNNING"],
  ["an output that was an input", { inputs: { size: "1234567" }, outputs: { size: "1234567" } }, "1234567", "1234567"],
])("%s is the environment's own", (_, of, text, canonical) => {
  const shape = shapeOf(exported("a-prod", of), exported("b", { dependencies: [urn("a-prod")] }));
  expect(canonicaliser(shape.identity).text(text)).toBe(canonical);
});

test("numbers count, short random ones too; what nothing refers to does not", () => {
  const type = "random:index/randomId:RandomId";
  const random = { ...exported("r", { outputs: { hex: "50a1" } }), type, urn: urn("r", type) };
  const shape = shapeOf(random, exported("a", { id: "589890" }), exported("c", { id: "777777" }), exported("b", { dependencies: [urn("a"), random.urn] }));
  const { text, value } = canonicaliser(shape.identity);
  expect([text("deploy-50a1"), value(589890), value(777777)]).toEqual(["deploy-‹r RandomId.hex›", "‹a T.id›", 777777]);
});
