import type { EnvironmentSpecification } from "../config/environment-specification";
import type { StackConfiguration } from "../config/stack-configuration";

export function declareLocalEnvironment(_specification: EnvironmentSpecification, _configuration: StackConfiguration<"dev">) {
  return {};
}
