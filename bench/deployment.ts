/** A stack's state as `pulumi stack export` writes it, as far as it is read here. */
export interface Deployment {
  version: number;
  deployment: { resources: StateResource[]; [other: string]: unknown };
}

export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  parent?: string;
  provider?: string;
  dependencies?: string[];
  external?: boolean;
  [other: string]: unknown;
}

/** The name in a URN: what follows the last `::`. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Providers that the engine makes by itself, and the program does not declare. */
export function isDefaultProvider({ type, urn }: StateResource): boolean {
  return type.startsWith("pulumi:providers:") && /^default(_|$)/.test(nameOf(urn));
}

/** The resources that stand for something at a vendor: all but components, the stack and providers. */
export function vendorResources({ deployment }: Deployment): StateResource[] {
  return deployment.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
}

/** The same state without components: each resource directly under the stack, its URN as the flat program declares it. */
export function flattened(state: Deployment): Deployment {
  const { resources } = state.deployment;
  const kept = resources.filter(({ custom, type }) => custom || type === "pulumi:pulumi:Stack");
  const stack = kept.find(({ type }) => type === "pulumi:pulumi:Stack");
  const renamed = new Map(kept.map(({ urn, type }) => [urn, flatUrn(urn, type)]));
  const components = new Set(resources.filter((resource) => !kept.includes(resource)).map(({ urn }) => urn));
  const rename = (value: unknown): unknown => {
    if (typeof value === "string") return renamed.get(value) ?? value;
    if (Array.isArray(value)) return value.filter((element) => !components.has(element as string)).map(rename);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, rename(element)]));
  };
  const flat = kept.map((resource) => ({
    ...resource,
    urn: flatUrn(resource.urn, resource.type),
    ...(resource.parent === undefined ? {} : { parent: stack?.urn }),
    ...(resource.provider === undefined ? {} : { provider: flatReference(resource.provider, renamed) }),
    dependencies: rename(resource.dependencies ?? []) as string[],
    propertyDependencies: rename(resource["propertyDependencies"] ?? {}),
  }));
  return { ...state, deployment: { ...state.deployment, resources: flat } };
}

function flatUrn(urn: string, type: string): string {
  const [stack, project] = urn.split("::");
  return `${stack}::${project}::${type}::${nameOf(urn)}`;
}

/** A reference to a provider is its URN, `::`, and its ID. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

function flatReference(reference: string, renamed: ReadonlyMap<string, string>): string {
  const urn = providerUrn(reference);
  return `${renamed.get(urn) ?? urn}${reference.slice(urn.length)}`;
}
