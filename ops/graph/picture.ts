import type { StackName } from "../../config/naming";
import { declaredStack, type DeclaredStackOptions } from "../declared/declared-stack";
import { drawing } from "./drawing";
import { type StackGraph, stackGraph } from "./graph-model";
import { placePage } from "./page-layout";
import { svg } from "./svg";

/** The graph of what a stack's program declares. */
export async function graphOf(stack: StackName, options?: DeclaredStackOptions): Promise<StackGraph> {
  return stackGraph(stack, (await declaredStack(stack, options)).resources);
}

/** The graph as an SVG file. `all` gives each resource a box of its own, also where several are alike. */
export async function pictureOf(graph: StackGraph, options: { all?: boolean } = {}): Promise<string> {
  const drawn = drawing(graph, options);
  return svg(drawn, await placePage(drawn));
}
