import { AnalyzeRequest, AnalyzerResource, AnalyzerResourceOptions, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import fc from "fast-check";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { readResource, readStack, type LeanResource } from "./lean-messages";

/** Any JSON but for the one name that is no property in JavaScript: the generated code loses it. */
const properties = fc.dictionary(fc.string().filter((key) => key !== "__proto__"), fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"))) as fc.Arbitrary<Record<string, JavaScriptValue>>;
const texts = fc.record({ type: fc.string(), urn: fc.string(), name: fc.string(), parent: fc.string(), dependencies: fc.array(fc.string(), { maxLength: 3 }) });
const options = fc.record({
  protect: fc.boolean(), deleteFirst: fc.boolean(), isDefined: fc.boolean(), parent: fc.string(),
  ignored: fc.array(fc.string(), { maxLength: 3 }), secret: fc.array(fc.string(), { maxLength: 3 }), aliases: fc.array(fc.string(), { maxLength: 3 }),
  create: fc.option(fc.double({ noNaN: true })),
});

function made<Message extends AnalyzeRequest | AnalyzerResource>(message: Message, given: Record<string, JavaScriptValue>, { type, urn, name }: { type: string; urn: string; name: string }, wanted: typeof options extends fc.Arbitrary<infer T> ? T : never): Message {
  message.setType(type);
  message.setUrn(urn);
  message.setName(name);
  message.setProperties(Struct.fromJavaScript(given));
  const to = new AnalyzerResourceOptions();
  to.setProtect(wanted.protect);
  to.setDeletebeforereplace(wanted.deleteFirst);
  to.setDeletebeforereplacedefined(wanted.isDefined);
  to.setParent(wanted.parent);
  to.setIgnorechangesList(wanted.ignored);
  to.setAdditionalsecretoutputsList(wanted.secret);
  to.setAliasesList(wanted.aliases);
  if (wanted.create !== null) {
    const timeouts = new AnalyzerResourceOptions.CustomTimeouts();
    timeouts.setCreate(wanted.create);
    to.setCustomtimeouts(timeouts);
  }
  message.setOptions(to);
  return message;
}

/** Everything that a reader of the message can ask, as JSON. */
function asked(resource: LeanResource | AnalyzeRequest | AnalyzerResource): unknown {
  const of = resource.getOptions()!;
  const more = "getParent" in resource ? { parent: resource.getParent(), dependencies: resource.getDependenciesList() } : {};
  return {
    type: resource.getType(), urn: resource.getUrn(), name: resource.getName(), properties: resource.getProperties()!.toJavaScript(), ...more,
    options: [
      of.getProtect(), of.getDeletebeforereplace(), of.getDeletebeforereplacedefined(), of.getParent(), of.getIgnorechangesList(),
      of.getAdditionalsecretoutputsList(), of.getAliasesList(), of.getCustomtimeouts()?.getCreate(),
    ],
  };
}

test("a resource reads as the generated code reads it", () => {
  fc.assert(
    fc.property(properties, texts, options, (given, named, wanted) => {
      const bytes = made(new AnalyzeRequest(), given, named, wanted).serializeBinary();
      const { parent: _, dependencies: __, ...lean } = asked(readResource(bytes)) as Record<string, unknown>;
      expect(lean).toEqual(asked(AnalyzeRequest.deserializeBinary(bytes)));
    }),
  );
});

test("a stack reads as the generated code reads it", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(properties, texts, options), { maxLength: 4 }), (resources) => {
      const request = new AnalyzeStackRequest();
      request.setResourcesList(
        resources.map(([given, named, wanted]) => {
          const resource = made(new AnalyzerResource(), given, named, wanted);
          resource.setParent(named.parent);
          resource.setDependenciesList(named.dependencies);
          return resource;
        }),
      );
      const bytes = request.serializeBinary();
      expect(readStack(bytes).getResourcesList().map(asked)).toEqual(AnalyzeStackRequest.deserializeBinary(bytes).getResourcesList().map(asked));
    }),
  );
});

test("a field that is not known yet is skipped", () => {
  const request = made(new AnalyzeRequest(), { a: [1, { b: null }] }, { type: "t", urn: "u", name: "n" }, { protect: true, deleteFirst: false, isDefined: false, parent: "", ignored: [], secret: [], aliases: [], create: null });
  // Field 99: a text, a number, eight bytes.
  const strange = Buffer.from([0x9a, 0x06, 0x02, 0x68, 0x69, 0x98, 0x06, 0x07, 0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]);
  const lean = readResource(Buffer.concat([strange, request.serializeBinary(), strange]));
  expect(lean.getProperties().toJavaScript()).toEqual({ a: [1, { b: null }] });
  expect([lean.getType(), lean.getOptions().getProtect()]).toEqual(["t", true]);
});

const whole = Buffer.from(
  made(new AnalyzeRequest(), { a: "text", b: [1, true, null], c: { d: "e" } }, { type: "type", urn: "urn", name: "name" }, { protect: true, deleteFirst: false, isDefined: false, parent: "p", ignored: ["i"], secret: [], aliases: [], create: 3 }).serializeBinary(),
);
const refused = "refused";

/** What each reader makes of any bytes. */
function readings(bytes: Buffer): { lean: unknown; generated: unknown } {
  const attempt = (read: () => LeanResource | AnalyzeRequest) => {
    try {
      return asked(read());
    } catch {
      return refused;
    }
  };
  const lean = attempt(() => readResource(bytes));
  const { parent: _, dependencies: __, ...fields } = (lean === refused ? {} : lean) as Record<string, unknown>;
  return { lean: lean === refused ? refused : fields, generated: attempt(() => AnalyzeRequest.deserializeBinary(bytes)) };
}

test("bytes that are cut off anywhere are refused, as the generated code refuses them", () => {
  for (let length = 0; length < whole.length; length++) {
    const { lean, generated } = readings(whole.subarray(0, length));
    expect([length, lean]).toEqual([length, generated]);
  }
  expect(readings(whole).lean).not.toBe(refused);
});

test("whatever bytes both take, both read alike", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, to] of changes) bytes[at] = to;
      const { lean, generated } = readings(bytes);
      // A changed tag may make a field one that only the generated code looks into; bytes that are no text become other texts in the two.
      if (lean === refused || generated === refused || JSON.stringify(lean).includes("\ufffd")) return;
      accepted++;
      expect(lean).toEqual(generated);
    }),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test.each([
  ["without a kind", [0x0a, 0x05, 0x0a, 0x01, 0x61, 0x12, 0x00]],
  ["of a kind that is not known", [0x0a, 0x07, 0x0a, 0x01, 0x61, 0x12, 0x02, 0x38, 0x01]],
  ["that is missing", [0x0a, 0x03, 0x0a, 0x01, 0x61]],
  ["named __proto__", [0x0a, 0x10, 0x0a, 0x09, ...Buffer.from("__proto__"), 0x12, 0x03, 0x1a, 0x01, 0x78]],
])("a property %s is refused: it would not be judged", (_, struct) => {
  const options = [0x2a, 0x00];
  expect(() => readResource(Buffer.from([0x12, struct.length, ...struct, ...options]))).toThrow(/^CHI-P005 /);
  expect(readResource(Buffer.from([0x12, 0x00, ...options])).getProperties().toJavaScript()).toEqual({});
});
