/**
 * `npm start`: the set-up, then every environment on the real engine, in the sandbox.
 * Only Node's own modules until the set-up is done: on a fresh clone nothing else is installed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./setup/paths.mjs";
import { fail } from "./setup/report.mjs";
import { setUp } from "./setup/setup.mjs";

await setUp().catch(fail);
const { status, signal } = spawnSync(process.execPath, [join(root, "ops/chisan.cjs"), "start", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exit(signal ? 130 : (status ?? 1));
