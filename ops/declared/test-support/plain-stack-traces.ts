/**
 * To be imported by tests that run whole stacks. Pulumi's SDK takes a stack trace for each of its promises, and Jest looks up each line of
 * one in a source map: more than nine tenths of such a test's time. Traces then name lines of the transpiled code.
 */
Error.prepareStackTrace = undefined;
