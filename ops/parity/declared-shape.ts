import { sandboxConfiguration } from "../../config/sandbox-values";
import type { StackName } from "../../config/naming";
import type { CloudStack } from "../../config/stack-configuration-keys";
import { committedSettings } from "../../sandbox/control/committed-settings";
import { specifications } from "../../stacks/specifications";
import { declaredStack, type DeclaredStackOptions } from "../declared/declared-stack";
import type { DeclaredResource } from "../declared/declared-resource";
import { identityTexts, type PlainConfiguration } from "./environment-identity";
import type { EnvironmentShape, ShapeResource } from "./shape";

/** The seed of the rehearsal in ops/declared: secrets derive from it, and so do the public keys that the resources show. */
const seed = "declared without an engine";

/** What a stack's program declares, without an engine, a state or a cloud. */
export async function declaredShape(stack: CloudStack, options?: DeclaredStackOptions): Promise<EnvironmentShape> {
  const { resources } = await declaredStack(stack, options);
  return {
    stack,
    specification: specifications[stack],
    identity: identityTexts(specifications[stack], { ...plainConfiguration(stack, seed), ...qualified(options?.configuration ?? {}) }),
    resources: resources.map(shapeResource),
  };
}

/** The configuration of a rehearsal: the committed one, with stand-ins for what is missing. Without the secrets. */
export function plainConfiguration(stack: StackName, of: string): PlainConfiguration {
  const values = sandboxConfiguration(stack, committedSettings(stack).config ?? {}, of);
  return Object.fromEntries(Object.entries(values).flatMap(([key, { value, secret }]) => (secret ? [] : [[key, value]])));
}

function qualified(configuration: Readonly<Record<string, string>>): PlainConfiguration {
  return Object.fromEntries(Object.entries(configuration).map(([key, value]) => [`chisan:${key}`, value]));
}

function shapeResource(resource: DeclaredResource): ShapeResource {
  const { type, name, urn, parent, dependencies, propertyDependencies, inputs } = resource;
  const { protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replaceOnChanges, additionalSecretOutputs, secretInputs } = resource;
  return {
    type,
    name,
    urn,
    inputs,
    options: { protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replaceOnChanges, additionalSecretOutputs, secretInputs },
    ...(parent === undefined ? {} : { parent }),
    dependencies,
    origins: propertyDependencies,
  };
}
