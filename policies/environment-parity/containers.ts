/** The containers of Cloud Run's services and jobs, read from properties that may be unknown (then it throws, as the engine wants it). */
import { environmentSlug, physicalName, stackNames } from "../../config/naming";
import type { PolicyContext, PolicyResource } from "../framework/policy";

export const cloudRunService = "gcp:cloudrunv2/service:Service";
export const cloudRunJob = "gcp:cloudrunv2/job:Job";

type Properties = Readonly<Record<string, unknown>>;

/** A job's containers are one level further in. */
export function containersOf({ type, props }: PolicyResource): readonly Properties[] {
  const template = recordOf(props["template"]);
  return listOf((type === cloudRunJob ? recordOf(template["template"]) : template)["containers"]).map(recordOf);
}

export interface ContainerVariable {
  readonly name: string;
  readonly container: Properties;
  /** As it is in the container: `value`, or `valueSource` for a secret. */
  readonly definition: Properties;
}

export function variablesIn(container: Properties): ContainerVariable[] {
  return listOf(container["envs"]).map(recordOf).map((definition) => ({ name: String(definition["name"]), container, definition }));
}

/** Whether a resource is the API, by its physical name: there is one service in each region. */
export function isApi({ type, props }: PolicyResource, { stack }: PolicyContext): boolean {
  if (type !== cloudRunService) return false;
  const known = stackNames.find((name) => name === stack);
  return known !== undefined && props["name"] === physicalName(environmentSlug(known), "api");
}

export function recordOf(value: unknown): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
