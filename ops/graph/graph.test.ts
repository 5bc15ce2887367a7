import fc from "fast-check";
import { stackNames } from "../../config/naming";
import { everyStack } from "../declared/test-support/every-stack";
import { collapsed, edgesBetween } from "./collapse";
import { type Edge, onCycles, reachability, withoutImplied } from "./digraph";
import { drawing } from "./drawing";
import { type GraphResource, type StackGraph, stackGraph } from "./graph-model";
import { graphOf, pictureOf } from "./picture";

let declaredBy: Awaited<ReturnType<typeof everyStack>>;
beforeAll(async () => {
  declaredBy = await everyStack();
});

const key = fc.integer({ min: 0, max: 12 }).map(String);
const edges = fc.array(fc.record({ from: key, to: key }), { maxLength: 50 });

/** What depends on what, as a sorted list of pairs. */
function dependences(given: readonly Edge[]): string[] {
  return [...reachability(given)].flatMap(([from, reached]) => [...reached].map((to) => `${from} ${to}`)).filter((pair) => new Set(pair.split(" ")).size === 2).sort();
}

describe("thinning", () => {
  test("keeps what depends on what, and adds nothing", () => {
    fc.assert(
      fc.property(edges, (given) => {
        const kept = withoutImplied(given);
        expect(dependences(kept)).toEqual(dependences(given));
        for (const edge of kept) expect(given).toContainEqual(edge);
      }),
    );
  });

  test("leaves nothing out twice: each edge that is left is needed", () => {
    fc.assert(
      fc.property(edges, (given) => {
        const kept = withoutImplied(given);
        for (const edge of kept) expect(dependences(kept.filter((other) => other !== edge))).not.toEqual(dependences(kept));
      }),
    );
  });
});

const component = fc.constantFrom("a", "b", "c");
/** Dependences only on what is declared before: a program cannot make a cycle of resources. */
const graph: fc.Arbitrary<StackGraph> = fc
  .array(fc.record({ component, type: fc.constantFrom("x:i:Alert", "x:i:Address"), needs: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }) }), { maxLength: 30 })
  .map((given) => ({
    stack: "prod",
    components: ["a", "b", "c"].map((name) => ({ urn: name, kind: "Thing", name, file: "components/thing.ts", ...(name === "c" ? { parent: "b" } : {}) })),
    resources: given.map(({ component: around, type }, index): GraphResource => ({
      urn: `r${index}`,
      type,
      shortType: type.slice(4),
      name: `${around}-${index % 2 === 0 ? "seoul" : "tokyo"}-${index}`,
      vendor: { id: "gcp", name: "Google Cloud" },
      component: around,
      file: "components/thing.ts",
      isProtected: false,
    })),
    edges: given.flatMap(({ needs }, index) => needs.filter((other) => other < index).map((other) => ({ from: `r${index}`, to: `r${other}` }))),
  }));

describe("boxes", () => {
  test("each resource is in exactly one, with others of its type and component only", () => {
    fc.assert(
      fc.property(graph, (given) => {
        const boxes = collapsed(given);
        expect(boxes.flatMap(({ resources }) => resources.map(({ urn }) => urn)).sort()).toEqual(given.resources.map(({ urn }) => urn).sort());
        for (const { resources } of boxes) expect(new Set(resources.map(({ type, component: around }) => `${type} ${around}`)).size).toBe(1);
      }),
    );
  });

  test("none depends on itself by way of others", () => {
    fc.assert(fc.property(graph, (given) => expect(onCycles(edgesBetween(collapsed(given), given.edges)).size).toBe(0)));
  });
});

test("no dependence between components is lost", () => {
  fc.assert(
    fc.property(graph, (given) => {
      const { panels, links } = drawing(given);
      const panelOf = (urn: string) => (given.resources.find((resource) => resource.urn === urn)?.component === "a" ? "a" : "b");
      expect(panels.map(({ id }) => id)).toEqual(["a", "b"]);
      const reached = reachability(links);
      for (const { from, to } of given.edges) {
        const [source, target] = [panelOf(from), panelOf(to)];
        if (source !== target) expect(reached.get(source)).toContain(target);
      }
    }),
  );
});

/** Elements that are not closed, or closed in the wrong order; undefined where all is well. */
function malformed(text: string): string | undefined {
  const open: string[] = [];
  for (const [tag, closing, name, , empty] of text.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    if (closing === "/" && open.pop() !== name) return tag;
    if (closing === "" && empty === "" && name !== undefined) open.push(name);
  }
  const rest = text.replace(/<style>.*?<\/style>/s, "").replace(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, "");
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(rest)) return "a character that XML reserves";
  return open.pop();
}

describe.each(stackNames)("the picture of %s", (stack) => {
  test.each([false, true])("is well formed, and shows each resource once (all: %s)", async (all) => {
    const given = stackGraph(stack, declaredBy[stack]);
    const picture = await pictureOf(given, { all });
    expect(malformed(picture)).toBeUndefined();
    for (const { name, type, file } of given.resources) expect([name, picture.split(`${name}: ${type}, ${file}`).length - 1]).toEqual([name, 1]);
    for (const { kind, name } of given.components) expect(picture).toContain(`>${kind} ${name}<`);
    expect(picture).toContain("prefers-color-scheme:dark");
    expect(picture).not.toMatch(/<script|(?:href|src)=|@import|url\((?!#)/);
  });

  test("names a file of this repository for each resource and component", () => {
    const { resources, components } = stackGraph(stack, declaredBy[stack]);
    expect([...resources, ...components].map(({ file }) => file).filter((file) => !file.endsWith(".ts"))).toEqual([]);
  });
});

test("no value of configuration is in the picture or in the graph", async () => {
  const canary = "canary-GOCSPX-0123456789abcdefghij";
  const given = await graphOf("prod", { configuration: { googleClientSecret: canary } });
  expect(JSON.stringify(given) + (await pictureOf(given, { all: true }))).not.toContain("canary");
});

test("names that XML reserves are written as text", async () => {
  const [first] = stackGraph("dev", declaredBy.dev).resources;
  if (first === undefined) throw new Error("dev declares nothing");
  const odd: StackGraph = { stack: "dev", components: [], resources: [{ ...first, name: `<b>&"\u0000`, component: undefined }], edges: [] };
  const picture = await pictureOf(odd);
  expect(malformed(picture)).toBeUndefined();
  expect(picture).toContain("&lt;b&gt;&amp;&quot;");
});
