import { readStackConfiguration } from "../config/read-stack-configuration";
import type { StackName } from "../config/naming";
import { declareCloudEnvironment } from "./cloud-environment";
import { declareLocalEnvironment } from "./local-environment";
import { specifications } from "./specifications";

/**
 * Declares a stack and returns its outputs.
 *
 * @throws RunError with every problem of the configuration, before anything is registered
 */
export function declare(stack: StackName): Record<string, unknown> {
  if (stack === "dev") return declareLocalEnvironment(specifications.dev, readStackConfiguration("dev"));
  return declareCloudEnvironment(specifications[stack], readStackConfiguration(stack));
}
