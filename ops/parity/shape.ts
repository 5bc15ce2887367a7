/** What is compared of an environment: its resources, wherever they were read. */
import type { StackName } from "../../config/naming";
import type { EnvironmentSpecification } from "../../config/environment-specification";
import type { IdentityText } from "./environment-identity";

export interface ShapeResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** By property; what is secret or not known is a mark that says so. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Pulumi's resource options: `protect`, `ignoreChanges`, … */
  readonly options: Readonly<Record<string, unknown>>;
  /** The parent's URN. */
  readonly parent?: string;
  readonly dependencies: readonly string[];
  /** By input: the URNs of the resources its value comes from. */
  readonly origins: Readonly<Record<string, readonly string[]>>;
}

export interface EnvironmentShape {
  readonly stack: StackName;
  readonly specification: EnvironmentSpecification;
  readonly identity: readonly IdentityText[];
  readonly resources: readonly ShapeResource[];
}
