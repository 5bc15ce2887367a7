/**
 * To be imported by tests that run whole stacks. Pulumi's SDK takes a stack trace for each of its promises, and Jest has every line of it looked
 * up in source maps: nine tenths of such a test's time. (Outside Jest, toolchain/typescript does without.)
 */
import "@pulumi/pulumi";

// Node's own way; its types know no other than a function.
Reflect.deleteProperty(Error, "prepareStackTrace");
Error.stackTraceLimit = 3;
