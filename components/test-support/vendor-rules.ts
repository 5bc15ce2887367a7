/** Holds what a component registers against the vendors' real schemas and validators, as the sandbox does at preview. */
import { PACKAGE_NAMES, type PackageName, loadRules } from "../../sandbox/providers/rules";
import type { RecordedResource } from "./mocks";

const packages: readonly string[] = PACKAGE_NAMES;

/** Everything that the vendors' plugins would refuse in these registrations, a line each; empty when there is nothing. */
export function refusals(resources: readonly RecordedResource[]): string[] {
  return resources
    .filter(({ custom }) => custom)
    .flatMap((resource) => {
      const packageName = resource.type.slice(0, resource.type.indexOf(":"));
      if (!packages.includes(packageName)) return [];
      const rules = loadRules(packageName as PackageName);
      const inputs = resource.inputs as Parameters<typeof rules.check>[1];
      return [...rules.check(resource.type, inputs).failures, ...(rules.planFailures?.(resource.type, inputs) ?? [])].map(
        ({ property, reason }) => `${resource.name} ${property ?? ""}: ${reason}`,
      );
    });
}
