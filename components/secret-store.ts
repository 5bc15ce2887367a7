import * as pulumi from "@pulumi/pulumi";
import { RandomBytes } from "@pulumi/random/randomBytes";
import { RandomPassword } from "@pulumi/random/randomPassword";
import * as projects from "@pulumi/gcp/projects";
import * as secretmanager from "@pulumi/gcp/secretmanager";
import { ChisanComponent } from "./component";
import {
  type GeneratedSecret,
  type SecretDefinition,
  type SecretStoreArgs,
  checkSecretStore,
  randomBytesInputs,
  randomCharactersInputs,
  secretAuditInputs,
  secretInputs,
  secretReaderInputs,
  secretSlug,
  secretVersionInputs,
} from "./secret-store-inputs";

/** One generation of a secret. */
export interface SecretGeneration {
  /** Ours: 1 for the first value of a secret, 2 for the next. */
  readonly generation: number;
  /** The number that Secret Manager gave this value. Never "latest": a revision must keep the value that it was tested with. */
  readonly version: pulumi.Output<string>;
  /** The value itself, marked secret: for consumers that cannot read Secret Manager, such as Vercel. */
  readonly value: pulumi.Output<string>;
}

/** What a consumer needs to use a secret. */
export interface SecretReference extends SecretGeneration {
  readonly secretId: pulumi.Output<string>;
  /** The other active generation, while rotating. */
  readonly previous?: SecretGeneration;
  /** The read grants: whoever reads at start must depend on them. */
  readonly grants: readonly pulumi.Resource[];
}

/** A secret as a container mounts it. */
export interface SecretMount {
  readonly secretId: pulumi.Output<string>;
  readonly version: pulumi.Output<string>;
  readonly grants: readonly pulumi.Resource[];
}

/**
 * The variables with which a container gets these secrets: `JWT_SECRET`, and while it rotates also `JWT_SECRET_PREVIOUS`, so that the
 * application still accepts what the old generation signed or encrypted (operations document, section 2.4, step 2).
 */
export function secretMounts(references: Readonly<Record<string, SecretReference>>): Record<string, SecretMount> {
  return Object.fromEntries(
    Object.entries(references).flatMap(([variable, { secretId, version, grants, previous }]) => [
      [variable, { secretId, version, grants }],
      ...(previous === undefined ? [] : [[`${variable}_PREVIOUS`, { secretId, version: previous.version, grants }] as const]),
    ]),
  );
}

/**
 * The secrets of one environment: made at random or given, kept in Secret Manager, each readable by exactly its readers.
 * No two environments share a value, because each store makes its own; but for what is given to it as taken over with its data.
 */
export class SecretStore extends ChisanComponent {
  /** By the name of the environment variable. */
  public readonly references: Readonly<Record<string, SecretReference>>;

  public constructor(name: string, args: SecretStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super("SecretStore", name, options);
    checkSecretStore(args);
    new projects.IAMAuditConfig(`${name}-audit`, secretAuditInputs(args), this.child({ dependsOn: options?.dependsOn }));
    const references: Record<string, SecretReference> = {};
    for (const [variable, definition] of Object.entries(args.secrets)) {
      references[variable] = this.keep(args, variable, definition, options?.dependsOn);
    }
    this.references = references;
    this.registerOutputs({});
  }

  /** The reference of a variable. @throws CHI-C207 when the store has no such secret */
  public reference(variable: string): SecretReference {
    const found = this.references[variable];
    if (found === undefined) {
      throw new Error(
        `CHI-C207 the secret store "${this.name}" has no ${variable}, only ${Object.keys(this.references).join(", ")}: declare it in stacks/`,
      );
    }
    return found;
  }

  /** The references of several variables, by name. @throws CHI-C207 */
  public referencesOf<N extends string>(variables: readonly N[]): Record<N, SecretReference> {
    return Object.fromEntries(variables.map((variable) => [variable, this.reference(variable)])) as Record<N, SecretReference>;
  }

  private keep(
    args: SecretStoreArgs,
    variable: string,
    definition: SecretDefinition,
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
  ): SecretReference {
    const prefix = `${this.name}-${secretSlug(variable)}`;
    // Only the secret is protected: a generation must be removable, or no rotation could end.
    const secret = new secretmanager.Secret(prefix, secretInputs(args, variable), this.child({ dependsOn, protect: args.protect }));
    const grants = Object.entries(definition.readers).map(
      ([label, member]) =>
        new secretmanager.SecretIamMember(`${prefix}-reader-${label}`, secretReaderInputs(args, secret.secretId, member), this.child()),
    );
    const keepGeneration = (generation: number, value: pulumi.Input<string>): SecretGeneration => {
      const version = new secretmanager.SecretVersion(`${prefix}-v${generation}`, secretVersionInputs(secret.id, value), this.child());
      return { generation, version: version.version, value: pulumi.secret(value) };
    };
    const { current, previous } = definition.generations;
    return {
      secretId: secret.secretId,
      grants,
      ...keepGeneration(current, this.generationValue(prefix, definition, current)),
      ...(previous === undefined ? {} : { previous: keepGeneration(previous, this.generationValue(prefix, definition, previous)) }),
    };
  }

  private generationValue(prefix: string, definition: SecretDefinition, generation: number): pulumi.Input<string> {
    if (definition.kind === "generated") return definition.takenOver?.[generation] ?? this.generate(prefix, definition, generation);
    // checkSecretStore has made sure that a previous generation has its value.
    return generation === definition.generations.current ? definition.value : (definition.previousValue as pulumi.Input<string>);
  }

  private generate(prefix: string, definition: GeneratedSecret, generation: number): pulumi.Output<string> {
    const name = `${prefix}-g${generation}`;
    switch (definition.form) {
      case "characters":
        return new RandomPassword(name, randomCharactersInputs(definition, generation), this.child()).result;
      case "bytes":
        return new RandomBytes(name, randomBytesInputs(definition, generation), this.child()).base64;
    }
  }
}
