import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic/dynamic-resource";

export interface EnvLocalFileArgs {
  /** From the project's folder: `.env.local`. */
  readonly path: string;
  /** The whole text, beginning with the header of `renderEnvLocal`. */
  readonly content: pulumi.Input<string>;
}

/** A `.env` file on this machine, mode 0600. What it does is in dynamic/env-local-file-provider.ts. */
export class EnvLocalFile extends DynamicResource {
  declare public readonly path: pulumi.Output<string>;
  declare public readonly mode: pulumi.Output<string>;

  public constructor(name: string, { path, content }: EnvLocalFileArgs, options: pulumi.CustomResourceOptions = {}) {
    super(
      { kind: "EnvLocalFile", module: "components/dynamic/env-local-file-provider.ts" },
      name,
      { path, content, mode: undefined },
      { ...options, additionalSecretOutputs: ["content"] },
    );
  }
}
