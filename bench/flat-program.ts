import { isDefaultProvider, nameOf, providerUrn, type Deployment, type StateResource } from "./deployment";

/** How a state marks a value that is more than JSON (`sdk/go/common/resource/sig` of the engine). */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const asset = "c44067f5952c0a294b673a41bacd8c17";
const archive = "0def7320c3a5731c473e5ecbe6d01bc7";

/**
 * The resources of a state as somebody would write them who wants nothing but speed: one `new` each, concrete inputs, in plain JavaScript.
 *
 * @param state with its secrets in plain text (`pulumi stack export --show-secrets`)
 * @throws CHI-B002 on what it cannot declare: a benchmark that left it out would compare less work
 */
export function flatProgram(state: Deployment): string {
  const declared = state.deployment.resources.filter((resource) => resource.custom && !isDefaultProvider(resource));
  const variables = new Map(declared.map(({ urn }, index) => [urn, `resource${index}`]));
  const packages = [...new Set(declared.map(packageOf).filter((name) => name !== "pulumi-nodejs"))];
  return [
    `"use strict";`,
    `const pulumi = require("@pulumi/pulumi");`,
    ...packages.map((name) => `const ${name} = require("@pulumi/${name}");`),
    ...declared.map((resource) => `const ${variables.get(resource.urn)} = ${declaration(resource, variables)};`),
    "",
  ].join("\n");
}

function packageOf({ type }: StateResource): string {
  const parts = type.split(":");
  return (type.startsWith("pulumi:providers:") ? parts[2] : parts[0]) ?? "";
}

function declaration(resource: StateResource, variables: ReadonlyMap<string, string>): string {
  const { urn, type } = resource;
  if (resource.external) throw new Error(`CHI-B002 ${urn} is only read: the flat program cannot declare it`);
  const inputs = literal(declaredInputs(resource));
  const options = literalObject(optionsOf(resource, variables));
  const name = JSON.stringify(nameOf(urn));
  if (type.startsWith("pulumi-nodejs:")) return `new pulumi.CustomResource(${JSON.stringify(type)}, ${name}, ${inputs}, ${options})`;
  return `new ${className(type)}(${name}, ${inputs}, ${options})`;
}

/** `gcp:cloudrunv2/service:Service` is `gcp.cloudrunv2.Service`, `cloudflare:index/r2Bucket:R2Bucket` is `cloudflare.R2Bucket`. */
function className(type: string): string {
  if (type.startsWith("pulumi:providers:")) return `${type.split(":")[2]}.Provider`;
  const [name, module = "", kind] = type.split(":");
  const namespace = module.split("/")[0];
  return namespace === "index" ? `${name}.${kind}` : `${name}.${namespace}.${kind}`;
}

/** Without what the engine or the SDK adds by itself. */
function declaredInputs({ type, inputs = {} }: StateResource): Record<string, unknown> {
  const added = type.startsWith("pulumi:providers:") ? ["version", "pluginDownloadURL", "__internal"] : ["__internal", "__defaults"];
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !added.includes(key)));
}

/** Options by name, as JavaScript. */
function optionsOf(resource: StateResource, variables: ReadonlyMap<string, string>): Record<string, string> {
  const options: Record<string, string> = {};
  const after = (resource.dependencies ?? []).map((urn) => variables.get(urn)).filter((variable) => variable !== undefined);
  if (after.length > 0) options["dependsOn"] = `[${after.join(", ")}]`;
  const provider = resource.provider === undefined ? undefined : variables.get(providerUrn(resource.provider));
  if (provider !== undefined) options["provider"] = provider;
  for (const key of ["protect", "retainOnDelete", "additionalSecretOutputs", "ignoreChanges", "customTimeouts"]) {
    if (resource[key] !== undefined) options[key] = JSON.stringify(resource[key]);
  }
  return options;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const record = value as Record<string, unknown>;
  if (record[signature] !== undefined) return special(record);
  return literalObject(Object.fromEntries(Object.entries(record).map(([key, element]) => [key, literal(element)])));
}

function literalObject(entries: Record<string, string>): string {
  return `{ ${Object.entries(entries).map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(", ")} }`;
}

function special(value: Record<string, unknown>): string {
  switch (value[signature]) {
    case secret:
      return `pulumi.secret(${literal(JSON.parse(String(value["plaintext"])))})`;
    case asset:
      if (value["text"] !== undefined) return `new pulumi.asset.StringAsset(${JSON.stringify(value["text"])})`;
      if (value["path"] !== undefined) return `new pulumi.asset.FileAsset(${JSON.stringify(value["path"])})`;
      break;
    case archive:
      if (value["path"] !== undefined) return `new pulumi.asset.FileArchive(${JSON.stringify(value["path"])})`;
      break;
  }
  throw new Error(`CHI-B002 the state holds a value of a kind that the flat program cannot declare: ${String(value[signature])}`);
}
