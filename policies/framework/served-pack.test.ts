import { AnalyzeRequest, AnalyzeResponse, AnalyzerResource, AnalyzerResourceOptions, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknown } from "../test-support/judge";
import { packArguments } from "./pack";
import { resourcePolicy, stackPolicy, type Policy } from "./policy";
import { ServedPack, type servedPack } from "./served-pack";

const facts = { severity: "low", section: "1", why: "w", remediation: "r" } as const;
const noRed = resourcePolicy({
  ...facts, id: "no-red", title: "Nothing is red", types: "all",
  check: ({ props }, report) => void (props["color"] === "red" && report("it is red")),
});
const noHidden = resourcePolicy({
  ...facts, id: "no-hidden", title: "Nothing is hidden", types: (type) => type.endsWith(":Box"), onlyWith: ["hidden"],
  check: ({ props }, report) => void ("hidden" in props && report("it is hidden")),
});
const choking = resourcePolicy({
  ...facts, id: "choking", title: "Chokes", types: "all",
  check: ({ props }) => void (props["color"] === "plaid" && JSON.parse("canary-0d52")),
});
const never = stackPolicy({ ...facts, id: "never", title: "Never right", check: (_, report) => report("always wrong") });

type Inputs = Record<string, string>;
const urnOf = (at: number) => `urn:pulumi:prod::chisan::a:b:Box::box-${at}`;

/** What the engine is told: of each resource, and of the stack with the first `inStack` of them. */
async function told(policies: readonly Policy[], resources: readonly Inputs[], inStack = 0): Promise<string[]> {
  const pack = new ServedPack("test", packArguments(policies));
  const all = new AnalyzeStackRequest();
  all.setResourcesList(resources.slice(0, inStack).map((inputs, at) => described(new AnalyzerResource(), at, inputs)));
  const lines: string[] = [];
  for (const [at, inputs] of resources.entries()) lines.push(...linesOf(await pack.analyze(question(at, inputs)), urnOf(at)));
  return [...lines, ...linesOf(await pack.analyzeStack(Buffer.from(all.serializeBinary())), "stack")];
}

function question(at: number, inputs: Inputs): Buffer {
  return Buffer.from(described(new AnalyzeRequest(), at, inputs).serializeBinary());
}

function described<Message extends AnalyzeRequest | AnalyzerResource>(message: Message, at: number, inputs: Inputs): Message {
  message.setType("a:b:Box");
  message.setUrn(urnOf(at));
  message.setName(`box-${at}`);
  message.setProperties(Struct.fromJavaScript(inputs));
  message.setOptions(new AnalyzerResourceOptions());
  return message;
}

function linesOf(bytes: Uint8Array, asked: string): string[] {
  return AnalyzeResponse.deserializeBinary(bytes)
    .getDiagnosticsList()
    .map((found) => [found.getUrn() || asked, found.getPolicyname(), found.getEnforcementlevel(), found.getMessage()].join(" "));
}

const box = fc.record({ color: fc.constantFrom("red", "blue"), hidden: fc.constantFrom("yes", unknown), note: fc.constantFrom("hidden", "x") }, { requiredKeys: [] }) as fc.Arbitrary<Inputs>;

test("a policy that is only for resources with a property is asked of all that have it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(box, { maxLength: 6 }), async (resources) => {
      const hidden = resources.flatMap((inputs, at) => ("hidden" in inputs ? [`${urnOf(at)} no-hidden 1`] : []));
      expect((await told([noHidden], resources)).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual(hidden);
    }),
  );
});

test("of a red box, a hidden one and one that is not known yet", async () => {
  expect(await told([noRed, noHidden], [{ color: "red" }, { hidden: "yes" }, { color: unknown }])).toEqual([
    expect.stringMatching(/box-0 no-red 1 it is red/),
    expect.stringMatching(/box-1 no-hidden 1 it is hidden/),
    expect.stringMatching(/box-2 no-red 0 .*not decided/),
  ]);
});

test("a policy that throws refuses the run with its name, the resource, and nothing of what it read", async () => {
  const asking = told([choking], [{ color: "blue" }, { color: "plaid" }]);
  await expect(asking).rejects.toThrow(/^CHI-P002 policy "choking" failed on urn:pulumi:prod::chisan::a:b:Box::box-1/);
  await expect(asking).rejects.not.toThrow(/canary-0d52/);
});

test("a question that is cut off in its type is refused", () => {
  const pack = new ServedPack("test", packArguments([noHidden]));
  expect(() => pack.analyze(question(0, {}).subarray(0, 5))).toThrow();
  expect(pack.analyze(question(0, {}))).toHaveLength(0);
});

test("the stack is judged with its resources, and by nobody when it has none", async () => {
  expect(await told([never], [{ color: "blue" }], 1)).toEqual([expect.stringMatching(/^stack never 1 always wrong/)]);
  expect(await told([never], [{ color: "blue" }])).toEqual([]);
});

test("one pack is served, and no program that makes two: the first would be asked of nothing", () => {
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { ServedPack: Fresh, servedPack: served } = require("./served-pack") as { ServedPack: typeof ServedPack; servedPack: typeof servedPack };
    expect(() => served()).toThrow("makes 0 PolicyPacks; allowed: 1");
    const pack = new Fresh("test", packArguments([noRed]));
    expect(served()).toBe(pack);
    new Fresh("second", packArguments([noRed]));
    expect(() => served()).toThrow("makes 2 PolicyPacks; allowed: 1");
  });
});
