/** Small shapes for tests. */
import type { StackName } from "../../../config/naming";
import { specifications } from "../../../stacks/specifications";
import type { EnvironmentShape, ShapeResource } from "../shape";

export type Part = { type?: string; name: string; parents?: string } & Partial<Omit<ShapeResource, "name" | "type" | "urn">>;

export function resource(stack: StackName, { type = "test:index:Thing", name, parents = "", ...rest }: Part): ShapeResource {
  return { type, name, urn: urnOf(stack, name, type, parents), inputs: {}, options: {}, dependencies: [], origins: {}, ...rest };
}

export function urnOf(stack: StackName, name: string, type = "test:index:Thing", parents = ""): string {
  return `urn:pulumi:${stack}::chisan::${parents === "" ? type : `${parents}$${type}`}::${name}`;
}

/** An environment that calls itself by its stack's name and its region. */
export function shape(stack: "staging" | "prod" | "chisan-dr", ...parts: readonly Part[]): EnvironmentShape {
  const specification = specifications[stack];
  return {
    stack,
    specification,
    identity: [
      { means: "environment", text: stack, inNames: true },
      { means: "region", text: specification.gcpRegion, inNames: true },
    ],
    resources: parts.map((part) => resource(stack, part)),
  };
}
