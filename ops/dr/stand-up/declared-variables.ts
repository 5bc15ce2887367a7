/** The variables that chisan-dr's applications are given, with what their secrets hold: from its own state. */
import type { DeployedResource } from "./deployed-resources";

const serviceType = "gcp:cloudrunv2/service:Service";
const secretVersionType = "gcp:secretmanager/secretVersion:SecretVersion";
const vercelVariableTypes = ["vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable"];

export interface ApplicationVariables {
  /** `API in asia-northeast1`, `web app`. */
  readonly application: string;
  /** Secret: never in a report. A secret whose version the state does not have is undefined. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

interface EnvironmentEntry {
  readonly name: string;
  readonly value?: unknown;
  readonly valueSource?: { readonly secretKeyRef?: { readonly secret?: unknown; readonly version?: unknown } };
}

/** @param apiName the physical name of the API's services: there are others, such as the metrics exporter */
export function applicationVariables(resources: readonly DeployedResource[], apiName: string): ApplicationVariables[] {
  const services = resources.filter(({ type, inputs }) => type === serviceType && inputs["name"] === apiName);
  const apis = services.map(({ inputs }) => ({ application: `API in ${String(inputs["location"])}`, variables: serviceVariables(inputs, resources) }));
  const web = new Map(resources.filter(({ type }) => vercelVariableTypes.includes(type)).map(({ inputs }) => [String(inputs["key"]), textOf(inputs["value"])]));
  return web.size === 0 ? apis : [...apis, { application: "web app", variables: web }];
}

function serviceVariables(inputs: DeployedResource["inputs"], resources: readonly DeployedResource[]): Map<string, string | undefined> {
  const { containers = [] } = (inputs["template"] ?? {}) as { containers?: { envs?: EnvironmentEntry[] }[] };
  const entries = containers.flatMap(({ envs = [] }) => envs);
  return new Map(entries.map(({ name, value, valueSource }) => [name, valueSource?.secretKeyRef === undefined ? textOf(value) : secretValue(valueSource.secretKeyRef, resources)]));
}

/** A version's id ends with `/secrets/<secret>/versions/<number>`. */
function secretValue({ secret, version }: { readonly secret?: unknown; readonly version?: unknown }, resources: readonly DeployedResource[]): string | undefined {
  const name = String(secret).split("/").at(-1);
  const found = resources.find(({ type, id }) => type === secretVersionType && id?.endsWith(`/secrets/${name}/versions/${String(version)}`) === true);
  return textOf(found?.inputs["secretData"]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
