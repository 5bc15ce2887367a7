import { getStack, RunError } from "@pulumi/pulumi";
import { ConfigurationError, knownStack } from "./config/stack-configuration";
import { declare } from "./stacks/declare";

/** Picks the stack's program; its outputs are the stack's. */
export = declare(stackName());

function stackName() {
  try {
    return knownStack(getStack());
  } catch (error) {
    if (error instanceof ConfigurationError) throw new RunError(error.message);
    throw error;
  }
}
