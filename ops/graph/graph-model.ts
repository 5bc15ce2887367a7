import { componentFile } from "../../components/recording/component-file";
import type { DeclaredResource } from "../declared/declared-resource";
import { distinct, type Edge } from "./digraph";
import { shortType, type Vendor, vendorOf } from "./vendors";

/** A resource in the graph. None of its inputs is in here: a picture must not show what may be secret. */
export interface GraphResource {
  readonly urn: string;
  readonly type: string;
  readonly shortType: string;
  readonly name: string;
  readonly vendor: Vendor;
  /** The URN of the component that declares it; absent where the stack's program itself does. */
  readonly component?: string;
  /** Where it is declared, from the repository's root. */
  readonly file: string;
  readonly isProtected: boolean;
}

export interface GraphComponent {
  readonly urn: string;
  readonly kind: string;
  readonly name: string;
  /** The component around it. */
  readonly parent?: string;
  readonly file: string;
}

export interface StackGraph {
  readonly stack: string;
  readonly components: readonly GraphComponent[];
  readonly resources: readonly GraphResource[];
  /** Every dependence between two resources or components, by URN, as the program declares it. */
  readonly edges: readonly Edge[];
}

/** The graph of what a stack declares. Resources whose parent is a resource belong to the component around that. */
export function stackGraph(stack: string, declared: readonly DeclaredResource[]): StackGraph {
  const byUrn = new Map(declared.map((resource) => [resource.urn, resource]));
  const componentAround = (resource: DeclaredResource): DeclaredResource | undefined => {
    const parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
    return parent === undefined || !parent.custom ? parent : componentAround(parent);
  };
  const place = (resource: DeclaredResource) => {
    const component = componentAround(resource);
    return component === undefined ? { file: stackFile(stack) } : { component: component.urn, file: componentFile(shortType(component.type)) };
  };
  return {
    stack,
    components: declared
      .filter(({ custom }) => !custom)
      .map((component) => {
        const parent = componentAround(component)?.urn;
        const kind = shortType(component.type);
        return { urn: component.urn, kind, name: component.name, ...(parent === undefined ? {} : { parent }), file: componentFile(kind) };
      }),
    resources: declared
      .filter(({ custom }) => custom)
      .map((resource) => ({
        urn: resource.urn,
        type: resource.type,
        shortType: shortType(resource.type),
        name: resource.name,
        vendor: vendorOf(resource.type),
        ...place(resource),
        isProtected: resource.protect,
      })),
    edges: distinct(declared.flatMap(({ urn, dependencies }) => dependencies.filter((to) => byUrn.has(to)).map((to) => ({ from: urn, to })))),
  };
}

/** The program that declares what is in no component. */
function stackFile(stack: string): string {
  return stack === "dev" ? "stacks/local-environment.ts" : "stacks/cloud-environment.ts";
}
