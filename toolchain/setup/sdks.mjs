import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "./content.mjs";
import { engine, root, work } from "./paths.mjs";
import { SetupError, step } from "./report.mjs";
import { run } from "./run.mjs";

/** The providers that are bridged from Terraform and have no package on npm (Pulumi.yaml, `packages`). */
const packages = ["supabase", "vercel"];

/**
 * Writes the local SDKs to sdks/ from the providers' schemas, as `pulumi package add` does, but without starting the provider: no
 * download, and the same SDK for everyone. Needs the engine and the npm packages.
 */
export async function generateSdks() {
  for (const name of packages) {
    const schema = `sandbox/schemas/${name}.json`;
    const wanted = contentHash([schema, "toolchain/setup/sdks.mjs", "toolchain/engine"]);
    const target = join(root, "sdks", name);
    const stamp = join(target, "bin", ".stamp");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) continue;
    await step(`Generating the @pulumi/${name} SDK`, async () => {
      const draft = join(work, `sdk-${name}`);
      rmSync(draft, { recursive: true, force: true });
      try {
        await run(join(engine, "pulumi"), ["package", "gen-sdk", schema, "--language", "nodejs", "--local", "--out", draft], {
          cwd: root,
          env: {
            ...process.env,
            PATH: `${engine}:${process.env.PATH}`,
            PULUMI_HOME: join(work, "setup-home"),
            PULUMI_SKIP_UPDATE_CHECK: "1",
          },
        });
        rmSync(target, { recursive: true, force: true });
        mkdirSync(join(root, "sdks"), { recursive: true });
        // Moved into the clone before it is compiled: its imports are resolved from there.
        renameSync(join(draft, "nodejs"), target);
        await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", target], { cwd: root });
      } catch (error) {
        throw new SetupError("CHI-T006", `the @pulumi/${name} SDK could not be generated from ${schema}: ${error.message}`);
      }
      // The SDK reads its own version and its provider's parameter from a package.json beside the compiled files.
      copyFileSync(join(target, "package.json"), join(target, "bin", "package.json"));
      rmSync(draft, { recursive: true, force: true });
      writeFileSync(stamp, wanted);
    });
  }
}
