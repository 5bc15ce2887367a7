/** Takes the stack's configuration from the engine. The rules are in stack-configuration.ts, which needs no engine. */
import { RunError } from "@pulumi/pulumi/errors";
import { allConfig } from "@pulumi/pulumi/runtime/config";
import { ConfigurationError, stackConfiguration, type StackConfiguration } from "./stack-configuration";
import type { StackName } from "./naming";

/**
 * The validated configuration of the running stack.
 *
 * @throws RunError with all problems: the engine prints its message without a stack trace, and registers nothing
 */
export function readStackConfiguration<S extends StackName>(stack: S): StackConfiguration<S> {
  try {
    return stackConfiguration(stack, { values: allConfig(), secretKeys: secretKeys() });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new RunError(error.message);
    throw error;
  }
}

/** The keys of encrypted values; the SDK has no public accessor for the list. */
function secretKeys(): Set<string> {
  const text = process.env["PULUMI_CONFIG_SECRET_KEYS"];
  const keys: unknown = text === undefined || text === "" ? [] : JSON.parse(text);
  return new Set(Array.isArray(keys) ? keys.map(String) : []);
}
