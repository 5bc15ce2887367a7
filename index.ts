import "./stacks/dropped-arguments";
import { getStack, RunError } from "@pulumi/pulumi";
import { knownStack } from "./config/stack-configuration";
import { declare } from "./stacks/declare";
import { showLookUpFailuresAsOneLine } from "./stacks/vendor-errors";

showLookUpFailuresAsOneLine();

/** Picks the stack's program; its outputs are the stack's. */
export = withoutStackTrace(() => declare(knownStack(getStack())));

/** Our own errors say what is wrong and what mends it (`CHI-…`); where they were thrown helps nobody but who debugs them. */
function withoutStackTrace<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const ours = error instanceof Error && error.message.startsWith("CHI-") && process.env["CHISAN_DEBUG"] === undefined;
    throw ours ? new RunError(error.message) : error;
  }
}
