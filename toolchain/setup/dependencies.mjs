import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "./content.mjs";
import { root, work } from "./paths.mjs";
import { SetupError, step } from "./report.mjs";
import { run } from "./run.mjs";

const stamp = join(work, "stamps", "dependencies");

/** Installs the locked npm packages, unless the installed ones are of this lockfile already. */
export async function installDependencies() {
  const wanted = contentHash(["package.json", "package-lock.json", ".npmrc"], process.version);
  if (existsSync(join(root, "node_modules")) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  await step("Installing npm packages", async (progress) => {
    rmSync(stamp, { force: true });
    try {
      const ticking = setInterval(() => progress("npm is at work"), 1000);
      // npm's own patience is minutes per package when there is no network.
      await run("npm", ["ci", "--fetch-retries", "1", "--fetch-timeout", "60000", "--fetch-retry-mintimeout", "1000", "--fetch-retry-maxtimeout", "5000"], { cwd: root }).finally(() => clearInterval(ticking));
    } catch (error) {
      throw new SetupError("CHI-T002", `npm ci failed (${error.message}): check the network and the npm registry's settings, then run it again`);
    }
    mkdirSync(join(work, "stamps"), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}
