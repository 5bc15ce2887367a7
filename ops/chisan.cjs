#!/usr/bin/env node
/** The operator's tool: `npx chisan`. TypeScript is transpiled as it is loaded, so there is no build to forget. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
if (!existsSync(join(root, "node_modules", "esbuild")) || !existsSync(join(root, ".chisan", "engine"))) {
  process.stderr.write("CHI-O001 this clone is not set up yet: npm start\n");
  process.exit(1);
}
require("../toolchain/typescript.cjs");
require("./main.ts");
