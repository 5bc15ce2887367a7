/** What a declared difference between two environments' shapes consists of. */
import type { EnvironmentSpecification } from "./environment-specification";

/** Expected where there is no such property. */
export const absent: unique symbol = Symbol("absent");

/**
 * Resources, and what they say in an environment. A difference is declared only where both sides say what is expected of them: another value is
 * as undeclared as another property.
 */
export interface ShapeRule {
  /** Logical name without the environment's own (`api-‹region›`); `*` is any text. */
  readonly resources: string;
  /** Type token; any where it is left out. */
  readonly type?: string;
  /** `scaling.minInstanceCount`, `options.protect`; `*` is any text. Left out, the resource itself: `value` then says whether it is there. */
  readonly property?: string;
  /** The whole value in an environment. */
  readonly value?: (environment: EnvironmentSpecification) => unknown;
  /** In the place of `value`: a part of a text. The rest of it must be equal. */
  readonly fragment?: (environment: EnvironmentSpecification) => string;
}

/** A difference that no trait of the environments explains. */
export interface DeclaredDifference extends ShapeRule {
  /** The environments that differ from prod in it. */
  readonly environments: readonly EnvironmentSpecification["stack"][];
  /** Why: a sentence for the reader. */
  readonly because: string;
}

/** A value that is an environment's own by nature, known once it is deployed: any is right. */
export interface OwnValue {
  readonly resources: string;
  /** Left out, the resource itself: it may be there or not. */
  readonly property?: string;
  readonly because: string;
  /** Differs only after something has happened: that it explains nothing is no error then. */
  readonly occasional?: true;
}
