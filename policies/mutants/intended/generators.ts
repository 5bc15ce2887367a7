import type { Mutant, Programs } from "../mutant";

/** All the ways to break one policy's promise that are known, over every resource that it binds. */
export type Generator = (programs: Programs) => Mutant[];

/** By the policy's id. */
export type Generators = Readonly<Record<string, Generator>>;
