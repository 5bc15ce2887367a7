/** Unknown is not pass: whatever a policy does with an unknown value that it reads, the run says so. */
import fc from "fast-check";
import { judge, unknown } from "../test-support/judge";
import { resourcePolicy, stackPolicy } from "./policy";

const facts = { title: "T", severity: "low", section: "1", why: "w", remediation: "r" } as const;
const name = fc.constantFrom("a", "b", "c");
const tree = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constant("known"), fc.integer(), fc.boolean(), fc.array(tie("value"), { maxLength: 2 }), fc.dictionary(name, tie("value"), { maxKeys: 3 })),
})).value;
type Path = string[];

function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))].filter((path) => path.length > 0);
}

function withUnknown(value: unknown, [first, ...rest]: Path): unknown {
  if (first === undefined) return unknown;
  const copy: Record<string, unknown> = Array.isArray(value) ? (Object.assign([], value) as unknown as Record<string, unknown>) : { ...(value as object) };
  copy[first] = withUnknown(copy[first], rest);
  return copy;
}

/** Reads all on the way; swallows whatever is thrown. */
function readAlong(props: unknown, path: Path): void {
  try {
    path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], props);
  } catch {
    // A careless policy.
  }
}

const place = fc.dictionary(name, tree, { minKeys: 1 }).chain((inputs) => fc.tuple(fc.constant(inputs), fc.constantFrom(...paths(inputs)), fc.constantFrom(...paths(inputs))));
const isOnTheWay = (hole: Path, read: Path) => hole.every((key, at) => read[at] === key);

test("a policy that swallows the error is undecided exactly when it read the unknown", async () => {
  await fc.assert(
    fc.asyncProperty(place, async ([inputs, hole, read]) => {
      const policy = resourcePolicy({ ...facts, id: "careless", types: "all", check: ({ props }) => readAlong(props, read) });
      const { violations, undecided } = await judge(policy, [{ type: "a:b:C", name: "n", inputs: withUnknown(inputs, hole) as Record<string, unknown> }]);
      expect({ violations, undecided }).toEqual({ violations: [], undecided: isOnTheWay(hole, read) ? ["careless n"] : [] });
    }),
  );
});

test("so is a policy for the whole stack, and it names the resource", async () => {
  const policy = stackPolicy({ ...facts, id: "careless", check: (resources) => resources.forEach(({ props }) => readAlong(props, ["a"])) });
  const { undecided } = await judge(policy, [{ type: "a:b:C", name: "known", inputs: { a: 1 } }, { type: "a:b:C", name: "hole", inputs: { a: unknown } }]);
  expect(undecided).toEqual(["careless hole"]);
});

test("a violation that was found before the unknown is still told", async () => {
  const policy = resourcePolicy({ ...facts, id: "both", types: "all", check: ({ props }, report) => (report("wrong"), void String(props["a"])) });
  expect(await judge(policy, [{ type: "a:b:C", name: "n", inputs: { a: unknown } }])).toEqual({ violations: ["n: wrong; fix: r (section 1)"], undecided: ["both n"] });
});

test("a policy that throws fails the run with its name and the resource, and without what it choked on", async () => {
  const policy = resourcePolicy({ ...facts, id: "broken", types: "all", check: ({ props }) => void JSON.parse(String(props["secret"])) });
  const asked = judge(policy, [{ type: "a:b:C", name: "n", inputs: { secret: "canary-71c4" } }]);
  await expect(asked).rejects.toThrow(/CHI-P002 policy "broken" failed on urn:pulumi:prod::chisan::a:b:C::n: SyntaxError/);
  await expect(asked).rejects.not.toThrow(/canary/);
});

test("an async check is refused: nobody would hear what it says", async () => {
  const check = (async () => undefined) as unknown as () => void;
  await expect(judge(resourcePolicy({ ...facts, id: "late", types: "all", check }), [{ type: "a:b:C", name: "n", inputs: {} }])).rejects.toThrow(/CHI-P004/);
});
