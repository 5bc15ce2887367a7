import * as pulumi from "@pulumi/pulumi";

/** What a dynamic provider's module exports under the name `provider`. */
export type DynamicProvider<Inputs, Outputs = Inputs> = pulumi.dynamic.ResourceProvider<Inputs, Outputs>;

/** A kind of dynamic resource, and the module that carries it out. */
export interface DynamicDefinition {
  /** In the type token: `pulumi-nodejs:dynamic/chisan:<kind>`. */
  readonly kind: string;
  /**
   * The provider's module, from the repository's root: `components/dynamic/env-local-file-provider.ts`. It is written into the state,
   * and a later `destroy` loads it from there: a file that is moved must leave a module of the old name that re-exports it.
   */
  readonly module: string;
}

const modulePattern = /^(?:[a-z0-9][a-z0-9-]*\/)+[a-z0-9][a-z0-9.-]*\.ts$/;

/**
 * The program that Pulumi keeps with the resource and evaluates in the provider's process. The engine starts that process in the
 * project's folder (where the packages of `cmd/dynamic-provider` are found), so the repository's files are under `process.cwd()`.
 * Old providers keep the state of this text: whatever changes here must still read what was written before.
 *
 * @throws CHI-C010 when the module is not a path from the repository's root
 */
export function providerProgram(module: string): string {
  if (!modulePattern.test(module)) {
    throw new Error(
      `CHI-C010 a dynamic provider's module is ${JSON.stringify(module)}: give its path from the repository's root, such as components/dynamic/env-local-file-provider.ts`,
    );
  }
  return [
    `exports.handler = () => {`,
    `  require(process.cwd() + "/toolchain/typescript.cjs");`,
    `  return require(process.cwd() + "/${module}").provider;`,
    `};`,
    ``,
  ].join("\n");
}

/**
 * The base of what no vendor's provider has: a resource whose create, read, update and delete are a module of this repository.
 *
 * `pulumi.dynamic.Resource` is not used, because it turns the provider's closure into text at each run: it loads the TypeScript compiler
 * for that, and the text changes with the transpiler and captures whatever the closure refers to, secrets included. Here the text is
 * constant and the module is loaded where it runs.
 *
 * For who extends this:
 * - Outputs that are not inputs are passed as `undefined` in `properties`, and declared with `declare public readonly x: pulumi.Output<…>`;
 *   a field without `declare` would overwrite with `undefined` what the base class has set.
 * - The provider receives plain values: the engine strips secrets on the way in, and marks an output secret when the input of the same
 *   name was. Any other secret output must be listed in `additionalSecretOutputs`.
 * - In a preview an input may be unknown: see `isUnknown`.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  protected constructor(
    definition: DynamicDefinition,
    name: string,
    properties: Readonly<Record<string, unknown>>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super(
      `pulumi-nodejs:dynamic/chisan:${definition.kind}`,
      name,
      { ...properties, __provider: providerProgram(definition.module) },
      options,
    );
  }
}

/** How the engine writes a value that is not known yet, in what it sends to a provider's `check` and `diff` (Pulumi's `UnknownStringValue`). */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value that a provider received, or something in it, is not known yet. */
export function isUnknown(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(isUnknown);
  return value === unknownValue;
}
