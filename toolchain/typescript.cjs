/**
 * Makes `require` of a .ts file work in the process that loads it: the Pulumi program, the operator's tool, the sandbox, and the
 * dynamic providers. It only transpiles (esbuild, cached by content); types are checked by `npm run check`.
 */
require("tsx/cjs");
