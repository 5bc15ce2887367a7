import { readStackConfiguration } from "../config/read-stack-configuration";
import type { StackName } from "../config/naming";
import { declareCloudEnvironment } from "./cloud-environment";
import { declareLocalEnvironment } from "./local-environment";
import { assertParity } from "../config/parity-manifest";
import type { EnvironmentSpecification } from "../config/environment-specification";
import { refuseNameCollisions } from "./name-collisions";
import { isProtectionLifted } from "./lifted-protection";
import { specifications } from "./specifications";

/**
 * Declares a stack and returns its outputs.
 *
 * @throws RunError with every problem of the configuration, before anything is registered
 */
export function declare(stack: StackName): Record<string, unknown> {
  refuseNameCollisions();
  const specification = withoutProtection(specifications[stack]);
  assertParity(specification);
  if (stack === "dev") return declareLocalEnvironment(specification, readStackConfiguration("dev"));
  const configuration = readStackConfiguration(stack);
  return declareCloudEnvironment(withProtection(specification, configuration.cutOver === true), configuration);
}

/** Once chisan-dr has taken over, what it holds is the only copy of what was written since. */
function withProtection(specification: EnvironmentSpecification, cutOver: boolean): EnvironmentSpecification {
  return cutOver && !isProtectionLifted(specification.stack) ? { ...specification, protectData: true } : specification;
}

/** Nothing in the configuration lifts the protection of data; see lifted-protection.ts. */
function withoutProtection(specification: EnvironmentSpecification): EnvironmentSpecification {
  return isProtectionLifted(specification.stack) ? { ...specification, protectData: false } : specification;
}
