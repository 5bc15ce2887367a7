import * as pulumi from "@pulumi/pulumi";

/** What the program asked the engine to register, as it was sent. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** As the engine would name it. */
  readonly urn: string;
  /** False for components. */
  readonly custom: boolean;
  /** The inputs as they were sent: secrets and unknown values marked (wire.ts). */
  readonly wire: Readonly<Record<string, unknown>>;
  /** The parent's URN, absent at the root. */
  readonly parent?: string;
  /** URNs of all it depends on, by `dependsOn` or through an input, sorted. */
  readonly dependencies: readonly string[];
  /** By input: the URNs of the resources its value comes from, sorted. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
}

export interface RecordingOptions {
  /** The stack's name. */
  readonly stack: string;
  /** Unknown outputs, as in the first preview. */
  readonly preview: boolean;
  /** What takes the place of the providers. */
  readonly mocks: pulumi.runtime.Mocks;
}

/** The project's name in Pulumi.yaml, and so in every URN. */
const project = "chisan";

/**
 * Runs `build` in this process, without an engine, waits until everything it registered has settled, and returns the registrations in
 * order. Rejects with the error that `build` or a component's constructor threw.
 *
 * One recording at a time: Pulumi's SDK keeps its connection in a variable of the module.
 */
export async function recordRegistrations(build: () => unknown, { stack, preview, mocks }: RecordingOptions): Promise<Registration[]> {
  await pulumi.runtime.setMocks(mocks, project, stack, preview);
  const recorded: Registration[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  // The SDK's own forgets all but the nearest parent.
  monitor.newUrn = (parent, type, name) => urnOf(stack, parent, type, name);
  // The mocks' callback sees type, name and inputs only; the options (parent, protect, …) are in the request.
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    recorded.push(registration(stack, request));
    return register(request, callback);
  };
  await build();
  // `disconnect` waits for what is on its way; what an `apply` registers starts only after the answer it waited for.
  for (let settled = -1; settled < recorded.length; ) {
    settled = recorded.length;
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return recorded;
}

/** As the engine names resources: the types of all ancestors but the stack, its own type and its logical name. */
function urnOf(stack: string, parent: string, type: string, name: string): string {
  const ancestors = parent === "" ? "" : (parent.split("::")[2] ?? "");
  const qualified = ancestors === "" || ancestors === "pulumi:pulumi:Stack" ? type : `${ancestors}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The part of `RegisterResourceRequest` that is read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(visit: (dependencies: { getUrnsList(): string[] }, property: string) => void): void };
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
}

interface MockMonitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterRequest, callback: (error: unknown, response: unknown) => void): Promise<void>;
}

function registration(stack: string, request: RegisterRequest): Registration {
  const parent = request.getParent();
  const propertyDependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    const urns = sorted(dependencies.getUrnsList());
    if (urns.length > 0) propertyDependencies[property] = urns;
  });
  return {
    type: request.getType(),
    name: request.getName(),
    urn: urnOf(stack, parent, request.getType(), request.getName()),
    custom: request.getCustom(),
    wire: request.getObject()?.toJavaScript() ?? {},
    ...(parent === "" ? {} : { parent }),
    dependencies: sorted(request.getDependenciesList()),
    propertyDependencies,
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

function sorted(urns: readonly string[]): string[] {
  return [...new Set(urns)].sort();
}
