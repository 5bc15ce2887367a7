/** Containers of Cloud Run: a service's are in its template, a job's in its template's template. */
import { independently, type PolicyResource } from "../../framework/policy";
import { eachKnown, record } from "./properties";

export const service = "gcp:cloudrunv2/service:Service";
export const job = "gcp:cloudrunv2/job:Job";
export const workloadTypes: readonly string[] = [service, job];

/** What has the containers, the volumes and the account. */
export function taskTemplate({ type, props }: Pick<PolicyResource, "type" | "props">): Readonly<Record<string, unknown>> {
  const template = record(props["template"]);
  return type === job ? record(template["template"]) : template;
}

/** Each variable of each container. */
export function eachContainerVariable(
  resource: Pick<PolicyResource, "type" | "props">,
  check: (variable: Readonly<Record<string, unknown>>) => void,
): void {
  eachKnown(taskTemplate(resource)["containers"], (container) =>
    eachKnown(record(container)["envs"], (variable) => check(record(variable))),
  );
}

/** Each reference to a version of a secret, from a variable or from a file. */
export function eachSecretReference(
  resource: Pick<PolicyResource, "type" | "props">,
  check: (what: string, version: unknown) => void,
): void {
  independently(
    () =>
      eachContainerVariable(resource, (variable) => {
        const reference = record(variable["valueSource"])["secretKeyRef"];
        if (reference !== undefined) check(String(variable["name"]), record(reference)["version"]);
      }),
    () =>
      eachKnown(taskTemplate(resource)["volumes"], (volume) =>
        eachKnown(record(record(volume)["secret"])["items"], (item) =>
          check(`file ${String(record(item)["path"])}`, record(item)["version"]),
        ),
      ),
  );
}
