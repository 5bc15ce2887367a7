/** The real prod program's resources, as a policy is shown them: for tests that ask all policies about all of it. */
import type { RecordedResource } from "../../../components/test-support/mocks";
import { contextOf } from "../../framework/pack";
import { appliesTo, isUndecided, type Policy, type StackResource } from "../../framework/policy";

/* Exported by the package, without types. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { unknownCheckingProxy } = require("@pulumi/policy/proxy") as { unknownCheckingProxy: <T extends object>(properties: T) => T };

/** Resources with the engine's proxies around their properties, in the graph that stack policies see. */
export function asSeen(resources: readonly RecordedResource[]): StackResource[] {
  const made = new Map(
    resources.map(({ name, type, protect, inputs }) => {
      const seen = {
        type,
        name,
        urn: `urn:pulumi:prod::chisan::${type}::${name}`,
        props: unknownCheckingProxy(inputs as Record<string, unknown>),
        protect,
        dependencies: [] as StackResource[],
      };
      return [name, seen] as const;
    }),
  );
  for (const { name, dependencies } of resources)
    made.get(name)!.dependencies.push(...dependencies.flatMap((each) => made.get(each) ?? []));
  return [...made.values()];
}

/** What a policy says of resources: its messages, and whether something was not decided. Several times faster than the judge. */
export function messagesOf(
  policy: Policy,
  resources: readonly StackResource[],
  stack = "prod",
): { messages: string[]; undecided: boolean } {
  const messages: string[] = [];
  let undecided = false;
  const context = contextOf(`urn:pulumi:${stack}::chisan`, {}, policy);
  const attempt = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!isUndecided(error)) throw error;
      undecided = true;
    }
  };
  if (policy.kind === "stack") attempt(() => policy.check(resources, (message) => messages.push(message), context));
  else
    for (const resource of resources)
      if (appliesTo(policy, resource.type)) attempt(() => policy.check(resource, (message) => messages.push(message), context));
  return { messages, undecided };
}

/** Paths of all values of a resource, inner nodes too: `template`, `template.containers[0].image`. */
export function pathsOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return path === "" ? [] : [path];
  const children = Array.isArray(value)
    ? value.flatMap((child, index) => pathsOf(child, `${path}[${index}]`))
    : Object.entries(value).flatMap(([key, child]) => pathsOf(child, path === "" ? key : `${path}.${key}`));
  return path === "" ? children : [path, ...children];
}
