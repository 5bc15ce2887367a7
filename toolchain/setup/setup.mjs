import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./dependencies.mjs";
import { installEngine } from "./engine.mjs";
import { withLock } from "./lock.mjs";
import { root, work } from "./paths.mjs";
import { SetupError } from "./report.mjs";
import { generateSdks } from "./sdks.mjs";

/** Brings a clone to where every command works. Does nothing that is done already. */
export async function setUp() {
  checkNode();
  await withLock(join(work, "setup.lock"), async () => {
    // npm waits for the network, Go for the processor: together they take as long as the slower.
    // The first that fails ends the other: what is missing is said at once.
    await Promise.all([installDependencies(), installEngine()]);
    await generateSdks();
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major === 20 && minor >= 19) return;
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  throw new SetupError("CHI-T001", `Node.js ${process.versions.node} is running, this project needs ${engines.node} (the parity table fixes 20.x): run \`nvm install 20 && nvm use 20\``);
}
